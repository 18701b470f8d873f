"""Writes normally distributed samples to a .npy file of float32.

usage: make_samples.py FILE COUNT SHAPE [VALUE]   SHAPE is 1x5x5x2; VALUE, if
given, is what the first element of the last sample is.
"""
import random
import struct
import sys

path, count, shape = sys.argv[1], int(sys.argv[2]), sys.argv[3]
dims = [count] + [int(size) for size in shape.split("x")]
elements = 1
for size in dims:
    elements *= size
random.seed(1)
values = [random.gauss(0, 1) for _ in range(elements)]
if len(sys.argv) > 4:
    values[elements - elements // count] = float(sys.argv[4])
header = "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }" % (
    tuple(dims),)
header += " " * (63 - (len(header) + 10) % 64) + "\n"
with open(path, "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)))
    file.write(header.encode())
    file.write(struct.pack("<%df" % elements, *values))
