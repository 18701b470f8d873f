"""profile-sparse.py: a layer half of whose blocks are zeros, and one without zeros."""


def constant(name, outputs, inputs, is_zero):
    values = [
        "00" if is_zero(row // 16 + column // 4) else "01"
        for row in range(outputs)
        for column in range(inputs)
    ]
    shape = f"{outputs}x1x1x{inputs}x"
    print(
        f'  %{name} = mopt.const {{value = dense<"0x{"".join(values)}"> : tensor<{shape}i8>}}'
        f" : () -> tensor<{shape}!quant.uniform<i8:f32, 0.01>>"
    )


def image(channels):
    return f"tensor<1x4x4x{channels}x!quant.uniform<i8:f32, 0.5:-3>>"


print(f"func.func @main(%x: {image(384)}) -> {image(16)} {{")
constant("w", 64, 384, lambda block: block % 2)
constant("v", 16, 64, lambda block: False)
print("  %none = mopt.no_value : () -> none")
for result, value, weights, inputs, outputs in (("y", "x", "w", 384, 64), ("z", "y", "v", 64, 16)):
    kind = f"tensor<{outputs}x1x1x{inputs}x!quant.uniform<i8:f32, 0.01>>"
    print(
        f"  %{result} = mopt.conv_2d %{value}, %{weights}, %none {{}} : "
        f"({image(inputs)}, {kind}, none) -> {image(outputs)}"
    )
print(f"  return %z : {image(16)}\n}}")
