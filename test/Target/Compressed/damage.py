#!/usr/bin/env python3
"""Damages a compressed model in many ways, and has every one refused.

usage: damage.py MODEL.mopt COUNT

COUNT files are cut, COUNT have one bit flipped and COUNT a byte more. Each must give
exit status 1, one line of error and no file."""
import pathlib
import random
import subprocess
import sys
import tempfile


def damage(data, count):
    rng = random.Random(1)
    for _ in range(count):
        yield data[: rng.randrange(len(data))]
        wrong = bytearray(data)
        wrong[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        yield bytes(wrong)
        at = rng.randrange(len(data) + 1)
        yield data[:at] + bytes([rng.randrange(256)]) + data[at:]


def main():
    data, count = pathlib.Path(sys.argv[1]).read_bytes(), int(sys.argv[2])
    total = refused = 0
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder) / "m.mopt", pathlib.Path(folder) / "m.tflite"
        for wrong in damage(data, count):
            source.write_bytes(wrong)
            result = subprocess.run(
                ["mopt-translate", "--from-compressed", source, "-o", target],
                capture_output=True,
                text=True,
            )
            total += 1
            good = (
                result.returncode == 1
                and result.stderr.count("error:") == 1
                and not target.exists()
            )
            refused += good
            if not good:
                print(result.returncode, result.stderr)
    print(f"damaged files: {total}, refused with one message: {refused}")


if __name__ == "__main__":
    main()
