#!/usr/bin/env python3
"""compare_snr.py WORSE.json BETTER.json DB: fails unless the second model's
signal-to-noise ratio (of mopt-run --compare --json) is DB above the first's."""
import json
import sys


def read(path):
    with open(path) as file:
        return json.load(file)["snr_db"]


worse, better = read(sys.argv[1]), read(sys.argv[2])
print(f"{worse:.2f} dB, {better:.2f} dB")
sys.exit(better < worse + float(sys.argv[3]))
