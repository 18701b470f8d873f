#!/usr/bin/env python3
"""Reads the products at the end of a container by what docs/Compression.md says.

usage: products.py MODEL.mopt MODEL.tflite

MODEL.mopt must end with a stored list of products, and no tensors. Every number that
the list tells of must be the product in MODEL.tflite, bit for bit."""
import pathlib
import struct
import sys


def read_numbers(data):
    value = shift = 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0


def signed(value):
    return -(value // 2 + 1) if value % 2 else value // 2


def main():
    data = pathlib.Path(sys.argv[1]).read_bytes()
    model = pathlib.Path(sys.argv[2]).read_bytes()
    # The size of the list, code 0, the list.
    size = next(size for size in range(4, 128) if data[-size - 2 : -size] == bytes([size, 0]))
    numbers = list(read_numbers(data[-size:]))
    end = 0
    for count, gap, row, number in zip(*[iter(numbers)] * 4):
        place, end = end + gap, end + gap + 4 * count
        row, number = end + signed(row), end + signed(number)
        (factor,) = struct.unpack_from("<f", model, number)
        for k in range(count):
            (other,) = struct.unpack_from("<f", model, row + 4 * k)
            # Doubles hold the product whole; packing rounds it once.
            if struct.pack("<f", factor * other) != model[place + 4 * k : place + 4 * k + 4]:
                print("another number at", place + 4 * k)
                return 1
        print(f"{count} numbers at {place}: the one at {number} by those at {row}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
