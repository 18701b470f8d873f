"""sparse.py FOLDER CPU...: models whose weights have blocks of zeros, N.mlir, as
code for each CPU and by the evaluator, whose inputs and outputs stay in FOLDER as
N.in and N.out. Integers in both arithmetics of requantisation. Says how many of
the kernels leave out zeros. Needs no package."""
import subprocess
import sys

from chain import DILATED, RELU6, Model, compare_models, strides


def make_models():
    """What surrounds layers in models: a border that the next op reads, a
    residual addition, strides, dilation, channels that fill no vector."""
    bottleneck = Model(1, "int8", (1, 7, 9, 32))
    bottleneck.layer("conv_2d", 72, (1, 1), options=RELU6)
    bottleneck.layer("depthwise_conv_2d", 72, (3, 3), options=RELU6)
    bottleneck.layer("conv_2d", 32, (1, 1)).add("%x")
    bottleneck.layer("conv_2d", 40, (3, 3), options=strides(2), result=(1, 4, 5, 0))
    bottleneck.layer("conv_2d", 21, (1, 1))
    dilated = Model(2, "int8", (2, 9, 30, 12))
    dilated.layer("conv_2d", 48, (3, 3), options=DILATED, result=(2, 5, 26, 0))
    dilated.layer("conv_2d", 16, (3, 2), block=(48, 2))
    product = Model(3, "int8", (1, 256)).layer("fully_connected", 50)
    products = Model(4, "int8", (3, 96)).layer("fully_connected", 64)
    unsigned = Model(5, "uint8", (1, 6, 50, 32))
    unsigned.layer("conv_2d", 40, (1, 1), options=RELU6)
    unsigned.layer("conv_2d", 24, (3, 3), options=strides(2), result=(1, 3, 25, 0))
    floats = [
        Model(6, "float", (1, 5, 34, 8)).layer("conv_2d", 40, (1, 1), options=RELU6),
        Model(7, "float", (2, 6, 30, 8)).layer("conv_2d", 21, (3, 3)),
        Model(8, "float", (1, 7, 9, 8)).layer(
            "conv_2d", 32, (3, 3), options=strides(2), result=(1, 4, 5, 0)
        ),
        Model(9, "float", (1, 9, 28, 6)).layer(
            "conv_2d", 16, (3, 3), options=DILATED, result=(1, 5, 24, 0)
        ),
        Model(10, "float", (1, 300)).layer("fully_connected", 50),
    ]
    return [bottleneck, dilated, product, products, unsigned, *floats]


def count_kernels(model, cpu):
    """Of the kernels that could be sparse, how many are."""
    triple = "aarch64-linux-gnu" if cpu.startswith("cortex") else "x86_64-linux-gnu"
    target = f"mcpu={cpu}" + ("" if cpu == "host" else f" triple={triple}")
    text = subprocess.run(
        ["mopt-opt", model, f"--mopt-convert-mopt-to-kernel={target}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    sparse = text.count("kernel.sparse_")
    return f"{sparse} of {sparse + text.count('kernel.conv_2d') + text.count('kernel.float_conv_2d')}"


def describe(path, i, kind, mode, cpu):
    return f"{i} {kind} {mode} {cpu}: {count_kernels(path, cpu)} sparse,"


if __name__ == "__main__":
    compare_models(sys.argv[1], make_models(), sys.argv[2:], describe)
