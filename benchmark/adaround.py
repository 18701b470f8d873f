#!/usr/bin/env python3
"""Does AdaRound add to GPTQ? A prototype of both on the same statistics.

adaround.py --shared=FOLDER [--bits=4,8] [--samples=N] [--images=N] [--steps=N]

Rounds the weights of resnet8_fp32 layer by layer, as mopt-optimize-rounding does it
(inputs as the layers before now give them, targets of the float model, a least-squares
correction of the weights first, the bias fitted last), with one scale a channel, the
same for all: to nearest, by GPTQ (columns in the order of their variance), by AdaRound
(Nagel et al., 2020: rectified sigmoids between floor and ceiling, Adam on the layer's
squared error, beta from 20 to 2), and by AdaRound from GPTQ's codes (those one step
away are the choice). The squared error needs no more of the data than covariances, so
that AdaRound sees all samples at every step. Prints the mean relative error of the
layers, top-1 and agreement with the float model on cifar10_test. FOLDER holds models/
and data/. Needs: numpy ai-edge-litert"""
import argparse
import pathlib
import time

import numpy as np


class Network:
    """The ops of resnet8, in float64 but for the products."""

    def __init__(self, path):
        from ai_edge_litert.interpreter import Interpreter, OpResolverType
        model = Interpreter(
            str(path), experimental_op_resolver_type=
            OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
        model.allocate_tensors()
        self.ops = model._get_ops_details()
        self.shapes = {d["index"]: d["shape"] for d in model.get_tensor_details()}
        self.weights, self.relu = {}, {}
        for number, op in enumerate(self.ops):
            if op["op_name"] in ("CONV_2D", "FULLY_CONNECTED"):
                filter_, bias = (model.get_tensor(i) for i in op["inputs"][1:3])
                self.weights[number] = (
                    filter_.reshape(len(filter_), -1), bias.copy())
        # Activations are not among the details: an output that is never negative.
        rng = np.random.default_rng(1)
        probe = Interpreter(
            str(path), experimental_preserve_all_tensors=True,
            experimental_op_resolver_type=
            OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
        probe.allocate_tensors()
        probe.set_tensor(probe.get_input_details()[0]["index"],
                         rng.uniform(0, 255, (1, 32, 32, 3)).astype(np.float32))
        probe.invoke()
        for number, op in enumerate(self.ops):
            self.relu[number] = op["op_name"] in ("CONV_2D", "ADD") and (
                probe.get_tensor(op["outputs"][0]).min() >= 0)

    def rows(self, number, x):
        """Input windows as rows."""
        op = self.ops[number]
        if op["op_name"] == "FULLY_CONNECTED":
            return x
        taps = self.shapes[op["inputs"][1]][1]
        size, out = x.shape[1], self.shapes[op["outputs"][0]][1]
        stride = size // out
        padding = max((out - 1) * stride + taps - size, 0)
        x = np.pad(x, ((0, 0), (padding // 2, padding - padding // 2),
                       (padding // 2, padding - padding // 2), (0, 0)))
        span = (out - 1) * stride + 1
        return np.concatenate(
            [x[:, i:i + span:stride, j:j + span:stride]
             for i in range(taps) for j in range(taps)], axis=3)

    def step(self, number, values, weights):
        """Computes op `number`; returns the rows of a layer, else None."""
        op = self.ops[number]
        name, rows = op["op_name"], None
        x = values[op["inputs"][0]]
        if name in ("CONV_2D", "FULLY_CONNECTED"):
            rows = self.rows(number, x)
            matrix, bias = weights[number]
            y = rows @ matrix.T + bias
        elif name == "ADD":
            y = x + values[op["inputs"][1]]
        elif name == "AVERAGE_POOL_2D":
            y = x.mean(axis=(1, 2), keepdims=True)
        elif name == "RESHAPE":
            y = x.reshape(len(x), -1)
        elif name == "SOFTMAX":
            y = x
        else:
            raise SystemExit(f"{name} is not an op of resnet8")
        values[op["outputs"][0]] = np.maximum(y, 0) if self.relu[number] else y
        return rows

    def answers(self, images, weights):
        result = []
        for start in range(0, len(images), 500):
            values = {0: images[start:start + 500].astype(np.float32)}
            for number in range(len(self.ops)):
                self.step(number, values, weights)
            result.append(values[self.ops[-1]["outputs"][0]].argmax(axis=1))
        return np.concatenate(result)


def choose_scales(matrix, variance, limit):
    """Of the magnitude, and what is up to half of it, what rounds best."""
    magnitude = np.maximum(np.abs(matrix).max(axis=1), 1e-9)
    best, scales = np.full(len(matrix), np.inf), magnitude / limit
    for part in np.linspace(0.5, 1.0, 26):
        scale = part * magnitude / limit
        rounded = np.clip(np.rint(matrix / scale[:, None]), -limit, limit)
        error = ((rounded * scale[:, None] - matrix) ** 2 * variance).sum(axis=1)
        scales = np.where(error < best, scale, scales)
        best = np.minimum(error, best)
    return scales


def gptq(matrix, scales, hessian, limit):
    order = np.argsort(-np.diag(hessian))
    inverse = np.linalg.inv(hessian[np.ix_(order, order)])
    factor = np.linalg.cholesky(inverse).T
    rest, codes = matrix[:, order].copy(), np.zeros_like(matrix)
    for i, column in enumerate(order):
        codes[:, column] = np.clip(np.rint(rest[:, i] / scales), -limit, limit)
        error = (rest[:, i] - codes[:, column] * scales) / factor[i, i]
        rest[:, i:] -= np.outer(error, factor[i, i:])
    return codes


def adaround(matrix, scales, hessian, limit, steps, start=None):
    """`start`: codes of which each may go one step towards the weight."""
    real = matrix / scales[:, None]
    floor = np.floor(real)
    if start is not None:
        floor = np.where(start <= real, start, start - 1)
    share = np.clip(real - floor, 0.02, 0.98)
    if start is not None:
        share = np.where(start == floor, 0.3, 0.7)
    v = np.log((share + 0.1) / (1.1 - share))
    first, second = np.zeros_like(v), np.zeros_like(v)
    # Units of the error of rounding to nearest.
    near = (np.rint(real) - real) * scales[:, None]
    unit = max(((near @ hessian) * near).sum(), 1e-30) / v.size
    for step in range(1, steps + 1):
        sigmoid = 1 / (1 + np.exp(-v))
        h = np.clip(1.2 * sigmoid - 0.1, 0, 1)
        slope = 1.2 * sigmoid * (1 - sigmoid) * ((h > 0) & (h < 1))
        codes = floor + h
        inside = np.abs(codes) <= limit
        error = (np.clip(codes, -limit, limit) - real) * scales[:, None]
        gradient = 2 * (error @ hessian) * scales[:, None] * inside / unit
        if step > 0.2 * steps:
            beta = 2 + 18 * (1 - (step / steps - 0.2) / 0.8)
            distance = 2 * h - 1
            gradient -= 0.1 * 2 * beta * np.sign(distance) * np.abs(
                distance) ** (beta - 1)
        gradient *= slope
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient ** 2
        v -= 0.1 * (first / (1 - 0.9 ** step)) / (
            np.sqrt(second / (1 - 0.999 ** step)) + 1e-8)
    return np.clip(floor + (v > 0), -limit, limit)


def quantize(network, images, method, bits, steps):
    """Weights after rounding, and the layers' mean relative error."""
    limit = 2 ** (bits - 1) - 1
    before = {0: images.astype(np.float32)}
    now = {0: before[0]}
    weights, errors = dict(network.weights), []
    for number in range(len(network.ops)):
        targets = network.step(number, before, network.weights)
        if targets is not None:
            matrix, bias = network.weights[number]
            now_in = now[network.ops[number]["inputs"][0]]
            x = network.rows(number, now_in).reshape(-1, matrix.shape[1])
            t = (targets.reshape(-1, matrix.shape[1]) @ matrix.T + bias)
            x_mean, t_mean = x.mean(axis=0, dtype=float), t.mean(axis=0, dtype=float)
            x, t = x - x_mean.astype(x.dtype), t - t_mean.astype(t.dtype)
            hessian = (x.T @ x).astype(float) / len(x)
            cross = (t.T @ x).astype(float) / len(x)
            damp = 0.01 * np.trace(hessian) / len(hessian) * np.eye(len(hessian))
            wanted = np.linalg.solve(hessian + damp, (cross + matrix @ damp).T).T
            damped = hessian + damp
            scales = choose_scales(wanted, np.diag(damped), limit)
            codes = np.clip(np.rint(wanted / scales[:, None]), -limit, limit)
            if method == "GPTQ":
                codes = gptq(wanted, scales, damped, limit)
            elif method == "AdaRound":
                codes = adaround(wanted, scales, damped, limit, steps)
            elif method == "AdaRound from GPTQ":
                codes = adaround(wanted, scales, damped, limit, steps,
                                 gptq(wanted, scales, damped, limit))
            rounded = codes * scales[:, None]
            power = (t.astype(float) ** 2).mean(axis=0).sum()
            error = (power - 2 * (rounded * cross).sum()
                     + ((rounded @ hessian) * rounded).sum())
            errors.append(np.sqrt(max(error / power, 0)))
            weights[number] = (
                rounded.astype(np.float32),
                (t_mean - rounded @ x_mean).astype(np.float32))
        network.step(number, now, weights)
    return weights, float(np.mean(errors))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, required=True)
    parser.add_argument("--bits", default="4,8")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--images", type=int, default=10000)
    parser.add_argument("--steps", type=int, default=2000)
    options = parser.parse_args()
    network = Network(options.shared / "models/resnet8_fp32.tflite")
    images = np.load(options.shared / "data/cifar10_calib.npz")["x"][:options.samples]
    test = np.load(options.shared / "data/cifar10_test.npz")
    x, y = test["x"][:options.images], test["y"][:options.images].reshape(-1)
    reference = network.answers(x, network.weights)
    print(f"float: top-1 {100 * (reference == y).mean():.2f} %")
    for bits in map(int, options.bits.split(",")):
        for method in ("nearest", "GPTQ", "AdaRound", "AdaRound from GPTQ"):
            start = time.process_time()
            weights, error = quantize(network, images, method, bits, options.steps)
            seconds = time.process_time() - start
            answers = network.answers(x, weights)
            print(f"{bits} bits, {method:18}: layers' error {error:.4f}, top-1 "
                  f"{100 * (answers == y).mean():.2f} %, agreement "
                  f"{100 * (answers == reference).mean():.2f} %, {seconds:.0f} s",
                  flush=True)


if __name__ == "__main__":
    main()
