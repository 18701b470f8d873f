# ===- malformed.py - malformed inputs and what the tools say -----------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Runs a table of malformed inputs through one tool.

Every row must end with a positive exit status (not by a signal), one "error:"
line on stderr that matches the row's pattern, and the folder as it was: no
output, no temporary file, an existing output unchanged.

usage: malformed.py TOOL --bin=DIR --source=DIR [--only=NAME]
TOOL names the table: mopt-opt, mopt-translate or mopt-run.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "Inputs"))
import opt_rows
import run_rows
import translate_rows
from rows import Models

TABLES = {
    "mopt-opt": opt_rows.ROWS,
    "mopt-translate": translate_rows.ROWS,
    "mopt-run": run_rows.ROWS,
}
# No row takes a second on an idle machine.
TIMEOUT_SECONDS = 120


def snapshot(folder):
    """Names and contents of everything below `folder`."""
    contents = {}
    for path, folders, files in os.walk(folder):
        for name in folders:
            contents[os.path.relpath(os.path.join(path, name), folder)] = None
        for name in files:
            full = os.path.join(path, name)
            data = None
            if not os.path.islink(full):
                with open(full, "rb") as file:
                    data = file.read()
            contents[os.path.relpath(full, folder)] = data
    return contents


def is_error(line):
    """LLVM's command line parser names the tool instead of saying "error"."""
    if "Did you mean" in line:
        return False
    return re.search(r"\berror: |^mopt-\w+: |^<Pass-Options-Parser>: ", line)


def check(row, tool, models, keep_output):
    """Returns what is wrong with the tool's answer to `row`, or None."""
    with tempfile.TemporaryDirectory() as folder:
        command = row.prepare(folder, models)
        output = os.path.join(folder, "out.tflite")
        if keep_output and not os.path.exists(output):
            with open(output, "wb") as file:
                file.write(b"written before")
        before = snapshot(folder)
        try:
            result = subprocess.run(
                [tool] + command,
                cwd=folder,
                capture_output=True,
                timeout=TIMEOUT_SECONDS,
                text=True,
                errors="replace",
            )
        except subprocess.TimeoutExpired:
            return f"still runs after {TIMEOUT_SECONDS} seconds"
        errors = [line for line in result.stderr.splitlines() if is_error(line)]
        shown = f"command: {' '.join(command)}\n{result.stderr[:2000]}"
        if result.returncode < 0:
            return f"ended by signal {-result.returncode}\n{shown}"
        if result.returncode == 0:
            return f"exit status 0\n{shown}"
        if len(errors) != 1:
            return f"{len(errors)} error lines instead of one\n{shown}"
        if not re.search(row.message, errors[0]):
            return f"the error does not match '{row.message}'\n{shown}"
        after = snapshot(folder)
        if after != before:
            changed = sorted(
                name
                for name in before.keys() | after.keys()
                if before.get(name, 0) != after.get(name, 0)
            )
            return f"the tool changed {', '.join(changed)}\n{shown}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool", choices=sorted(TABLES))
    parser.add_argument("--bin", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--only")
    options = parser.parse_args()
    rows = [r for r in TABLES[options.tool] if options.only in (None, r.name)]
    names = [row.name for row in rows]
    assert rows and len(set(names)) == len(names), "names must be unique"
    options.bin, options.source = map(os.path.abspath, (options.bin, options.source))
    tool = os.path.join(options.bin, options.tool)
    models = Models(options.bin, options.source)
    failures = 0
    for index, row in enumerate(rows):
        problem = check(row, tool, models, keep_output=index % 2 == 1)
        if problem:
            failures += 1
            print(f"FAIL {row.name}: {problem}")
    print(f"{options.tool}: {len(rows) - failures} of {len(rows)} rows passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
