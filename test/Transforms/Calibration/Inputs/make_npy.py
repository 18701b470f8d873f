"""Writes a .npy file with nothing but the standard library.

usage: make_npy.py FILE DTYPE SHAPE VALUE...     DTYPE is f4 or u1, SHAPE 2x3
"""
import struct
import sys

path, dtype, shape = sys.argv[1], sys.argv[2], sys.argv[3]
dims = [int(size) for size in shape.split("x")]
values = sys.argv[4:]
header = "{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }" % (
    "<f4" if dtype == "f4" else "|u1",
    ", ".join(str(size) for size in dims),
)
header += " " * (63 - (len(header) + 10) % 64) + "\n"
with open(path, "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)))
    file.write(header.encode())
    for value in values:
        file.write(struct.pack("<f", float(value)) if dtype == "f4" else
                   bytes([int(value)]))
