#!/usr/bin/env python3
"""Prints the table of the digits example from the reports of mopt's tools.

usage: table.py FOLDER NAME...

FOLDER holds NAME.model.json (mopt-opt --json) and NAME.eval.json (mopt-run
--eval --json) of every model."""
import json
import sys


def load(path):
    with open(path) as file:
        return json.load(file)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    folder, names = sys.argv[1], sys.argv[2:]
    print(f"{'model':14} {'bytes':>8} {'of float':>9} {'sparsity':>9} "
          f"{'correct':>12} {'top-1':>8} {'agreement':>10}")
    first = None
    for name in names:
        model = load(f"{folder}/{name}.model.json")
        result = load(f"{folder}/{name}.eval.json")
        size = model["input"]["bytes"]
        first = first or size
        print(f"{name:14} {size:8} {size / first:8.1%} "
              f"{model['weights']['sparsity']:9.1%} "
              f"{result['correct']:5} of {result['total']:3} "
              f"{result['top1']:8.2%} {result['agreement']:10.2%}")


if __name__ == "__main__":
    main()
