"""sparse-layers.py: layers with as many zeros in as large blocks as names say."""

import random


def tensor(shape, element):
    return "tensor<" + "".join(f"{size}x" for size in shape) + element + ">"


def print_layer(name, image, filter_shape, outputs, sparsity, block, kind="int8"):
    generator = random.Random(1)
    count, columns = 1, 1
    for size in filter_shape:
        count *= size
    columns = count // filter_shape[0]
    height, width = block
    rows = -(-filter_shape[0] // height)
    across = -(-columns // width)
    zeros = set()
    for row in range(rows):
        chosen = generator.sample(range(across), round(across * sparsity))
        zeros |= {(row, column) for column in chosen}
    values = [
        0 if (i // columns // height, i % columns // width) in zeros else 1 + i % 99
        for i in range(count)
    ]
    if kind == "int8":
        x, stored = "!quant.uniform<i8:f32, 0.5:-3>", "i8"
        w = "!quant.uniform<i8:f32, 0.01>"
        data = bytes(values).hex()
    else:
        import struct

        x = w = stored = "f32"
        data = struct.pack(f"<{count}f", *map(float, values)).hex()
    op = "fully_connected" if len(filter_shape) == 2 else "conv_2d"
    x, y = tensor(image, x), tensor(outputs, x)
    filter_type = tensor(filter_shape, w)
    print(f"""func.func @{name}(%x: {x}) -> {y} {{
  %w = mopt.const {{value = dense<"0x{data}"> : {tensor(filter_shape, stored)}}} : () -> {filter_type}
  %none = mopt.no_value : () -> none
  %0 = mopt.{op} %x, %w, %none {{}} : ({x}, {filter_type}, none) -> {y}
  return %0 : {y}
}}""")


project = (1, 14, 14, 384), (64, 1, 1, 384), (1, 14, 14, 64)
print_layer("three_quarters", *project, 0.75, (16, 4))
print_layer("half", *project, 0.5, (16, 4))
print_layer("eighth", *project, 0.125, (16, 4))
# Zeros in every step of the instruction, but never a whole block.
print_layer("scattered", *project, 0.75, (1, 1))
print_layer("window", (1, 16, 16, 32), (32, 3, 3, 32), (1, 16, 16, 32), 0.75, (16, 4))
print_layer("narrow", (1, 7, 7, 160), (24, 1, 1, 160), (1, 7, 7, 24), 0.75, (16, 4))
print_layer("row", (1, 640), (128, 640), (1, 128), 0.75, (16, 4))
print_layer("float_project", *project, 0.75, (16, 4), "float")
print_layer("float_scattered", *project, 0.75, (1, 1), "float")
print_layer("float_row", (1, 640), (128, 640), (1, 128), 0.75, (16, 4), "float")
