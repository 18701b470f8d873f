"""compressed-layers.py: float layers with scattered zeros or few values."""

import random
import struct


def tensor(shape):
    return "tensor<" + "".join(f"{size}x" for size in shape) + "f32>"


def print_layer(name, rows, inputs, outputs, pick, options="", op="fully_connected", taps=()):
    generator = random.Random(1)
    shape = (outputs, *taps, inputs)
    count = inputs * outputs
    for size in taps:
        count *= size
    data = struct.pack(f"<{count}f", *(pick(generator, i) for i in range(count))).hex()
    x, y = tensor((*rows, inputs)), tensor((*rows, outputs))
    print(f"""func.func @{name}(%x: {x}) -> {y} {{
  %w = mopt.const {{value = dense<"0x{data}"> : {tensor(shape)}}} : () -> {tensor(shape)}
  %none = mopt.no_value : () -> none
  %0 = mopt.{op} %x, %w, %none {{{options}}} : ({x}, {tensor(shape)}, none) -> {y}
  return %0 : {y}
}}""")


def zeros(sparsity):
    return lambda generator, i: generator.gauss(0, 1) if generator.random() >= sparsity else 0.0


def few(count):
    return lambda generator, i: float(generator.randrange(count))


RELU = "fused_activation_function = #mopt.activation<RELU>"
print_layer("row", (1,), 320, 50, zeros(0.9), RELU)
print_layer("sparser", (1,), 640, 128, zeros(0.97))
print_layer("few_zeros", (1,), 320, 48, zeros(0.3))
print_layer("some_zeros", (1,), 320, 48, zeros(0.5))
print_layer("rows", (6,), 320, 48, zeros(0.9))
print_layer("short", (1,), 31, 96, zeros(0.9))
print_layer("nothing", (1,), 320, 48, lambda generator, i: 0.0)
print_layer("uneven", (1,), 320, 64, lambda g, i: float(g.random() < (i // 320 % 16) / 24))
print_layer("pixels", (1, 6, 7), 64, 48, zeros(0.9), op="conv_2d", taps=(1, 1))
print_layer("window", (1, 6, 7), 64, 48, zeros(0.9), op="conv_2d", taps=(3, 3))
print_layer("values", (1,), 1024, 260, few(16))
print_layer("more_values", (1,), 1024, 260, few(32))
print_layer("many_values", (1,), 1024, 260, few(33))
print_layer("small", (1,), 1024, 200, few(16))
print_layer("two_rows", (2,), 1024, 260, few(16))
print_layer("channels", (1,), 1024, 260, lambda g, i: float(g.randrange(16) + i // 1024))
print_layer("both", (1,), 1024, 260, lambda g, i: float(g.randrange(1, 16)) if g.random() > 0.95 else 0.0)
