"""Writes a model whose values have several kinds of readers.

borders.py i8|u8 > MODEL.mlir

A border that one reader needs lies around what the others read too: two images, a
depthwise kernel, a dilated one, one of a single tap, an addition, and an op that is
no kernel. Of uint8 weights, less their zero point, many do not fit 8 bits.
"""
import math
import random
import sys

SIGNED = sys.argv[1] == "i8"
GENERATOR = random.Random(0)
# Odd sizes: images, and channels that do not fill vectors.
BATCHES, ROWS, COLUMNS = 2, 9, 11
INPUTS, CHANNELS, OUTPUTS = 12, 44, 20


def tensor(shape, scale, zero_point):
    sizes = "x".join(map(str, shape))
    return f"tensor<{sizes}x!quant.uniform<{sys.argv[1]}:f32, {scale}:{zero_point}>>"


def image(channels, rows=ROWS, columns=COLUMNS):
    return tensor((BATCHES, rows, columns, channels), 0.5, -3 if SIGNED else 120)


def weights(name, shape, taps):
    # Sums that spread over the range of the outputs.
    scale = 40 / (math.sqrt(taps) * 5400)
    kind = tensor(shape, scale, 0 if SIGNED else 97)
    data = GENERATOR.randbytes(math.prod(shape)).hex()
    storage = f"tensor<{'x'.join(map(str, shape))}x{'' if SIGNED else 'u'}i8>"
    print(f'  %{name} = mopt.const {{value = dense<"0x{data}"> : {storage}}} : () -> {kind}')
    return kind


def layer(result, op, operand, operand_type, filter_name, filter_type, kind, attrs=""):
    print(
        f"  %{result} = mopt.{op} %{operand}, %{filter_name}, %none {{{attrs}}} : "
        f"({operand_type}, {filter_type}, none) -> {kind}"
    )


def main():
    x, y, z = image(INPUTS), image(CHANNELS), image(OUTPUTS)
    padded, small = image(CHANNELS, ROWS + 2, COLUMNS + 3), image(OUTPUTS, 5, 6)
    other = tensor((BATCHES, ROWS, COLUMNS, OUTPUTS), 0.75, 11 if SIGNED else 99)
    finer = tensor((BATCHES, ROWS, COLUMNS, OUTPUTS), 0.3, 5 if SIGNED else 140)
    results = f"{z}, {z}, {small}, {y}, {y}"
    print(f"func.func @main(%x: {x}) -> ({results}) {{")
    print("  %none = mopt.no_value : () -> none")
    expand = weights("expand", (CHANNELS, 1, 1, INPUTS), INPUTS)
    window = weights("window", (1, 3, 3, CHANNELS), 9)
    dilated = weights("dilated", (OUTPUTS, 3, 3, CHANNELS), 9 * CHANNELS)
    project = weights("project", (OUTPUTS, 1, 1, CHANNELS), CHANNELS)
    sizes = "dense<[[0, 0], [1, 1], [2, 1], [0, 0]]> : tensor<4x2xi32>"
    print(f"  %sizes = mopt.const {{value = {sizes}}} : () -> tensor<4x2xi32>")
    layer("a", "conv_2d", "x", x, "expand", expand, y)
    layer("b", "depthwise_conv_2d", "a", y, "window", window, y)
    dilation = "dilation_h_factor = 2 : i32, dilation_w_factor = 2 : i32"
    layer("c", "conv_2d", "a", y, "dilated", dilated, z, dilation)
    layer("d", "conv_2d", "a", y, "project", project, finer)
    print(f"  %e = mopt.pad %b, %sizes : ({y}, tensor<4x2xi32>) -> {padded}")
    stride = "stride_h = 2 : i32, stride_w = 2 : i32, padding = #mopt.padding<VALID>"
    layer("f", "conv_2d", "e", padded, "dilated", dilated, small, stride)
    print(f"  %g = mopt.maximum %a, %a : ({y}, {y}) -> {y}")
    # The sum of what was there before, with a border or without, and of a kernel.
    print(f"  %h = mopt.add %d, %c {{}} : ({finer}, {z}) -> {other}")
    narrow = weights("narrow", (1, 3, 3, OUTPUTS), 9)
    layer("i", "depthwise_conv_2d", "h", other, "narrow", narrow, z)
    layer("j", "depthwise_conv_2d", "a", y, "window", window, y)
    relu = "{fused_activation_function = #mopt.activation<RELU>}"
    print(f"  %k = mopt.add %a, %j {relu} : ({y}, {y}) -> {y}")
    print(f"  return %c, %i, %f, %g, %k : {results}\n}}")


main()
