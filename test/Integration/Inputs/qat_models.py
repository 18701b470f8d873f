"""qat_models.py FOLDER: models as quantization-aware training leaves them, made
fixed-point without data, beside LiteRT running them in float32.

`fake_quant` is the form of TF 1: fake_quant ops, one scale a weight, and a batch
norm behind a convolution. `pairs` is that of TF 2: quantize and dequantize, one
scale a channel, joins and moves in between. Both are written as MLIR and become
.tflite files by our exporter. Prints, for each, the largest difference in units of
the output's scale. Needs: ai-edge-litert numpy"""
import pathlib
import re
import subprocess
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

RNG = np.random.default_rng(5)


class Model:
    """Text of a function of 8x8x4 values, one op after another."""

    def __init__(self, style):
        self.style, self.lines, self.count = style, [], 0

    def add(self, op, operands, types, result, attrs=""):
        self.count += 1
        self.lines.append(
            f'  %{self.count} = mopt.{op} {", ".join(operands)} {{{attrs}}} : '
            f'({", ".join(types)}) -> {result}')
        return f"%{self.count}", result

    def const(self, values):
        kind = f"tensor<{'x'.join(map(str, values.shape))}x" + (
            "f32>" if values.dtype == np.float32 else "i32>")
        return self.add("const", [], [], kind,
                        f'value = dense<"0x{values.tobytes().hex()}"> : {kind}')

    def round(self, value, low, high):
        """What training sees in the place of an activation, or of weights with
        one scale."""
        name, kind = value
        if self.style == "fake_quant":
            return self.add(
                "fake_quant", [name], [kind], kind,
                f"min = {low:e} : f32, max = {high:e} : f32, num_bits = 8 : i32")
        scale = np.float32((high - low) / 255)
        zero = int(np.clip(np.round(-low / scale), 0, 255))
        return self.pair(value, f"u8:f32, {float(scale)!r}:{zero}")

    def pair(self, value, element):
        name, kind = value
        quantized = kind.replace("f32", f"!quant.uniform<{element}>")
        name, _ = self.add("quantize", [name], [kind], quantized)
        return self.add("dequantize", [name], [quantized], kind)

    def weight(self, shape, axis):
        fan_in = np.prod(shape) / shape[axis]
        values = RNG.normal(0, fan_in ** -0.5, shape).astype(np.float32)
        # Channels of different size, as training makes them.
        sizes = [1] * len(shape)
        sizes[axis] = shape[axis]
        values *= RNG.uniform(0.5, 1.5, sizes).astype(np.float32)
        value = self.const(values)
        if self.style == "fake_quant":
            # LiteRT does not run narrow ranges: this one has as many steps.
            limit = float(np.abs(values).max())
            return self.round(value, -limit * 128 / 127, limit)
        others = tuple(i for i in range(len(shape)) if i != axis)
        scales = (np.abs(values).max(others) / 127).astype(np.float32)
        return self.pair(value, f"u8:f32:{axis}, " + "{" + ",".join(
            f"{float(scale)!r}:128" for scale in scales) + "}")

    def layer(self, op, value, shape, axis, result, attrs=""):
        weight, bias = self.weight(shape, axis), self.const(
            RNG.normal(0, 0.2, shape[axis]).astype(np.float32))
        operands = [value, weight, bias]
        return self.add(op, [o[0] for o in operands], [o[1] for o in operands],
                        result, attrs)

    def binary(self, op, left, right, result, attrs=""):
        return self.add(op, [left[0], right[0]], [left[1], right[1]], result, attrs)

    def text(self, value):
        body = "\n".join(self.lines)
        return (f"func.func @main(%x: tensor<1x8x8x4xf32>) -> {value[1]} {{\n"
                f"{body}\n  return {value[0]} : {value[1]}\n}}\n")


RELU6 = "fused_activation_function = #mopt.activation<RELU6>"


def make_fake_quant():
    model = Model("fake_quant")
    image = "tensor<1x8x8x8xf32>"
    value = model.round(("%x", "tensor<1x8x8x4xf32>"), -1.0, 1.0)
    value = model.layer("conv_2d", value, (8, 3, 3, 4), 0, image)
    factors = RNG.uniform(-1.5, 1.5, 8).astype(np.float32)
    value = model.binary("mul", value, model.const(factors), image)
    shifts = RNG.normal(0, 0.3, 8).astype(np.float32)
    value = model.binary("add", value, model.const(shifts), image, RELU6)
    value = model.round(value, 0.0, 3.0)
    value = model.add("average_pool_2d", [value[0]], [image], "tensor<1x4x4x8xf32>",
                      "filter_height = 2 : i32, filter_width = 2 : i32, "
                      "stride_h = 2 : i32, stride_w = 2 : i32")
    shape = model.const(np.array([1, 128], np.int32))
    value = model.binary("reshape", value, shape, "tensor<1x128xf32>")
    value = model.layer("fully_connected", value, (10, 128), 0, "tensor<1x10xf32>")
    return model.text(model.round(value, -2.0, 2.0))


def make_pairs():
    model = Model("pairs")
    image = "tensor<1x8x8x4xf32>"
    value = model.round(("%x", image), -1.0, 1.0)
    side = model.layer("depthwise_conv_2d", value, (1, 3, 3, 4), 3, image, RELU6)
    side = model.round(side, 0.0, 2.0)
    value = model.binary("add", value, side, image)
    value = model.round(value, -1.0, 2.5)
    value = model.binary("concatenation", value, side, "tensor<1x8x8x8xf32>",
                         "axis = 3 : i32")
    value = model.round(value, -1.0, 2.5)
    axes = model.const(np.array([1, 2], np.int32))
    value = model.binary("mean", value, axes, "tensor<1x8xf32>")
    value = model.round(value, -0.5, 1.5)
    value = model.layer("fully_connected", value, (10, 8), 0, "tensor<1x10xf32>")
    return model.text(model.round(value, -2.0, 2.0))


def open_model(path):
    interpreter = Interpreter(
        str(path), experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True)
    interpreter.allocate_tensors()
    return interpreter


def run(interpreter, value):
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], value)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def main():
    folder = pathlib.Path(sys.argv[1])
    for name, text in (("fake_quant", make_fake_quant()), ("pairs", make_pairs())):
        source, model = folder / f"{name}.mlir", folder / f"{name}.tflite"
        source.write_text(text)
        subprocess.run(["mopt-opt", source, "-o", model], check=True)
        integer = folder / f"{name}_int8.tflite"
        done = subprocess.run(
            ["mopt-opt", model, "--quantize-int8=strict=true", "-o", integer],
            check=True, stderr=subprocess.PIPE, text=True)
        warnings = len(re.findall("warning", done.stderr))
        trained, ours = open_model(model), open_model(integer)
        types = {d["dtype"].__name__ for d in ours.get_tensor_details()}
        scale = 4.0 / 255
        worst = 0.0
        for _ in range(100):
            value = RNG.uniform(-1, 1, (1, 8, 8, 4)).astype(np.float32)
            worst = max(worst, np.abs(run(trained, value) - run(ours, value)).max())
        print(f"{name}: {warnings} warnings, "
              f"{'int8' if 'int8' in types else 'float'}, at most "
              f"{worst / scale:.2f} units from the model as it was trained")


main()
