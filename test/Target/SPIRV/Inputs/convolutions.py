"""convolutions.py FOLDER: depthwise convolutions with several results a channel, and
convolutions with shortcuts, or of sizes that are no whole tiles, on a GPU beside the
evaluator."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "CPU/Inputs"))
from chain import RELU6, Model, compare_models, strides


def make_multipliers():
    """Results that are computed from one, two and four channels of the input, in
    one word and in two; the last row has a second layer behind it, which reads
    what a first one wrote."""
    models = []
    # Channels, results of each.
    for channels, multiplier in [(1, 8), (3, 2), (5, 3), (4, 4), (6, 5), (8, 2), (2, 12)]:
        for kind in ("float", "int8", "uint8"):
            model = Model(len(models), kind, (2, 7, 9, channels))
            options = f"depth_multiplier = {multiplier} : i32, {RELU6}"
            outputs = channels * multiplier
            model.layer("depthwise_conv_2d", outputs, (3, 3), options=options)
            options = f"depth_multiplier = 2 : i32, {strides(2)}"
            model.layer("depthwise_conv_2d", 2 * outputs, (3, 2), options=options, result=(2, 4, 5, 0))
            models.append(model)
    return models


def make_shortcuts():
    """Sums of what is there before a convolution, which its kernel makes; of what
    comes after it, which is a kernel; and of what others read too."""
    models = []
    for channels in (3, 8, 24):
        for kind in ("float", "int8", "uint8"):
            model = Model(len(models), kind, (2, 5, 9, channels))
            model.layer("conv_2d", channels, (3, 3), options=RELU6, sparsity=0).add("%x")
            first = model.value
            model.layer("conv_2d", channels, (1, 1), sparsity=0).add(first)
            second = model.value
            model.layer("conv_2d", channels, (1, 1), sparsity=0)
            third = model.value
            model.add(second).add(third)
            models.append(model)
    return models


def make_tiles():
    """Channels and columns that are no whole tiles of eight: the results beside a
    tile are those of another pixel."""
    models = []
    for outputs, columns in ((20, 9), (12, 11)):
        for kind in ("float", "int8", "uint8"):
            model = Model(len(models), kind, (2, 5, columns, 8))
            model.layer("conv_2d", outputs, (3, 3), options=RELU6)
            model.layer("conv_2d", outputs + 8, (1, 1))
            model.layer("conv_2d", 4, (5, 5))
            models.append(model)
    return models


def describe(path, i, kind, mode, device):
    return f"{i} {kind} {mode} {device}:"


if __name__ == "__main__":
    compare_models(sys.argv[1], make_multipliers() + make_shortcuts() + make_tiles(), ["vulkan"], describe, option="--device")
