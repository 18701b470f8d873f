"""compressed.py FOLDER: matrix products of floats whose weights are mostly zero, in
no pattern, or have few values, as code for this machine (AVX-512) and by the
evaluator. Numbers are small and whole, so that every order of summation gives the
same. Inputs that are not finite may make a NaN only where the evaluator has one,
and change nothing where it has none. Says which kernels ran. Needs no package."""
import math
import pathlib
import random
import struct
import subprocess
import sys

from chain import RELU6, Model, run
from compare import write_npy


def palette(values, channels):
    """Draws weights out of `values`, or out of others in each channel."""

    def draw(self, shape, sparsity, block):
        rows, columns = shape
        return [
            self.random.choice(values) + (row % 3 if channels else 0)
            for row in range(rows)
            for _ in range(columns)
        ]

    return draw


def scattered(seed, shape, outputs, sparsity, op="fully_connected", options="", uneven=False):
    model = Model(seed, "float", shape)
    if uneven:
        # Rows of very different numbers of weights, one of them dense.
        def draw(shape, sparsity, block):
            rows, columns = shape
            return [
                model.random.randint(1, 3) if model.random.random() < (row % 7) ** 2 / 60 else 0
                for row in range(rows)
                for _ in range(columns)
            ]

        model.draw = draw
    window = (1, 1) if op == "conv_2d" else ()
    return model.layer(op, outputs, window, sparsity, (1, 1), options)


def few(seed, inputs, outputs, values, channels=False):
    model = Model(seed, "float", (1, inputs))
    model.draw = palette(values, channels).__get__(model)
    return model.layer("fully_connected", outputs, options=RELU6)


def make_models():
    return {
        "one row": scattered(1, (1, 300), 50, 0.9),
        "two steps": scattered(2, (1, 1000), 64, 0.97, options=RELU6),
        "uneven": scattered(3, (1, 640), 77, 0, uneven=True),
        "rows": scattered(4, (7, 96), 40, 0.9),
        "pixels": scattered(5, (1, 3, 5, 64), 24, 0.92, op="conv_2d"),
        "too few inputs": scattered(6, (1, 31), 64, 0.9),
        "16 values": few(7, 1100, 257, range(-8, 8)),
        "16 a channel": few(8, 1031, 261, range(-8, 8), channels=True),
        "32 values": few(9, 1100, 257, range(-16, 16)),
        "33 values": few(10, 1100, 257, range(-16, 17)),
    }


def list_kernels(model):
    text = subprocess.run(
        ["mopt-opt", model, "--mopt-convert-mopt-to-kernel=mcpu=host"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    kernels = (line for line in text.splitlines() if " = kernel." in line)
    names = []
    for line in kernels:
        name = line.split(" = ")[1].split()[0]
        names.append(name + (" ordered" if " order(" in line else ""))
    return ", ".join(names)


def floats(data):
    return struct.unpack(f"<{len(data) // 4}f", data)


def agree(got, expected):
    """The evaluator cuts what is infinite to the largest float."""
    largest = struct.unpack("<f", bytes.fromhex("ffff7f7f"))[0]
    return all(
        math.isnan(e) or max(min(g, largest), -largest) == e
        for g, e in zip(floats(got), floats(expected))
    )


def main():
    folder = pathlib.Path(sys.argv[1])
    generator = random.Random(0)
    for name, model in make_models().items():
        path = folder / "model.mlir"
        path.write_text(model.print())
        shape = model.input[0]
        values = [float(generator.randint(-3, 3)) for _ in range(math.prod(shape))]

        def compute(values, *options):
            data = struct.pack(f"<{len(values)}f", *values)
            write_npy(folder / "x.npy", "<f4", shape, data)
            return run(path, folder, *options)

        same = compute(values, "--device=reference") == compute(values, "--mcpu=host")
        threads = compute(values, "--mcpu=host") == compute(values, "--mcpu=host", "--threads=2")
        # Infinite is the output of each row that has a weight there, and no zero.
        for value in (math.inf, math.nan):
            some = [*values[:5], value, *values[6:]]
            got = compute(some, "--mcpu=host")
            same &= agree(got, compute(some, "--device=reference"))
        print(f"{name}: {list_kernels(path)}: {'equal' if same and threads else 'different'}")


if __name__ == "__main__":
    main()
