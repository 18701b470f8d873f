"""Prints a model whose ops are large enough for two threads: kernels with a last
group of channels, a border, loops over elements, a matrix product. Weights are
drawn, so that no channel can stand for another."""
import random

generator = random.Random(5)


def tensor(shape, element):
    return f"tensor<{'x'.join(map(str, shape))}x{element}>"


def quantized(shape, scale, zero_point):
    return tensor(shape, f"!quant.uniform<i8:f32, {scale}:{zero_point}>")


def constant(name, shape, element, value):
    bare = tensor(shape, element)
    print(f"  %{name} = mopt.const {{value = dense<{value}> : {bare}}} : () -> !{name}")


def weights(name, shape):
    count = 1
    for size in shape:
        count *= size
    constant(name, shape, "i8", f'"0x{generator.randbytes(count).hex()}"')


shapes = {
    "w1": (72, 3, 3, 16),
    "w2": (1, 3, 3, 72),
    "w3": (40, 1, 1, 72),
    "wf": (100, 10240),
}
for name, shape in shapes.items():
    print(f"!{name} = {quantized(shape, 0.002, 0)}")
biases = {"b1": 72, "b3": 40, "bf": 100}
for name, size in biases.items():
    print(f"!{name} = tensor<{size}xi32>")
print(f"""!x = {quantized((1, 48, 48, 16), 0.05, -3)}
!y1 = {quantized((1, 48, 48, 72), 0.1, 4)}
!y2 = {quantized((1, 48, 48, 72), 0.1, -5)}
!y3 = {quantized((1, 48, 48, 40), 0.1, 1)}
!z = {quantized((1, 48, 48, 40), 0.1, -2)}
!p = {quantized((1, 16, 16, 40), 0.1, -2)}
!f = {quantized((1, 10240), 0.1, -2)}
!o = {quantized((1, 100), 6.0, 7)}
!shape = tensor<2xi32>
func.func @main(%x: !x) -> !o {{""")
for name, shape in shapes.items():
    weights(name, shape)
for name, size in biases.items():
    values = [generator.randint(-2000, 2000) for _ in range(size)]
    constant(name, (size,), "i32", values)
constant("shape", (2,), "i32", "[1, 10240]")
print("""  %1 = mopt.conv_2d %x, %w1, %b1 {} : (!x, !w1, !b1) -> !y1
  %2 = mopt.depthwise_conv_2d %1, %w2, %b1 {} : (!y1, !w2, !b1) -> !y2
  %3 = mopt.conv_2d %2, %w3, %b3 {} : (!y2, !w3, !b3) -> !y3
  %4 = mopt.hard_swish %3 : (!y3) -> !z
  %5 = mopt.add %4, %3 : (!z, !y3) -> !z
  %6 = mopt.max_pool_2d %5 {filter_height = 3 : i32, filter_width = 3 : i32, stride_h = 3 : i32, stride_w = 3 : i32} : (!z) -> !p
  %7 = mopt.reshape %6, %shape : (!p, !shape) -> !f
  %8 = mopt.fully_connected %7, %wf, %bf {} : (!f, !wf, !bf) -> !o
  return %8 : !o
}""")
