# ===- walk_through.py - runs the lines of a document -------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""usage: walk_through.py DOCUMENT HEADING FOLDER

Runs all sh blocks under HEADING of a Markdown document in FOLDER, in one shell
that ends at the first command that fails."""

import re
import subprocess
import sys


def main():
    document, heading, folder = sys.argv[1:]
    with open(document) as file:
        text = file.read()
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    blocks = re.findall(r"^```sh\n(.*?)^```", section[1], re.M | re.S)
    assert blocks, "no commands"
    script = "set -eu\n" + "".join(blocks)
    result = subprocess.run(["bash", "-c", script], cwd=folder)
    sys.exit(result.returncode)


if __name__ == "__main__":
    main()
