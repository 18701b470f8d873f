#!/usr/bin/env python3
"""Prints one line "N passed, N failed, N skipped" for lit's xunit report.

usage: summarize-tests.py RESULTS.xml

The names of skipped tests, with the reason where there is one, come first.
Exits 1 when a test failed or none ran."""
import sys
import xml.etree.ElementTree as ElementTree


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    passed = failed = 0
    skipped = {}
    for case in ElementTree.parse(sys.argv[1]).iter("testcase"):
        reason = case.find("skipped")
        if reason is not None:
            name = f"{case.get('classname')}/{case.get('name')}"
            # lit says "User interrupt" for whatever has no reason, such as
            # a unit test that skips itself.
            message = reason.get("message", "")
            skipped[name] = "" if message == "User interrupt" else message
        elif case.find("failure") is not None:
            failed += 1
        else:
            passed += 1
    for name, reason in skipped.items():
        print(f"skipped: {name}" + (f" ({reason})" if reason else ""))
    print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    sys.exit(0 if passed and not failed else 1)


if __name__ == "__main__":
    main()
