"""Runs a shared library and mopt-run on the same drawn inputs.

compare.py MODEL LIBRARY [--samples=N] [--requantize=MODE] [--device=DEVICE]

Every output must be equal, byte for byte. Needs no package.
"""
import argparse
import array
import ctypes
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile

DTYPES = {
    "float": "<f4",
    "double": "<f8",
    "int8_t": "|i1",
    "uint8_t": "|u1",
    "int16_t": "<i2",
    "uint16_t": "<u2",
    "int32_t": "<i4",
    "uint32_t": "<u4",
    "int64_t": "<i8",
    "bool": "|b1",
}


def write_npy(path, dtype, shape, data):
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape!r}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    header = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text))
    path.write_bytes(header + text.encode() + data)


def read_npy(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<H", data[8:10])
    return data[10 + length :]


def draw(generator, dtype, count):
    if dtype == "<f4":
        return array.array("f", [generator.gauss(0, 1) for _ in range(count)]).tobytes()
    if dtype == "|b1":
        return bytes(generator.getrandbits(1) for _ in range(count))
    return generator.randbytes(count * int(dtype[2:]))


class Library:
    def __init__(self, path, prefix="mopt_model"):
        self.library, self.prefix = ctypes.CDLL(str(path.resolve())), prefix
        header = path.with_suffix(".h").read_text()
        pattern = r'\[(\d+)\] "(.*)": (\w+)[^\[]* \[([\d, ]*)\], (\d+) bytes'
        tensors = re.findall(pattern, header)
        self.inputs = tensors[: self.call("num_inputs")]
        self.outputs = tensors[self.call("num_inputs") :]
        assert len(self.outputs) == self.call("num_outputs")
        for kind, described in (("input", self.inputs), ("output", self.outputs)):
            for i, (_, name, _, _, size) in enumerate(described):
                assert self.call(f"{kind}_size", ctypes.c_size_t, i) == int(size)
                found = self.call(f"{kind}_name", ctypes.c_char_p, i)
                assert found.decode() == name, (found, name)

    def call(self, name, result=ctypes.c_int32, *arguments):
        function = getattr(self.library, f"{self.prefix}_{name}")
        function.restype = result
        return function(*arguments)

    def run(self, inputs):
        size = self.call("arena_size", ctypes.c_size_t)
        memory = ctypes.create_string_buffer(size + 64)
        arena = ctypes.c_void_p(ctypes.addressof(memory) + 63 & ~63)
        buffers = [ctypes.create_string_buffer(data, len(data)) for data in inputs]
        results = [ctypes.create_string_buffer(int(o[4])) for o in self.outputs]

        def addresses(items):
            return (ctypes.c_void_p * len(items))(*map(ctypes.addressof, items))

        self.call("reset", None, arena)
        status = self.call(
            "run", ctypes.c_int32, addresses(buffers), addresses(results), arena
        )
        assert status == 0, status
        return [result.raw for result in results]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("library", type=pathlib.Path)
    parser.add_argument("--samples", type=int, default=2)
    parser.add_argument("--requantize")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    library = Library(options.library)
    different = 0
    for sample in range(options.samples):
        generator = random.Random(sample)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            command = ["mopt-run", options.model, f"--output-dir={folder}/out"]
            command.append(f"--device={options.device}")
            if options.requantize:
                command.append(f"--requantize={options.requantize}")
            inputs = []
            for i, (_, name, kind, shape, _) in enumerate(library.inputs):
                dims = tuple(int(dim) for dim in shape.split(",") if dim.strip())
                count = 1
                for dim in dims:
                    count *= dim
                inputs.append(draw(generator, DTYPES[kind], count))
                path = folder / f"{i}.npy"
                write_npy(path, DTYPES[kind], dims, inputs[-1])
                command.append(f"--input={name}={path}")
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            outputs = library.run(inputs)
            expected = [read_npy(path) for path in (folder / "out").iterdir()]
            # Files are named after the outputs, in whatever order: compare sets.
            if sorted(outputs) != sorted(expected):
                different += 1
    print(f"{options.samples - different} of {options.samples} samples are equal")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
