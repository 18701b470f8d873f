#!/usr/bin/env python3
"""Compares compressed models with what general compressors make of the files.

usage: sizes.py [--gzip=PART] MODEL.tflite ...

Every model is compressed, restored and compared, and its container is held
against xz -9e, zstd -19 (if there is one) and gzip -9 of the same file. Exits 1 where bytes
differ, one of the first two gives no larger file, or the container is more than
PART of what gzip makes. Uses mopt-translate of the PATH."""
import argparse
import gzip
import lzma
import pathlib
import subprocess
import sys
import tempfile


def translate(action, source, target):
    subprocess.run(
        ["mopt-translate", action, source, "-o", target],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def count_zstd(path):
    """Bytes that zstd makes of the file; 0 where there is no zstd."""
    try:
        command = ["zstd", "-19", "-q", "-c", path]
        return len(subprocess.run(command, check=True, capture_output=True).stdout)
    except FileNotFoundError:
        return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--gzip", type=float, default=1.0)
    options = parser.parse_args()
    failures = 0
    print(f"{'model':42} {'bytes':>10} {'coded':>10} {'xz -9e':>10} {'zstd -19':>10} {'gzip -9':>10}")
    with tempfile.TemporaryDirectory() as folder:
        coded, restored = pathlib.Path(folder) / "m.mopt", pathlib.Path(folder) / "m.tflite"
        for model in options.models:
            data = model.read_bytes()
            translate("--to-compressed", model, coded)
            translate("--from-compressed", coded, restored)
            size = coded.stat().st_size
            xz = len(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))
            zstd = count_zstd(model)
            gz = len(gzip.compress(data, 9))
            verdict = ""
            if restored.read_bytes() != data:
                verdict = "DIFFERS"
            elif size >= xz:
                verdict = "LARGER THAN XZ"
            elif zstd and size >= zstd:
                verdict = "LARGER THAN ZSTD"
            elif size > options.gzip * gz:
                verdict = "NOT MUCH SMALLER THAN GZIP"
            failures += bool(verdict)
            print(
                f"{model.name:42} {len(data):10} {size:10} {xz:10}"
                f" {zstd:10} {gz:10} {verdict}"
            )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
