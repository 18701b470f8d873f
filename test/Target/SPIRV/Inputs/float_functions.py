"""Functions of one float tensor: a model of all of them, and what NumPy says.

float_functions.py write FOLDER: model.mlir and x.npy
float_functions.py check FOLDER OUTPUTS: compares OUTPUTS/*.npy with float64

The bound of the relative error is 2^-20, four times what the polynomials and the
2.5 units of a division that Vulkan allows add up to; results below 2^-126 may be 0.
The approximation of gelu is an exponential of a number 2u with four roundings, each of
which changes the result by up to |2u| 2^-24."""

import math
import pathlib
import sys

import numpy as np

BOUND = 2.0**-20
ATTRIBUTES = {"leaky_relu": " {alpha = 0.3 : f32}", "gelu_tanh": " {approximate = true}"}


def cut(low, high):
    return lambda x: np.where(x < low, low, np.where(x > high, high, x))


def twice_u(x):
    return math.sqrt(8 / math.pi) * (x + 0.044715 * x**3)


BOUNDS = {"gelu_tanh": lambda x: BOUND + np.abs(twice_u(x)) * 2.0**-22}
FUNCTIONS = {
    "abs": np.abs,
    "elu": lambda x: np.where(x < 0, np.expm1(x), x),
    "exp": np.exp,
    "gelu": lambda x: x * np.vectorize(math.erfc)(-x / math.sqrt(2)) / 2,
    "gelu_tanh": lambda x: x / (1 + np.exp(-twice_u(x))),
    "hard_swish": lambda x: x * cut(0, 6)(x + 3) / 6,
    "leaky_relu": lambda x: np.where(x < 0, x * np.float32(0.3), x),
    "log": np.log,
    "logistic": lambda x: 1 / (1 + np.exp(-x)),
    "neg": np.negative,
    "relu": cut(0, np.inf),
    "relu6": cut(0, 6),
    "relu_0_to_1": cut(0, 1),
    "relu_n1_to_1": cut(-1, 1),
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "sqrt": np.sqrt,
    "square": np.square,
    "tanh": np.tanh,
}


def make_input():
    """Three rows whose length no vector of four divides."""
    special = [0.0, np.inf, -np.inf, np.nan, 88.8, -88.8, -103.9, 0.625, -0.35]
    magnitudes = np.geomspace(1e-6, 110, 900)
    values = np.concatenate([special, magnitudes, -magnitudes, np.arange(-3, 3)])
    return values[: len(values) // 3 * 3].astype(np.float32).reshape(3, -1)


def write(folder):
    x = make_input()
    np.save(folder / "x.npy", x)
    kind = f"tensor<{x.shape[0]}x{x.shape[1]}xf32>"
    lines = [
        f'  %{name} = mopt.{name.split("_tanh")[0]} %x{ATTRIBUTES.get(name, "")} : ({kind}) -> {kind}'
        for name in FUNCTIONS
    ]
    results = ", ".join("%" + name for name in FUNCTIONS)
    kinds = ", ".join([kind] * len(FUNCTIONS))
    lines.append(f"  return {results} : {kinds}")
    head = f'func.func @main(%x: {kind} {{mopt.tensor = #mopt.tensor<name = "x">}})'
    text = "\n".join([f"{head} -> ({kinds}) {{", *lines, "}", ""])
    (folder / "model.mlir").write_text(text)


def check(folder, outputs):
    x = np.load(folder / "x.npy").astype(np.float64)
    failures = 0
    for number, (name, function) in enumerate(FUNCTIONS.items()):
        (path,) = outputs.glob(f"{number}_*.npy")
        got = np.load(path).astype(np.float64)
        with np.errstate(all="ignore"):
            want = function(x)
            # A value that float32 cannot hold.
            want = want.astype(np.float32).astype(np.float64)
            difference = np.abs(got - want)
            bound = BOUNDS.get(name, lambda x: BOUND)(x)
            near = difference <= bound * np.abs(want) + 2.0**-126
            wrong = ~(near | (got == want) | (np.isnan(got) & np.isnan(want)))
            normal = near & (np.abs(want) >= 2.0**-126)
            error = np.max(difference[normal] / np.abs(want[normal]))
        print(f"{name}: {wrong.sum()} wrong, relative error {error:.2g}")
        for value, is_, should in zip(x[wrong][:4], got[wrong], want[wrong]):
            print(f"  f({value}) is {is_}, not {should}")
        failures += wrong.sum()
    return 1 if failures else 0


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(pathlib.Path(sys.argv[2]))
    else:
        sys.exit(check(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])))
