#!/usr/bin/env python3
"""Every typed op has tested errors.

Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
See LICENSE for license information.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

    every-op-has-errors.py DIRECTORY < `mopt-opt --list-operators --json`

Names the typed ops for which no invalid*.mlir in DIRECTORY expects an error, and
fails if there are any.
"""
import json
import pathlib
import re
import sys

# The op named in the message itself, as emitOpError writes it.
EXPECTED = re.compile(r"expected-error[^{]*\{\{'?(mopt\.\w+)'")

tested = set()
for path in pathlib.Path(sys.argv[1]).glob("invalid*.mlir"):
    tested |= set(EXPECTED.findall(path.read_text()))
missing = [
    row["op"]
    for row in json.load(sys.stdin)
    if row["typed"] and row["op"] not in tested
]
for name in missing:
    print(f"{name}: no error of its verifier is tested")
sys.exit(1 if missing else 0)
