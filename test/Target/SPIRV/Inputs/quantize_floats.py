"""quantize_floats.py FOLDER: floats that become bytes on a GPU, beside TensorFlow
Lite's definition in NumPy: the quotient of float32, rounded half away from zero.
Needs numpy, and mopt-run in PATH."""
import pathlib
import subprocess
import sys

import numpy as np

CASES = [
    ("i8", 0.05, -3, -128),
    ("i8", 2.0**-7, 0, -128),
    ("i8", 3.9e-30, 127, -128),
    ("u8", 0.0235, 128, 0),
    ("u8", 1.7e25, 0, 0),
]


def make_inputs(scale, zero, lowest):
    """Both sides of every step of the result, and what is not finite."""
    steps = np.arange(lowest - 3, lowest + 259) - zero
    ties = ((steps + 0.5) * np.float64(scale)).astype(np.float32)
    near = [ties]
    for direction in (-np.inf, np.inf):
        value = ties
        for _ in range(3):
            value = np.nextafter(value, np.float32(direction))
            near.append(value)
    odd = np.array([np.nan, np.inf, -np.inf, 0, -0.0, 1e-45, -1e-45, 3.4e38, -3.4e38], np.float32)
    values = np.concatenate([*near, odd, -odd])
    return values[: len(values) // 4 * 4].reshape(1, -1)


def quantize(values, scale, zero, lowest):
    with np.errstate(all="ignore"):
        quotient = (values / np.float32(scale)).astype(np.float64)
    rounded = np.sign(quotient) * np.floor(np.abs(quotient) + 0.5) + zero
    rounded = np.where(np.isnan(rounded), lowest, rounded)
    return np.clip(rounded, lowest, lowest + 255)


def main():
    folder = pathlib.Path(sys.argv[1])
    for i, (kind, scale, zero, lowest) in enumerate(CASES):
        values = make_inputs(scale, zero, lowest)
        x = f"tensor<1x{values.size}xf32>"
        y = f"tensor<1x{values.size}x!quant.uniform<{kind}:f32, {scale}:{zero}>>"
        path = folder / f"{i}.mlir"
        path.write_text(
            f"func.func @main(%x: {x}) -> {y} {{\n"
            f"  %y = mopt.quantize %x : ({x}) -> {y}\n  return %y : {y}\n}}\n"
        )
        np.save(folder / "x.npy", values)
        out = folder / f"{i}"
        command = ["mopt-run", path, "--device=vulkan", f"--input=input0={folder}/x.npy"]
        done = subprocess.run([*command, f"--output-dir={out}"], check=True, capture_output=True, text=True)
        assert "run on the CPU" not in done.stderr, done.stderr
        [result] = out.iterdir()
        got = np.load(result).astype(np.float64)
        wrong = np.flatnonzero(got != quantize(values, scale, zero, lowest))
        print(f"{kind} {scale}: {len(wrong)} wrong of {values.size}")
        for at in wrong[:3]:
            print(f"  {values[0, at]!r} becomes {got[0, at]}")


if __name__ == "__main__":
    main()
