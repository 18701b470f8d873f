"""wide.py FOLDER CPU...: chains whose values only kernels read, so that those which
multiply 16 bits leave them in 16 bits, as code for each CPU beside the evaluator. Says
in how many of them a kernel wrote and a kernel added 16 bits."""
import re
import subprocess
import sys

from chain import DILATED, Model, compare_models, strides


def block(seed, kind, sparsity):
    """Readers with a border, with two, and a sum with what was there before."""
    model = Model(seed, kind, (2, 9, 11, 12))
    model.layer("conv_2d", 44, (1, 1), sparsity)
    first = model.value
    model.layer("depthwise_conv_2d", 44, (3, 3))
    model.layer("conv_2d", 44, (1, 1), sparsity).add(first)
    model.layer("conv_2d", 20, (3, 3), sparsity)
    model.layer("depthwise_conv_2d", 20, (5, 5), options=strides(2), result=(2, 5, 6, 20))
    return model.layer("conv_2d", 7, (3, 3), sparsity, options=DILATED, result=(2, 1, 2, 7))


def products(seed, kind):
    """An odd length, which leaves no room for the step beyond its end."""
    model = Model(seed, kind, (1, 50))
    for outputs in (70, 33, 40, 10):
        model.layer("fully_connected", outputs, sparsity=0)
    return model


def rows(seed, kind):
    """Rows of outputs around a tile."""
    model = Model(seed, kind, (1, 3, 7, 16))
    model.layer("conv_2d", 40, (1, 1), 0)
    model.layer("depthwise_conv_2d", 40, (3, 3))
    model.layer("depthwise_conv_2d", 40, (4, 1), result=(1, 3, 7, 40))
    return model.layer("conv_2d", 64, (1, 1), 0)


def make_models():
    for kind in ("int8", "uint8"):
        yield block(1, kind, 0)
        yield block(2, kind, 0.9)
        yield products(3, kind)
        yield rows(4, kind)


def describe(path, number, kind, mode, cpu):
    option = f"--mopt-convert-mopt-to-kernel=mcpu={cpu} requantize={mode}"
    text = subprocess.run(["mopt-opt", path, option], check=True, capture_output=True, text=True).stdout
    written = len(re.findall(r"kernel\.\w*conv_2d .* outs\(%\w+ : tensor<[0-9x]*xi16>", text))
    added = len(re.findall(r"adds\(%\w+ : tensor<[0-9x]*xi16>", text))
    return f"{number} {kind} {mode} {cpu}: {written} wide, {added} added:"


compare_models(sys.argv[1], make_models(), sys.argv[2:], describe)
