#!/usr/bin/env python3
"""Sparsity, patterns and different values survive each other, on random models.

usage: weight-invariants.py [--seed=N] [--models=N]

Draws models of convolutions (3x3, 1x1, depthwise) and fully connected layers, an
asked sparsity, pattern, number of clusters and scheme, and applies pruning,
clustering and quantization in all six orders. After each step the weights are
read back here and counted:

* pruning reaches the asked number of zeros exactly, in each tensor (within 0.1 %
  where all compete, blocks counted whole), the pattern exactly; no step after it
  makes a zero something else;
* clustering reaches the asked number of values, or leaves fewer as they are; no
  step after it gives a tensor (or channel) more, unless it is too small to tell;
* mopt-verify-weights and mopt-verify-clusters agree, and refuse one zero more and
  one value less.

Prints the seed of a model that fails, exits 1. Uses mopt-opt of the PATH.
Needs: numpy flatbuffers ai-edge-litert"""
import argparse
import itertools
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from ai_edge_litert import schema_py_generated as schema


def fill(rng, shape):
    """Text of a constant of random weights without a zero."""
    values = rng.standard_normal(shape).astype(np.float32) * rng.uniform(0.01, 3)
    values[values == 0.0] = 0.5
    text = np.array2string(values, threshold=sys.maxsize, separator=", ",
                           max_line_width=10 ** 6,
                           formatter={"float": lambda v: f"{v:.9e}"})
    return text.replace("\n", " ")


def draw_model(rng):
    """MLIR text of a chain of layers; sizes of blocks need not divide them."""
    lines, channels, size = [], int(rng.integers(2, 9)), 6
    source, number = "%x", 0
    first = f"1x{size}x{size}x{channels}xf32"
    shape = first
    for kind in rng.permutation(["conv", "point", "depth"])[:rng.integers(1, 4)]:
        units = channels if kind == "depth" else int(rng.integers(3, 24))
        window = 1 if kind == "point" else 3
        weights = ((1, window, window, units) if kind == "depth"
                   else (units, window, window, channels))
        op = "depthwise_conv_2d" if kind == "depth" else "conv_2d"
        result = f"1x{size}x{size}x{units}xf32"
        lines += layer(number, op, source, shape, weights, fill(rng, weights), result)
        source, shape, channels = f"%y{number}", result, units
        number += 1
    depth = channels * size * size
    weights = (int(rng.integers(3, 20)), depth)
    result = f"1x{weights[0]}xf32"
    lines += layer(number, "fully_connected", source, shape, weights,
                   fill(rng, weights), result)
    return "\n".join([
        f"func.func @main(%x: tensor<{first}>) -> tensor<{result}> {{",
        "  %none = mopt.no_value : () -> none", *lines,
        f"  return %y{number} : tensor<{result}>", "}"])


def layer(number, op, source, shape, weights, text, result):
    kind = "x".join(map(str, weights)) + "xf32"
    padding = "" if op == "fully_connected" else " {padding = #mopt.padding<SAME>}"
    return [
        f"  %w{number} = mopt.const {{value = dense<{text}> : tensor<{kind}>, "
        f'mopt.tensors = [#mopt.tensor<name = "w{number}">]}} : () -> tensor<{kind}>',
        f"  %y{number} = mopt.{op} {source}, %w{number}, %none{padding} : "
        f"(tensor<{shape}>, tensor<{kind}>, none) -> tensor<{result}>"]


def read_weights(path):
    """Weights by name: a matrix with a row an output channel, and whether these
    have input channels."""
    model = schema.ModelT.InitFromPackedBuf(bytearray(path.read_bytes()), 0)
    graph = model.subgraphs[0]
    result = {}
    for tensor in graph.tensors:
        name = tensor.name.decode()
        data = model.buffers[tensor.buffer].data
        if not name.startswith("w") or data is None:
            continue
        integers = tensor.type == schema.TensorType.INT8
        values = np.frombuffer(np.asarray(data, np.uint8).tobytes(),
                               np.int8 if integers else np.float32)
        values = values.reshape(tensor.shape)
        is_depthwise = len(tensor.shape) == 4 and tensor.shape[0] == 1
        if is_depthwise:
            values = np.moveaxis(values, 3, 0)
        result[name] = (values.reshape(values.shape[0], -1), not is_depthwise)
    return result


def blocks_of(matrix, rows, columns):
    for top in range(0, matrix.shape[0], rows):
        for left in range(0, matrix.shape[1], columns):
            yield matrix[top:top + rows, left:left + columns]


def round_half_away(value):
    return int(np.floor(value + 0.5))


def check_pruned(weights, case, exact):
    """What is wrong with the zeros; `exact` where nothing made others."""
    wrong, zeros, elements, largest = [], 0, 0, 0
    for name, (matrix, has_inputs) in weights.items():
        pattern = case["pattern"]
        if pattern != "element" and not has_inputs:
            continue
        if ":" in pattern:
            kept, of = map(int, pattern.split(":"))
            if any(np.count_nonzero(block) > kept
                   for block in blocks_of(matrix, 1, of)):
                wrong.append(f"{name} keeps more than {pattern}")
            continue
        size = (1, 1) if pattern == "element" else tuple(
            map(int, pattern.split("x")))
        gone = [not block.any() for block in blocks_of(matrix, *size)]
        zeros += sum(block.size for block, is_gone in
                     zip(blocks_of(matrix, *size), gone) if is_gone)
        elements += matrix.size
        largest = max(largest, size[0] * size[1])
        target = round_half_away(case["sparsity"] * len(gone))
        if case["allocation"] == "uniform" and (
                sum(gone) != target if exact else sum(gone) < target):
            wrong.append(f"{name}: {sum(gone)} of {len(gone)} blocks are zero, "
                         f"asked {target}")
    if case["allocation"] == "global" and ":" not in case["pattern"]:
        target = round_half_away(case["sparsity"] * elements)
        above = max(largest - 1, 0.001 * elements) if exact else elements
        if not target <= zeros <= target + above:
            wrong.append(f"{zeros} of {elements} are zero, asked {target}")
    return wrong


def check_values(weights, case, before, gains_zero):
    """What is wrong with the values. `before` are the weights that were clustered,
    where that was the last step. Where pruning came later (`gains_zero`), tensors of
    less than 8 weights a cluster are too small to look clustered."""
    wrong = []
    for name, (matrix, _) in weights.items():
        groups = matrix if case["scope"] == "channel" else matrix.reshape(1, -1)
        for index, group in enumerate(groups):
            count, limit = len(np.unique(group)), case["clusters"]
            if gains_zero and group.size < 8 * limit:
                limit += 1
            if count > limit:
                wrong.append(f"{name} {index} has {count} values, asked {limit}")
            if before is None:
                continue
            old = before[name][0]
            old = old[index] if case["scope"] == "channel" else old
            if count != min(limit, len(np.unique(old))):
                wrong.append(f"{name} {index} has {count} values, could have "
                             f"{min(limit, len(np.unique(old)))}")
    return wrong


def run(*command):
    done = subprocess.run(["mopt-opt", *map(str, command)], capture_output=True,
                          text=True)
    return done.returncode, done.stderr


def try_order(source, order, case, folder):
    wrong, path, weights = [], source, None
    done = []
    for number, step in enumerate(order):
        target = folder / f"{number}.tflite"
        before = weights
        code, errors = run(path, f"--{case[step]}", "-o", target)
        if code:
            return [f"{step}: {errors}"]
        weights, path = read_weights(target), target
        if "prune" in done and any(
                (matrix[before[name][0] == 0] != 0).any()
                for name, (matrix, _) in weights.items()):
            wrong.append(f"{step} makes zeros something else")
        done.append(step)
        if "prune" in done:
            # Rounding to integers makes zeros of its own.
            exact = "quantize" not in done and (step == "prune" or step == "cluster")
            wrong += check_pruned(weights, case, exact)
        if "cluster" in done:
            gains_zero = "prune" in done[done.index("cluster"):]
            wrong += check_values(weights, case,
                                  before if step == "cluster" else None, gains_zero)
        wrong = [f"after {' '.join(done)}: {text}" if "after" not in text else text
                 for text in wrong]
    prune = (f"pattern={case['pattern']} sparsity={case['sparsity']} "
             f"sparsity-allocation={case['allocation']}")
    clusters = f"scope={case['scope']} clusters="
    smallest = min(matrix.size if case["scope"] == "tensor" else matrix.shape[1]
                   for matrix, _ in weights.values())
    asked = case["clusters"]
    if smallest < 8 * asked and order.index("cluster") < order.index("prune"):
        asked += 1
    code, errors = run(path, f"--mopt-verify-weights={prune}",
                       f"--mopt-verify-clusters={clusters}{asked}",
                       "-o", folder / "verified.mlir")
    if code:
        wrong.append(f"{' '.join(order)}: {errors}")
    # What is there is less than a little more than there is.
    most = max(len(np.unique(row)) for matrix, _ in weights.values()
               for row in (matrix if case["scope"] == "channel"
                           else matrix.reshape(1, -1)))
    code, _ = run(path, f"--mopt-verify-clusters={clusters}{most - 1}",
                  "-o", folder / "verified.mlir")
    if not code:
        wrong.append(f"{' '.join(order)}: mopt-verify-clusters misses a value")
    zeros = sum(np.count_nonzero(matrix == 0) for matrix, _ in weights.values())
    size = sum(matrix.size for matrix, _ in weights.values())
    code, _ = run(path, "--mopt-verify-weights=sparsity-allocation=global "
                  f"sparsity={(zeros + 1) / size:.9f}", "-o", folder / "verified.mlir")
    if not code:
        wrong.append(f"{' '.join(order)}: mopt-verify-weights misses a weight")
    return wrong


def draw_case(rng):
    pattern = rng.choice(["element", "element", "1x4", "4x1", "16x4", "2:4", "1:3"])
    case = {
        "pattern": str(pattern),
        "sparsity": float(rng.choice([0.05, 0.3, 0.5, 0.77, 0.9])),
        "allocation": str(rng.choice(["uniform", "global"])),
        "clusters": int(rng.choice([3, 8, 16, 31])),
        "scope": str(rng.choice(["tensor", "tensor", "channel"])),
        "seed": int(rng.integers(100)),
    }
    case["prune"] = (f"prune=pattern={pattern} sparsity={case['sparsity']} "
                     f"sparsity-allocation={case['allocation']}")
    case["cluster"] = (f"cluster=clusters={case['clusters']} scope={case['scope']} "
                       f"seed={case['seed']}")
    # A scale a channel makes other integers of equal floats.
    granularity = "channel" if case["scope"] == "channel" else "tensor"
    scheme = rng.choice(["int8", "dynamic", "weights"])
    rest = "" if scheme == "int8" else " min-elements=0"
    case["quantize"] = f"quantize-{scheme}=granularity={granularity}{rest}"
    return case


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--models", type=int, default=4)
    options = parser.parse_args()
    failed = False
    for seed in range(options.seed, options.seed + options.models):
        rng = np.random.default_rng(seed)
        case = draw_case(rng)
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            source = folder / "model.mlir"
            source.write_text(draw_model(rng))
            for order in itertools.permutations(["prune", "cluster", "quantize"]):
                for text in try_order(source, order, case, folder):
                    failed = True
                    print(f"--seed={seed} --models=1 {case}: {text}", flush=True)
    print(f"{options.models} models from seed {options.seed}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
