# ===- evaluate.py - figures of mopt-run --eval, computed again ---------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Runs small models with mopt-run --eval and compares every figure that it
prints with one computed here with numpy.

usage: evaluate.py FOLDER (for the files it makes)"""

import json
import pathlib
import subprocess
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(1)


def name(text):
    return f'#mopt.tensor<name = "{text}">'


def write_model(file, shape, scale):
    """A model that multiplies its input x by a constant and calls it out."""
    tensor = "tensor<" + "x".join(map(str, shape)) + "xf32>"
    (folder / file).write_text(
        f"""func.func @main(%x: {tensor} {{mopt.tensor = {name("x")}}}) -> {tensor} {{
  %c = mopt.const {{value = dense<{scale:e}> : tensor<f32>}} : () -> tensor<f32>
  %0 = mopt.mul %x, %c {{mopt.tensors = [{name("out")}]}}
      : ({tensor}, tensor<f32>) -> {tensor}
  return %0 : {tensor}
}}
"""
    )


def run(model, data, *options):
    command = ["mopt-run", folder / model, f"--eval={folder / data}", *options]
    result = subprocess.run(
        [*map(str, command), "--json"], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    alone = subprocess.run(
        [*map(str, command), "--json", "--threads=1"], capture_output=True, text=True
    )
    assert alone.stdout == result.stdout, "threads change the result"
    return json.loads(result.stdout)


def fail(model, data, message, *options):
    command = ["mopt-run", folder / model, f"--eval={folder / data}", *options]
    result = subprocess.run([*map(str, command)], capture_output=True, text=True)
    assert result.returncode == 1, result
    assert result.stderr.count("error:") == 1 and message in result.stderr, (
        result.stderr
    )
    assert not result.stdout, result.stdout


def close(found, expected):
    assert np.allclose(found, expected, rtol=1e-6, atol=1e-9), (found, expected)


def wilson(count, total):
    z, p = 1.959963984540054, count / total
    center = (p + z * z / 2 / total) / (1 + z * z / total)
    half = (
        z
        / (1 + z * z / total)
        * np.sqrt(p * (1 - p) / total + z * z / 4 / total / total)
    )
    return [center - half, center + half]


def difference(values, reference):
    values, reference = values.astype(np.float64), reference.astype(np.float64)
    noise = values - reference
    return {
        "snr_db": 10 * np.log10((reference**2).sum() / (noise**2).sum()),
        "max_difference": np.abs(noise).max(),
        "cosine": (values * reference).sum()
        / np.sqrt((values**2).sum() * (reference**2).sum()),
    }


# Classification: the model's answers are those of its input.
x = random.normal(size=(37, 6)).astype(np.float32)
y = random.integers(0, 6, 37)
write_model("classes.mlir", [1, 6], 2.0)
np.savez(folder / "classes.npz", x=x, y=y)
found = run("classes.mlir", "classes.npz", "--top-k=1,3")
order = np.argsort(-x, axis=1, kind="stable")
for k in (1, 3):
    correct = int((order[:, :k] == y[:, None]).any(axis=1).sum())
    close(found[f"top{k}"], correct / 37)
    close(found[f"interval{k}"], wilson(correct, 37))
assert found["total"] == 37 and "miou" not in found and "reference" not in found

# Segmentation, labels with a border that counts nowhere; one class of the
# model occurs neither in labels nor in answers.
x = random.normal(size=(9, 5, 7, 4)).astype(np.float32)
x[..., 3] = -9
y = random.integers(0, 3, (9, 5, 7)).astype(np.uint8)
y[:, 0, :] = 255
write_model("pixels.mlir", [1, 5, 7, 4], 1.5)
np.savez(folder / "pixels.npz", x=x, y=y)
np.savez(folder / "pixels4.npz", x=x, y=y[..., None].astype(np.int64))
found = run("pixels.mlir", "pixels.npz")
assert found == run("pixels.mlir", "pixels4.npz")
guess, valid = x.argmax(axis=-1), y != 255
iou = [
    (valid & (guess == c) & (y == c)).sum()
    / (valid & ((guess == c) | (y == c))).sum()
    for c in range(3)
]
close(found["iou"], iou)
close(found["miou"], np.mean(iou))
close(found["pixel_accuracy"], (guess == y)[valid].mean())
assert found["pixels"] == valid.sum()
low, high = found["miou_interval"]
assert low < found["miou"] < high < low + 0.3, found

# A model whose output is the classes themselves.
maps = random.integers(0, 3, (9, 5, 7)).astype(np.float32)
write_model("maps.mlir", [1, 5, 7], 1.0)
np.savez(folder / "maps.npz", x=maps, y=y)
found = run("maps.mlir", "maps.npz")
close(found["pixel_accuracy"], (maps == y)[valid].mean())

# Raw outputs: what they should be is in the data, or another model's.
x = random.normal(size=(11, 8)).astype(np.float32)
expected = (2.1 * x + 0.01).astype(np.float32)
write_model("raw.mlir", [1, 8], 2.0)
write_model("other.mlir", [1, 8], 2.5)
np.savez(folder / "raw.npz", x=x, out=expected)
found = run("raw.mlir", "raw.npz")
assert "top1" not in found
(entry,) = found["reference"]
assert entry.pop("name") == "out"
for key, value in difference(2 * x, expected).items():
    close(entry[key], value)
np.savez(folder / "x.npz", x=x)
found = run("raw.mlir", "x.npz", f"--compare={folder / 'other.mlir'}")
for key, value in difference(2 * x, np.float32(2.5) * x).items():
    close(found[key], value)
    close(found["outputs"][0][key], value)
assert found["agreement"] == 1.0
found = run("raw.mlir", "x.npz", f"--compare={folder / 'raw.mlir'}")
assert "snr_db" not in found and found["max_difference"] == 0, found

# Refusals.
fail("raw.mlir", "x.npz", "has no labels; put classes into an array named y")
np.savez(folder / "bad.npz", x=x, out=expected[:, :7])
fail("raw.mlir", "bad.npz", "output 0 of sample 0 should be an array of 7 elements")
np.savez(folder / "bad.npz", x=x, out=expected[:9])
fail("raw.mlir", "bad.npz", "the first axes must be equal")
np.savez(folder / "bad.npz", x=x, out=expected.astype(np.int32))
fail("raw.mlir", "bad.npz", "of type int32; give float32")
x = np.zeros((2, 5, 7, 4), np.float32)
np.savez(folder / "bad.npz", x=x, y=np.zeros((2, 5, 6), np.uint8))
fail("pixels.mlir", "bad.npz", "the label map has 30 pixels")
np.savez(folder / "bad.npz", x=x, y=np.full((2, 5, 7), 4, np.uint8))
fail("pixels.mlir", "bad.npz", "sample 0: label 4 is outside of the model's 4 classes")
np.savez(folder / "bad.npz", x=x, y=np.zeros((2, 5, 7), np.float32))
fail("pixels.mlir", "bad.npz", "they must be integers")
