#!/usr/bin/env python3
"""Whole models beside LiteRT, one thread, in one process and in turns.

models.py [--build=DIR] [--mcpu=NAME] [--requantize=MODE] [--compute=f32|bf16]
          [--peer=litert|openvino] [--seconds=S] [--json]
          (MODEL.tflite... | --suite=FOLDER)

LiteRT runs with its default kernels (XNNPACK), OpenVINO in its default precision,
which is bf16 where the machine has it, on the same inputs. The ratio is the peer's
time over ours: above 1 mopt is faster. Only ratios of one run mean something on a
machine that others use.

--suite takes the models of a folder by groups (GROUPS below), integer ones in both
arithmetics of requantization, and prints the geometric mean and the least ratio of
each group. efficientnet_lite0_int8 is made of the float model where it is not there,
with ranges of generated inputs: time does not depend on them.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from native import NativeModel, measure

HERE = pathlib.Path(__file__).resolve().parent
GROUPS = {
    "int8": (
        "resnet8_int8",
        "vww_int8",
        "ad01_int8",
        "tf2_mobilenet_v2_1.0_224_ptq",
        "efficientnet_lite0_int8",
    ),
    "uint8": (
        "mobilenet_v1_0.5_160_quant",
        "mobilenet_v2_1.0_224_quant",
        "deeplabv3_mnv2_dm05_pascal_quant",
    ),
    "float32": (
        "resnet8_fp32",
        "vww_fp32",
        "ad01_fp32",
        "efficientnet_lite0_fp32",
        "lenet5_fp32",
    ),
    "lstm": ("lstm_mnist_fp32", "lstm_mnist_int8"),
}
# Groups that requantize, so that there are two arithmetics.
REQUANTIZING = ("int8", "uint8")
MADE = {"efficientnet_lite0_int8": "efficientnet_lite0_fp32"}


def make_openvino_peer(model):
    """What runs the model once, and its inputs."""
    import openvino

    core = openvino.Core()
    graph = core.read_model(str(model))
    # Batches of any size become one.
    shapes = {
        tensor.any_name: [
            size.get_length() if size.is_static else 1 for size in tensor.partial_shape
        ]
        for tensor in graph.inputs
    }
    graph.reshape(shapes)
    settings = {
        "INFERENCE_NUM_THREADS": 1,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
    }
    request = core.compile_model(graph, "CPU", settings).create_infer_request()
    generator = np.random.default_rng(0)
    inputs = []
    for tensor in graph.inputs:
        dtype = tensor.element_type.to_dtype()
        scale = 1 if np.issubdtype(dtype, np.floating) else 30
        data = (generator.standard_normal(tuple(tensor.shape)) * scale).astype(dtype)
        request.set_tensor(tensor, openvino.Tensor(data))
        inputs.append(data)
    return request.infer, inputs


def make_litert_peer(model):
    """What runs the model once, and its inputs."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(model), num_threads=1)
    interpreter.allocate_tensors()
    generator = np.random.default_rng(0)
    inputs = []
    for detail in interpreter.get_input_details():
        shape, dtype = detail["shape"], detail["dtype"]
        if np.issubdtype(dtype, np.floating):
            data = generator.standard_normal(shape).astype(dtype)
        else:
            limits = np.iinfo(dtype)
            data = generator.integers(
                limits.min, limits.max, shape, dtype=dtype, endpoint=True
            )
        interpreter.set_tensor(detail["index"], data)
        inputs.append(data)
    return interpreter.invoke, inputs


PEERS = {
    "litert": ("LiteRT", make_litert_peer),
    "openvino": ("OpenVINO", make_openvino_peer),
}


def compare(model, modes, folder, options):
    """Times of the model in the arithmetics `modes` and of the peer."""
    peer, inputs = PEERS[options.peer][1](model)
    natives = []
    for mode in modes:
        native = NativeModel(
            options.build / "bin/mopt-translate",
            model,
            folder / f"{model.stem}-{mode}.so",
            options.mcpu,
            mode,
            options.compute,
        )
        for place, data in zip(native.inputs, inputs):
            place[:] = np.ascontiguousarray(data).reshape(-1).view(np.uint8)
        natives.append(native)
    functions = [native.run for native in natives] + [peer]
    *ours, (theirs, their_median) = measure(functions, options.seconds)
    return [
        {
            "model": model.stem,
            "requantize": mode,
            "mopt_us": lowest,
            f"{options.peer}_us": theirs,
            "mopt_median_us": median,
            f"{options.peer}_median_us": their_median,
            "ratio": theirs / lowest,
            "median_ratio": their_median / median,
        }
        for mode, (lowest, median) in zip(modes, ours)
    ]


def find_model(name, options, folder):
    path = options.suite / f"{name}.tflite"
    if path.exists() or name not in MADE:
        return path
    path = folder / f"{name}.tflite"
    source = options.suite / f"{MADE[name]}.tflite"
    command = [options.build / "bin/mopt-opt", source, "--quantize-int8", "-o", path]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return path


def geometric_mean(values):
    return float(np.exp(np.mean(np.log(values))))


def print_rows(rows, peer):
    print(
        f"{'model':34}{'requantize':>11}{'mopt us':>10}{PEERS[peer][0] + ' us':>12}"
        f"{'ratio':>8}{'of medians':>12}"
    )
    for row in rows:
        print(
            f"{row['model']:34}{row['requantize']:>11}{row['mopt_us']:10.1f}"
            f"{row[peer + '_us']:12.1f}{row['ratio']:8.2f}{row['median_ratio']:12.2f}"
        )


def summarize(group, mode, rows):
    rows = [row for row in rows if row["requantize"] == mode]
    return {
        "group": group,
        "requantize": mode,
        "mean_ratio": geometric_mean([row["ratio"] for row in rows]),
        "mean_median_ratio": geometric_mean([row["median_ratio"] for row in rows]),
        "least_median_ratio": min(row["median_ratio"] for row in rows),
    }


def run_suite(options, folder):
    results, summaries = [], []
    for group, names in GROUPS.items():
        modes = ["float", "fixed"] if group in REQUANTIZING else [options.requantize]
        rows = []
        for name in names:
            rows += compare(find_model(name, options, folder), modes, folder, options)
        results += rows
        summaries += [summarize(group, mode, rows) for mode in modes]
    return results, summaries


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--suite", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--mcpu", default="host")
    parser.add_argument("--requantize", default="float", choices=("float", "fixed"))
    parser.add_argument("--compute", default="f32", choices=("f32", "bf16"))
    parser.add_argument("--peer", default="litert", choices=PEERS)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if bool(options.models) == bool(options.suite):
        parser.error("either models or --suite")

    results, summaries = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if options.suite:
            results, summaries = run_suite(options, folder)
        for model in options.models:
            results += compare(model, [options.requantize], folder, options)
    if options.json:
        facts = {
            "mcpu": options.mcpu,
            "compute": options.compute,
            "models": results,
            "groups": summaries,
        }
        json.dump(facts, sys.stdout, indent=1)
        print()
        return
    print_rows(results, options.peer)
    for row in summaries:
        print(
            f"{row['group']:8}{row['requantize']:>6}: geometric mean "
            f"{row['mean_ratio']:.2f} (of medians {row['mean_median_ratio']:.2f}), "
            f"least of medians {row['least_median_ratio']:.2f}"
        )


if __name__ == "__main__":
    main()
