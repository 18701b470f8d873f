"""Checks mopt-optimize-sparsity against what it is defined to compute.

usage: check_obs.py MOPT-OPT FOLDER PATTERN SPARSITY

Prunes two fully connected layers with a ReLU between, and compares weights and
biases with those of a search that solves the least squares of every candidate
anew: sequential, the second layer on the inputs that the pruned first one gives
it and against the outputs of the original model.
"""
import re
import struct
import subprocess
import sys

import numpy as np

DAMPING = 0.05
tool, folder, pattern, sparsity = sys.argv[1:]
sparsity = float(sparsity)
kept_of = [int(n) for n in pattern.split(":")] if ":" in pattern else None
height, width = ([int(n) for n in pattern.split("x")] if "x" in pattern
                 else (1, 1))

random = np.random.default_rng(3)
mix = random.normal(size=(10, 10))
x = (random.normal(size=(200, 10)) @ mix + 1).astype(np.float32)
layers = [(random.normal(size=(8, 10)).astype(np.float32),
           random.normal(size=8).astype(np.float32)),
          (random.normal(size=(5, 8)).astype(np.float32),
           random.normal(size=5).astype(np.float32))]


def solve(h, g, rows, gone):
    """The best weights without the columns `gone`, and what they cost."""
    stay = [i for i in range(len(h)) if i not in gone]
    weights = np.zeros((len(rows), len(h)))
    if stay:
        part = np.linalg.solve(h[np.ix_(stay, stay)], g[rows][:, stay].T)
        weights[:, stay] = part.T
    cost = np.sum((weights @ h) * weights - 2 * weights * g[rows])
    return weights, cost


def prune(weights, bias, inputs, targets):
    mean = inputs.mean(0)
    centred = inputs - mean
    covariance = centred.T @ centred / len(inputs)
    damping = DAMPING * np.mean(np.diag(covariance))
    h = covariance + damping * np.eye(len(mean))
    g = ((targets - targets.mean(0)).T @ centred / len(inputs)
         + damping * weights)
    bands = [list(range(r, min(r + height, len(g))))
             for r in range(0, len(g), height)]
    blocks = [list(range(c, min(c + width, len(h))))
              for c in range(0, len(h), width)]
    gone = [[] for _ in bands]
    cost = [solve(h, g, rows, [])[1] for rows in bands]
    count = len(bands) * len(blocks)
    if kept_of:
        kept, of = kept_of
        count = len(bands) * sum(
            max(0, min(of, len(h) - c) - kept) for c in range(0, len(h), of))
    else:
        count = int(np.floor(sparsity * count + 0.5))
    for _ in range(count):
        best = None
        for band, rows in enumerate(bands):
            # Of each band the next is the one of least loss a weight; then
            # the bands compete.
            for block in blocks:
                if block[0] in gone[band]:
                    continue
                if kept_of:
                    start = block[0] // of * of
                    size = min(of, len(h) - start)
                    lost = sum(start <= i < start + of for i in gone[band])
                    if lost >= size - kept:
                        continue
                loss = (solve(h, g, rows, gone[band] + block)[1]
                        - cost[band]) / (len(rows) * len(block))
                if best is None or loss < best[0]:
                    best = (loss, band, block)
        gone[best[1]] += best[2]
        cost[best[1]] += best[0] * len(bands[best[1]]) * len(best[2])
    result = np.vstack([solve(h, g, rows, columns)[0]
                        for rows, columns in zip(bands, gone)])
    return result, targets.mean(0) - result @ mean


def hexed(array):
    return "0x04000000" + array.astype("<f4").tobytes().hex().upper()


with open(f"{folder}/x.npy", "wb") as file:
    np.lib.format.write_array(file, x[:, None, :])
constants, resources = "", []
for i, (weights, bias) in enumerate(layers):
    for name, array in ((f"w{i}", weights), (f"b{i}", bias)):
        type_ = f"tensor<{'x'.join(map(str, array.shape))}xf32>"
        constants += (f"  %{name} = mopt.const {{value = dense_resource<{name}>"
                      f" : {type_}}} : () -> {type_}\n")
        resources.append(f'{name}: "{hexed(array)}"')
with open(f"{folder}/model.mlir", "w", encoding="utf-8") as file:
    file.write(f"""
func.func @main(%x: tensor<1x10xf32>) -> tensor<1x5xf32> {{
{constants}
  %0 = mopt.fully_connected %x, %w0, %b0 {{fused_activation_function =
      #mopt.activation<RELU>}} : (tensor<1x10xf32>, tensor<8x10xf32>,
      tensor<8xf32>) -> tensor<1x8xf32>
  %1 = mopt.fully_connected %0, %w1, %b1 : (tensor<1x8xf32>,
      tensor<5x8xf32>, tensor<5xf32>) -> tensor<1x5xf32>
  return %1 : tensor<1x5xf32>
}}
{{-# dialect_resources: {{ builtin: {{ {", ".join(resources)} }} }} #-}}
""")
text = subprocess.run(
    [tool, f"{folder}/model.mlir",
     f"--mopt-optimize-sparsity=data={folder}/x.npy pattern={pattern} "
     f"sparsity={sparsity} damping={DAMPING}"],
    check=True, capture_output=True, text=True).stdout
found = {}
for name, shape in re.findall(
        r"dense_resource<(\w+)> : tensor<([0-9x]+)xf32>", text):
    data = re.search(rf'\b{name}: "0x[0-9A-F]{{8}}([0-9A-F]+)"', text).group(1)
    shape = tuple(map(int, shape.split("x")))
    found[shape] = np.array(
        struct.unpack(f"<{np.prod(shape)}f", bytes.fromhex(data))
    ).reshape(shape)

mine = theirs = x.astype(np.float64)
for i, (weights, bias) in enumerate(layers):
    targets = theirs @ weights.T + bias
    wanted, wanted_bias = prune(weights, bias, mine, targets)
    got, got_bias = found[weights.shape], found[bias.shape]
    assert np.array_equal(got == 0, wanted == 0), (i, got, wanted)
    # The rows and the sums of them are float32: 1e-4 is 200 times what the
    # solutions differ by.
    scale = np.abs(wanted).max()
    assert np.abs(got - wanted).max() <= 1e-4 * scale, (i, got - wanted)
    assert np.abs(got_bias - wanted_bias).max() <= 1e-3 * scale
    mine = np.maximum(mine @ got.T + got_bias, 0)
    theirs = np.maximum(targets, 0)
print(f"{pattern}: {sum(int((found[w.shape] == 0).sum()) for w, _ in layers)} "
      "zeros")
