#!/usr/bin/env python3
"""Prints one line "N passed, N failed, N skipped" for a lit result file.

usage: summarize-tests.py RESULTS.json

Exits 1 when a test failed or none ran."""
import collections
import json
import sys

PASSED = {"PASS", "XFAIL", "FLAKYPASS"}
SKIPPED = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1]) as file:
        tests = json.load(file)["tests"]
    count = collections.Counter(test["code"] for test in tests)
    passed = sum(count[code] for code in PASSED)
    skipped = sum(count[code] for code in SKIPPED)
    failed = len(tests) - passed - skipped
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(0 if passed and not failed else 1)


if __name__ == "__main__":
    main()
