"""Outliers of activations: what moving them into the weights gives int8.

usage: scale-migration.py FOLDER

Writes a feed-forward block of a transformer, whose normalisation ends with a scale
of 60 in four channels of 64, and samples for it; makes it int8 with and without
mopt-migrate-scales, and prints the signal-to-noise ratio of each against the float
model. Fails where moving the scales alone changes the float model by more than its
roundings, or gains less than 6 dB: a bit.
"""
import json
import pathlib
import subprocess
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(7)
ROWS, CHANNELS, HIDDEN, OUTLIERS = 16, 64, 128, [3, 17, 40, 59]


def constant(name, values):
    values = np.asarray(values, np.float32)
    shape = "x".join(map(str, values.shape))
    kind = f"tensor<{shape}xf32>"
    return (f'  %{name} = mopt.const {{mopt.tensors = [#mopt.tensor<name = "{name}">], '
            f'value = dense<"0x{values.tobytes().hex()}"> : {kind}}} : () -> {kind}\n')


gamma = random.uniform(0.5, 1.5, CHANNELS)
gamma[OUTLIERS] = 60
first = random.normal(0, 0.125, (HIDDEN, CHANNELS))
# Trained weights keep outliers from ruling all.
first[:, OUTLIERS] /= 30
second = random.normal(0, 0.1, (CHANNELS, HIDDEN))
beta, bias = random.normal(0, 0.1, CHANNELS), random.normal(0, 0.1, HIDDEN)
values = random.normal(0, 1, (64, 1, ROWS, CHANNELS)).astype(np.float32)

# The error of a sum of n float32 products is at most (n + 2) half units of the last
# place (2^-24) of the sum of their magnitudes, which the second layer carries on; both
# models have it. Moved constants are rounded once more: three units in all.
hidden = values * gamma + beta
size = np.abs(hidden) @ np.abs(first).T + np.abs(bias)
error = (CHANNELS + 5) * 2.0**-24 * size
hidden = np.maximum(hidden @ first.T + bias, 0)
error = error @ np.abs(second).T + (HIDDEN + 5) * 2.0**-24 * (hidden @ np.abs(second).T)
BOUND = 10 * np.log10(np.sum((hidden @ second.T) ** 2) / np.sum((2 * error) ** 2))

text = f"""func.func @main(%x: tensor<1x{ROWS}x{CHANNELS}xf32> {{mopt.tensor = #mopt.tensor<name = "x">}}) -> tensor<1x{ROWS}x{CHANNELS}xf32> {{
  %none = mopt.no_value : () -> none
{constant("gamma", gamma)}{constant("beta", beta)}{constant("w1", first)}{constant("b1", bias)}{constant("w2", second)}
  %0 = mopt.mul %x, %gamma : (tensor<1x{ROWS}x{CHANNELS}xf32>, tensor<{CHANNELS}xf32>) -> tensor<1x{ROWS}x{CHANNELS}xf32>
  %1 = mopt.add %0, %beta : (tensor<1x{ROWS}x{CHANNELS}xf32>, tensor<{CHANNELS}xf32>) -> tensor<1x{ROWS}x{CHANNELS}xf32>
  %2 = mopt.fully_connected %1, %w1, %b1 {{keep_num_dims = true, fused_activation_function = #mopt.activation<RELU>}} : (tensor<1x{ROWS}x{CHANNELS}xf32>, tensor<{HIDDEN}x{CHANNELS}xf32>, tensor<{HIDDEN}xf32>) -> tensor<1x{ROWS}x{HIDDEN}xf32>
  %3 = mopt.fully_connected %2, %w2, %none {{keep_num_dims = true}} : (tensor<1x{ROWS}x{HIDDEN}xf32>, tensor<{CHANNELS}x{HIDDEN}xf32>, none) -> tensor<1x{ROWS}x{CHANNELS}xf32>
  return %3 : tensor<1x{ROWS}x{CHANNELS}xf32>
}}
"""
(folder / "block.mlir").write_text(text)
samples = folder / "samples.npy"
np.save(samples, values)


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def measure(name, *passes):
    made = folder / f"{name}.tflite"
    run("mopt-opt", folder / "block.mlir", *passes, "-o", made)
    return json.loads(run("mopt-run", made, f"--eval={samples}", f"--compare={folder / 'block.mlir'}",
                          "--json"))["snr_db"]


run("mopt-opt", folder / "block.mlir", "-o", folder / "float.tflite")
moved = measure("moved", f"--mopt-migrate-scales=data={samples}")
print(f"float32 {moved:.1f} dB, at least {BOUND:.1f}")
assert moved > BOUND, (moved, BOUND)
plain, better = (measure(f"int8-{alpha}", f"--quantize-int8=calibration={samples} effort=1 migration={alpha}")
                 for alpha in (0, 0.5))
print(f"int8 {plain:.1f} dB, migrated {better:.1f} dB")
assert better > plain + 6, (plain, better)
