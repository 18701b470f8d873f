# ===- layers.py - Models of drawn layers -------------------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""usage: layers.py i8|u8 ROWS,COLUMNS,CHANNELS LAYER... > MODEL.mlir

A chain of layers with drawn weights:
  conv:CHANNELS,TAPS,STRIDE,PADDING[,DILATION]
  depthwise:TAPS,STRIDE,PADDING[,DILATION[,N]] (every Nth channel has weights of nine
  bits, all by default)
  add:N[,SCALE,ZERO] (what was there N layers ago; of the result, 0.5 otherwise)
  maxpool:TAPS,STRIDE,PADDING[,ACTIVATION]   avgpool:the same   pool   mean
  resize:ROWS,COLUMNS[,align] (bilinear, with aligned corners or not)
  concat:N (behind it what was there N layers ago)   dense:CHANNELS
  faint:CHANNELS (one tap; every second channel has a scale of almost nothing, and a
  bias far beyond 24 bits, close to a step of the result or not)
Weights of u8 less their zero point do not all fit 8 bits."""

import math
import random
import sys

GENERATOR = random.Random(3)
KIND = sys.argv[1]
ZERO = -3 if KIND == "i8" else 125


def tensor(shape, element):
    return f"tensor<{''.join(f'{size}x' for size in shape)}{element}>"


def quantized(shape, scale="0.5", zero=ZERO):
    return tensor(shape, f"!quant.uniform<{KIND}:f32, {scale}:{zero}>")


def constant(name, data, shape, storage, kind):
    value = f'dense<"0x{data.hex()}"> : {tensor(shape, storage)}'
    return f"  %{name} = mopt.const {{value = {value}}} : () -> {kind}"


def make_weights(name, shape, depth, source, wide=1):
    # Sums that spread over about the range of the outputs.
    scale = 2 / math.sqrt(depth) / 127
    count = math.prod(shape)
    kind = quantized(shape, f"{scale:.6f}", 0 if KIND == "i8" else 119)
    if KIND == "i8":
        data = bytes(GENERATOR.randrange(-127, 128) & 255 for _ in range(count))
    else:
        data = GENERATOR.randbytes(count)
        # Less 119, up to 246 fits a byte.
        if wide > 1:
            data = bytes(
                247 + byte % 9 if i % shape[-1] % wide == wide - 1 else min(byte, 246)
                for i, byte in enumerate(data)
            )
    channels = shape[3] if shape[0] == 1 and len(shape) == 4 else shape[0]
    bias = b"".join(
        GENERATOR.randrange(-9999, 9999).to_bytes(4, "little", signed=True)
        for _ in range(channels)
    )
    bias_scale = float(f"{scale:.6f}") * float(source)
    bias_kind = tensor([channels], f"!quant.uniform<i32:f32, {bias_scale:.9f}>")
    lines = [
        constant("w" + name, data, shape, "i8" if KIND == "i8" else "ui8", kind),
        constant("b" + name, bias, [channels], "i32", bias_kind),
    ]
    return lines, f"{kind}, {bias_kind}"


def make_faint_weights(name, channels, depth, source):
    scales, bias = [], []
    for channel in range(channels):
        scale = 2 / math.sqrt(depth) / 127
        value = GENERATOR.randrange(-9999, 9999)
        if channel % 2:
            # Sums of up to 30 bits, which float32 rounds to units of up to 64.
            scale = float(f"{GENERATOR.uniform(1, 2) * 2.0 ** -24:.12f}")
            steps = GENERATOR.randrange(-60, 60)
            steps += GENERATOR.choice((0.5, 0.5, 0.5, GENERATOR.random()))
            value = round(steps * 0.5 / (scale * float(source)))
        scales.append(f"{scale:.12f}")
        bias.append(value.to_bytes(4, "little", signed=True))
    weights = (-1, 0, 0, 0, 0, 0, 0, 1)
    data = bytes(GENERATOR.choice(weights) & 255 for _ in range(channels * depth))
    bias_scales = [f"{float(scale) * float(source):.15f}" for scale in scales]
    shape = [channels, 1, 1, depth]
    kind = tensor(shape, f"!quant.uniform<i8:f32:0, {{{', '.join(scales)}}}>")
    bias_kind = tensor(
        [channels], f"!quant.uniform<i32:f32:0, {{{', '.join(bias_scales)}}}>"
    )
    lines = [
        constant("w" + name, data, shape, "i8", kind),
        constant("b" + name, b"".join(bias), [channels], "i32", bias_kind),
    ]
    return lines, f"{kind}, {bias_kind}"


def get_size(size, taps, stride, padding, dilation):
    if padding == "SAME":
        return -(-size // stride)
    return (size - (taps - 1) * dilation - 1) // stride + 1


def main():
    shape = [1, *map(int, sys.argv[2].split(","))]
    start, current, lines, history = quantized(shape), "%x", [], []
    # Scale and zero point of what is there.
    params = "0.5", ZERO
    for number, layer in enumerate(sys.argv[3:]):
        op, _, text = layer.partition(":")
        name, fields = str(number), text.split(",")
        source, made_params = quantized(shape, *params), ("0.5", ZERO)
        history.append((current, source, shape[-1]))
        if op in ("conv", "depthwise"):
            if op == "depthwise":
                fields.insert(0, shape[3])
            channels, taps, stride = map(int, fields[:3])
            padding, dilation = fields[3], int(fields[4]) if len(fields) > 4 else 1
            sizes = [get_size(s, taps, stride, padding, dilation) for s in shape[1:3]]
            result = [1, *sizes, channels]
            if op == "conv":
                window, depth = [channels, taps, taps, shape[3]], taps * taps * shape[3]
            else:
                window, depth = [1, taps, taps, channels], taps * taps
            wide = int(fields[5]) if len(fields) > 5 else 1
            made, kinds = make_weights(name, window, depth, params[0], wide)
            attributes = f"padding = #mopt.padding<{padding}>"
            for what in "hw":
                attributes += f", stride_{what} = {stride} : i32"
                attributes += f", dilation_{what}_factor = {dilation} : i32"
            mnemonic = "conv_2d" if op == "conv" else "depthwise_conv_2d"
            lines += made + [
                f"  %y{name} = mopt.{mnemonic} {current}, %w{name}, %b{name} {{{attributes}}} : "
                f"({source}, {kinds}) -> {quantized(result)}"
            ]
        elif op == "faint":
            result = [*shape[:3], int(text)]
            made, kinds = make_faint_weights(name, int(text), shape[3], params[0])
            lines += made + [
                f"  %y{name} = mopt.conv_2d {current}, %w{name}, %b{name} {{}} : "
                f"({source}, {kinds}) -> {quantized(result)}"
            ]
        elif op == "add":
            (other, kind, _), result = history[-int(fields[0])], shape
            if len(fields) > 1:
                made_params = fields[1], int(fields[2])
            lines.append(
                f"  %y{name} = mopt.add {current}, {other} {{}} : ({source}, {kind}) "
                f"-> {quantized(result, *made_params)}"
            )
        elif op == "concat":
            other, kind, depth = history[-int(text)]
            result, made_params = [*shape[:3], shape[3] + depth], params
            lines.append(
                f"  %y{name} = mopt.concatenation {current}, {other} {{axis = 3 : i32}} : "
                f"({source}, {kind}) -> {quantized(result, *params)}"
            )
        elif op == "resize":
            result, made_params = [1, int(fields[0]), int(fields[1]), shape[3]], params
            align = "align_corners = true" if fields[2:] == ["align"] else ""
            lines += [
                f"  %s{name} = mopt.const {{value = dense<{result[1:3]}> : tensor<2xi32>}} : () -> tensor<2xi32>",
                f"  %y{name} = mopt.resize_bilinear {current}, %s{name} {{{align}}} : "
                f"({source}, tensor<2xi32>) -> {quantized(result, *params)}",
            ]
        elif op in ("maxpool", "avgpool"):
            taps, stride, made_params = int(fields[0]), int(fields[1]), params
            sizes = [get_size(s, taps, stride, fields[2], 1) for s in shape[1:3]]
            result = [1, *sizes, shape[3]]
            activation = fields[3] if len(fields) > 3 else "NONE"
            mnemonic = "max_pool_2d" if op == "maxpool" else "average_pool_2d"
            lines.append(
                f"  %y{name} = mopt.{mnemonic} {current} {{filter_height = {taps} : i32, "
                f"filter_width = {taps} : i32, stride_h = {stride} : i32, stride_w = {stride} : i32, "
                f"padding = #mopt.padding<{fields[2]}>, fused_activation_function = "
                f"#mopt.activation<{activation}>}} : ({source}) -> {quantized(result, *params)}"
            )
        elif op == "pool":
            result, made_params = [1, 1, 1, shape[3]], params
            lines.append(
                f"  %y{name} = mopt.average_pool_2d {current} {{filter_height = {shape[1]} : i32, "
                f"filter_width = {shape[2]} : i32, stride_h = 1 : i32, stride_w = 1 : i32, "
                f"padding = #mopt.padding<VALID>}} : ({source}) -> {quantized(result, *params)}"
            )
        elif op == "mean":
            result = [1, 1, 1, shape[3]]
            lines += [
                f"  %a{name} = mopt.const {{value = dense<[1, 2]> : tensor<2xi32>}} : () -> tensor<2xi32>",
                f"  %y{name} = mopt.mean {current}, %a{name} {{keep_dims = true}} : "
                f"({source}, tensor<2xi32>) -> {quantized(result)}",
            ]
        else:
            depth, result = math.prod(shape), [1, int(text)]
            made, kinds = make_weights(name, [result[1], depth], depth, params[0])
            lines += made + [
                f"  %y{name} = mopt.fully_connected {current}, %w{name}, %b{name} {{}} : "
                f"({source}, {kinds}) -> {quantized(result)}"
            ]
        current, shape, params = "%y" + name, result, made_params
    kind = quantized(shape, *params)
    print(f"func.func @main(%x: {start}) -> {kind} {{")
    print("\n".join(lines))
    print(f"  return {current} : {kind}\n}}")


main()
