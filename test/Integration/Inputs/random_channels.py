"""A seeded random model of ops through which channels flow, as MLIR text.

usage: random_channels.py SEED OUT.mlir"""
import sys

import numpy as np


class Model:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.lines = []
        self.count = 0

    def name(self):
        self.count += 1
        return f"%v{self.count}"

    @staticmethod
    def type(shape, element="f32"):
        return f"tensor<{'x'.join([*map(str, shape), element])}>"

    def const(self, array):
        name, array = self.name(), np.asarray(array)
        element = "i32" if array.dtype.kind == "i" else "f32"
        if element == "f32":
            # Multiples of 2^-12: the text holds them exactly.
            array = np.round(array * 4096) / 4096
        text = np.array2string(array, separator=", ", threshold=sys.maxsize,
                               max_line_width=sys.maxsize, floatmode="maxprec",
                               formatter={"float_kind": lambda v: f"{v:.12f}"})
        kind = self.type(array.shape, element)
        self.lines.append(f"{name} = mopt.const {{value = dense<{text}> : {kind}}} "
                          f": () -> {kind}")
        return name, kind

    def weights(self, *shape):
        return self.const(self.rng.normal(size=shape) / np.sqrt(np.prod(shape[1:])))

    def op(self, kind, operands, shape, attributes=""):
        """Operands are (name, type) or (name, shape)."""
        name = self.name()
        pairs = [(n, t if isinstance(t, str) else self.type(t)) for n, t in operands]
        label = f'mopt.tensors = [#mopt.tensor<name = "{name[1:]}">]'
        attributes = f"{attributes}, {label}" if attributes else label
        self.lines.append(
            f"{name} = mopt.{kind} {', '.join(n for n, _ in pairs)} {{{attributes}}} : "
            f"({', '.join(t for _, t in pairs)}) -> {self.type(shape)}")
        return name, shape

    def conv(self, x, outputs, taps, groups=1, relu="RELU"):
        n, h, w, c = x[1]
        return self.op(
            "conv_2d", [x, self.weights(outputs, taps, taps, c // groups),
                        self.weights(outputs)], [n, h, w, outputs],
            f"fused_activation_function = #mopt.activation<{relu}>")

    def depthwise(self, x, multiplier):
        n, h, w, c = x[1]
        return self.op(
            "depthwise_conv_2d", [x, self.const(self.rng.normal(
                size=(1, 3, 3, c * multiplier)) / 3), self.weights(c * multiplier)],
            [n, h, w, c * multiplier],
            f"depth_multiplier = {multiplier} : i32, "
            "fused_activation_function = #mopt.activation<RELU6>")

    def step(self, x):
        n, h, w, c = x[1]
        kind = self.rng.integers(12)
        if kind == 0:
            return self.conv(x, 8 * self.rng.integers(1, 4), 1)
        if kind == 1:
            return self.conv(x, c, 3, groups=2)
        if kind == 2:
            return self.depthwise(x, 1 + (c < 16))
        if kind == 3:  # Inverted residual.
            y = self.depthwise(self.conv(x, 2 * c, 1), 1)
            return self.op("add", [self.conv(y, c, 1, relu="NONE"), x], x[1])
        if kind == 4:  # Branches side by side.
            a, b = self.conv(x, 8, 1), self.conv(x, 16, 3)
            return self.op("concatenation", [a, x, b], [n, h, w, c + 24],
                           "axis = 3 : i32")
        if kind == 5:  # Squeeze and excitation.
            y = self.op("mean", [x, self.const(np.array([1, 2], np.int32))],
                        [n, 1, 1, c], "keep_dims = true")
            y = self.conv(self.conv(y, 8, 1), c, 1, relu="NONE")
            return self.op("mul", [x, self.op("logistic", [y], y[1])], x[1])
        if kind == 6:  # Batch normalisation that stayed, and PReLU.
            y = self.op("mul", [x, self.const(1 + self.rng.normal(size=c) / 4)], x[1])
            y = self.op("add", [y, self.weights(c)], x[1])
            return self.op("prelu", [y, self.const(self.rng.uniform(size=(1, 1, c)))],
                           x[1])
        if kind == 7:  # Halves that are exchanged.
            parts = [self.name(), self.name()]
            half = [n, h, w, c // 2]
            axis = self.const(np.array(3, np.int32))
            self.lines.append(
                f'{parts[0]}, {parts[1]} = "mopt.split"({axis[0]}, {x[0]}) '
                f"{{num_splits = 2 : i32}} : (tensor<i32>, {self.type(x[1])}) -> "
                f"({self.type(half)}, {self.type(half)})")
            return self.op("concatenation", [(parts[1], half), (parts[0], half)], x[1],
                           "axis = 3 : i32")
        if kind == 8:  # Shuffle of groups.
            y = self.op("reshape", [x, self.const(np.array([n, h, w, 2, c // 2],
                                                           np.int32))],
                        [n, h, w, 2, c // 2])
            y = self.op("transpose", [y, self.const(np.array([0, 1, 2, 4, 3],
                                                            np.int32))],
                        [n, h, w, c // 2, 2])
            return self.op("reshape", [y, self.const(np.array([n, h, -1, c],
                                                             np.int32))], x[1])
        if kind == 9:
            border = np.array([[0, 0], [1, 1], [1, 1], [0, 0]], np.int32)
            y = self.op("pad", [x, self.const(border)], [n, h + 2, w + 2, c])
            return self.op("max_pool_2d", [y], x[1],
                           "padding = #mopt.padding<VALID>, filter_width = 3 : i32, "
                           "filter_height = 3 : i32")
        if kind == 10:
            return self.op("hard_swish", [x], x[1])
        y = self.conv(x, c, 3, relu="NONE")
        return self.op("add", [x, y], x[1],
                       "fused_activation_function = #mopt.activation<RELU>")

    def build(self):
        x = self.conv(("%arg0", [1, 6, 6, 3]), 16, 3)
        for _ in range(7):
            x = self.step(x)
        n, h, w, c = x[1]
        y = self.conv(x, 8, 1)
        flat = h * w * 8
        y = self.op("reshape", [y, self.const(np.array([1, flat], np.int32))], [1, flat])
        y = self.op("fully_connected", [y, self.weights(16, flat), self.weights(16)],
                    [1, 16], "fused_activation_function = #mopt.activation<RELU>")
        y = self.op("fully_connected", [y, self.weights(5, 16), self.weights(5)], [1, 5])
        z = self.op("average_pool_2d", [x], [n, 1, 1, c],
                    "padding = #mopt.padding<VALID>, filter_width = 6 : i32, "
                    "filter_height = 6 : i32, stride_w = 6 : i32, stride_h = 6 : i32")
        z = self.op("fully_connected", [z, self.weights(4, c), self.weights(4)], [1, 4])
        body = "\n".join("    " + line for line in self.lines)
        return f"""module {{
  func.func @main(%arg0: tensor<1x6x6x3xf32> {{mopt.tensor = #mopt.tensor<name = "x">}}) -> (tensor<1x5xf32>, tensor<1x4xf32>) {{
{body}
    return {y[0]}, {z[0]} : tensor<1x5xf32>, tensor<1x4xf32>
  }}
}}
"""


if __name__ == "__main__":
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(Model(int(sys.argv[1])).build())
