"""windows.py FOLDER CPU...: models that begin with few channels, N.mlir, as code
for each CPU and by the evaluator, whose inputs and outputs stay in FOLDER as N.in
and N.out. Rows of their windows are no whole number of steps of the instruction;
or all weights of a layer are few. Needs no package."""
import sys

from chain import DILATED, RELU6, Model, compare_models, strides

VALID = "padding = #mopt.padding<VALID>"
DENSE = {"sparsity": 0}


def make_models():
    """Rows of the output that are no multiple of a tile or of a vector of
    pixels, two images, strides, windows of every rest, channels that fill no
    vector, weights of 9 bits."""
    narrow = Model(1, "int8", (1, 17, 19, 3))
    narrow.layer("conv_2d", 16, (3, 3), options=RELU6, **DENSE)
    wide = Model(2, "int8", (2, 33, 37, 3))
    wide.layer("conv_2d", 32, (3, 3), options=strides(2), result=(2, 17, 19, 0), **DENSE)
    half = Model(3, "int8", (1, 21, 23, 3))
    half.layer("conv_2d", 8, (3, 3), options=strides(2), result=(1, 11, 12, 0), **DENSE)
    large = Model(4, "int8", (1, 15, 16, 3))
    large.layer("conv_2d", 64, (7, 7), options=strides(2), result=(1, 8, 8, 0), **DENSE)
    single = Model(5, "int8", (1, 12, 13, 1))
    single.layer("conv_2d", 6, (5, 5), options=VALID, result=(1, 8, 9, 0), **DENSE)
    several = Model(6, "int8", (1, 10, 34, 3))
    several.layer("conv_2d", 48, (5, 5), options=strides(3), result=(1, 4, 12, 0), **DENSE)
    unsigned = Model(7, "uint8", (1, 9, 20, 3)).layer("conv_2d", 16, (3, 3), **DENSE)
    behind = Model(8, "int8", (1, 6, 7, 24)).layer("conv_2d", 32, (1, 1), **DENSE)
    behind.layer("conv_2d", 3, (1, 1), **DENSE).layer("conv_2d", 16, (3, 3), **DENSE)
    behind.layer("conv_2d", 3, (1, 1), **DENSE)
    dilated = Model(9, "int8", (1, 12, 14, 3))
    dilated.layer("conv_2d", 16, (3, 3), options=DILATED, result=(1, 8, 10, 0), **DENSE)
    short = Model(10, "int8", (1, 5, 3, 3)).layer("conv_2d", 32, (2, 3), **DENSE)
    return [narrow, wide, half, large, single, several, unsigned, behind, dilated, short]


def describe(path, i, kind, mode, cpu):
    return f"{i} {mode} {cpu}:"


if __name__ == "__main__":
    compare_models(sys.argv[1], make_models(), sys.argv[2:], describe)
