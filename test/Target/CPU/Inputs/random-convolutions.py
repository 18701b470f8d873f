"""random-convolutions.py: an int8 model of convolutions with drawn weights.

Groups of every size and part of one, rows that are no multiple of a tile,
strides, dilation, borders and two images.
"""

import random

generator = random.Random(7)
# Filter [outputs, rows, columns, inputs], stride, dilation, padding.
LAYERS = [
    ((100, 1, 1, 64), 1, 1, "SAME"),
    ((48, 3, 3, 100), 2, 1, "SAME"),
    ((16, 3, 3, 48), 1, 2, "SAME"),
    ((32, 3, 2, 16), 1, 1, "VALID"),
]


def tensor(shape, element="!quant.uniform<i8:f32, 0.5:-3>"):
    return "tensor<" + "".join(f"{dim}x" for dim in shape) + element + ">"


def get_size(size, taps, stride, dilation, padding):
    if padding == "SAME":
        return -(-size // stride)
    return (size - (taps - 1) * dilation - 1) // stride + 1


def main():
    shape = [2, 19, 21, 64]
    start, body = tensor(shape), []
    current = "%x"
    for i, (filter_shape, stride, dilation, padding) in enumerate(LAYERS):
        outputs, rows, columns, inputs = filter_shape
        assert inputs == shape[3]
        result = [
            shape[0],
            get_size(shape[1], rows, stride, dilation, padding),
            get_size(shape[2], columns, stride, dilation, padding),
            outputs,
        ]
        count = outputs * rows * columns * inputs
        weights = bytes(generator.randrange(-127, 128) & 255 for _ in range(count))
        bias = b"".join(
            generator.randrange(-9999, 9999).to_bytes(4, "little", signed=True)
            for _ in range(outputs)
        )
        # Sums of so many products spread over about the range of int8.
        scale = 2.0 / (rows * columns * inputs) ** 0.5 / 127
        kind = tensor(filter_shape, f"!quant.uniform<i8:f32, {scale:.6f}>")
        bias_kind = f"tensor<{outputs}x!quant.uniform<i32:f32, {scale / 2:.7f}>>"
        body += [
            f'  %w{i} = mopt.const {{value = dense<"0x{weights.hex()}"> : '
            f"{tensor(filter_shape, 'i8')}}} : () -> {kind}",
            f'  %b{i} = mopt.const {{value = dense<"0x{bias.hex()}"> : '
            f"tensor<{outputs}xi32>}} : () -> {bias_kind}",
            f"  %y{i} = mopt.conv_2d {current}, %w{i}, %b{i} {{padding = #mopt.padding<{padding}>, "
            f"stride_h = {stride} : i32, stride_w = {stride} : i32, "
            f"dilation_h_factor = {dilation} : i32, dilation_w_factor = {dilation} : i32}} : "
            f"({tensor(shape)}, {kind}, {bias_kind}) -> {tensor(result)}",
        ]
        shape, current = result, f"%y{i}"
    print(f"func.func @main(%x: {start}) -> {tensor(shape)} {{")
    print("\n".join(body))
    print(f"  return {current} : {tensor(shape)}\n}}")


main()
