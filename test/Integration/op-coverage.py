#!/usr/bin/env python3
"""Quantizes a model of each operator that the format can quantize.

usage: op-coverage.py [--only=OP] CONFORMANCE_FOLDER

The operators are those that TensorFlow's converter or ai-edge-quantizer make
int8 or int16x8 (83 of them). Each model is the first suitable float32 row of the
conformance table, calibrated on drawn inputs; operators that only move data get
an ABS in front, as they stay float without a neighbour that computes. What
mopt-opt makes of it has to have the operator in integers, or to say why not, as
EXCEPTIONS states; LiteRT's reference kernels have to load and run it, with the
evaluator's outputs. Hybrid forms (dynamic) are compared within the bounds of the
conformance table: float32 functions of the two differ in the last bits. Prints one line for each operator, exits 1 where one fails.
Uses mopt-opt and mopt-run of the PATH. Needs: ai-edge-litert numpy"""
import argparse
import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

# What TensorFlow's converter (operator_property.cc) and ai-edge-quantizer 0.10.0
# name together.
OPERATORS = """
ABS ADD ARG_MAX ASSIGN_VARIABLE AVERAGE_POOL_2D BATCH_MATMUL BATCH_TO_SPACE_ND
BROADCAST_TO CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DIV
DYNAMIC_UPDATE_SLICE EQUAL EXP EXPAND_DIMS FILL FULLY_CONNECTED GATHER GATHER_ND
GELU GREATER GREATER_EQUAL HARD_SWISH L2_NORMALIZATION LEAKY_RELU LESS LESS_EQUAL
LOG LOGISTIC LOG_SOFTMAX LSTM MAXIMUM MAX_POOL_2D MEAN MINIMUM MIRROR_PAD MUL
NOT_EQUAL PACK PAD PADV2 PRELU QUANTIZE READ_VARIABLE REDUCE_MAX REDUCE_MIN
REDUCE_PROD RELU RELU6 RELU_N1_TO_1 RESHAPE RESIZE_BILINEAR
RESIZE_NEAREST_NEIGHBOR REVERSE_V2 RSQRT SCATTER_ND SELECT SELECT_V2 SHAPE SLICE
SOFTMAX SPACE_TO_BATCH_ND SPACE_TO_DEPTH SPLIT SPLIT_V SQRT SQUARED_DIFFERENCE
SQUEEZE STABLEHLO_COMPOSITE STRIDED_SLICE SUB SUM SVDF TANH TILE TRANSPOSE
TRANSPOSE_CONV UNIDIRECTIONAL_SEQUENCE_LSTM UNPACK VAR_HANDLE WHERE
""".split()

# Operators that keep their operand's parameters or have no result of their own.
MOVES_DATA = """
ARG_MAX AVERAGE_POOL_2D BATCH_TO_SPACE_ND BROADCAST_TO CONCATENATION
DEPTH_TO_SPACE DYNAMIC_UPDATE_SLICE EQUAL EXPAND_DIMS FILL GATHER GATHER_ND
GREATER GREATER_EQUAL LESS LESS_EQUAL MAXIMUM MAX_POOL_2D MINIMUM MIRROR_PAD
NOT_EQUAL PACK PAD PADV2 REDUCE_MAX REDUCE_MIN RESHAPE RESIZE_BILINEAR
RESIZE_NEAREST_NEIGHBOR REVERSE_V2 SCATTER_ND SELECT SELECT_V2 SHAPE SLICE
SPACE_TO_BATCH_ND SPACE_TO_DEPTH SPLIT SPLIT_V SQUEEZE STRIDED_SLICE TILE
TRANSPOSE UNPACK WHERE
""".split()

# Rows other than the first float32 one.
ROWS = {
    ("BATCH_MATMUL", "dynamic"): "float32_constant",
    ("QUANTIZE", "int16x8"): "float32_to_int16",
    # Its integer kernel has no other activation.
    ("SVDF", "int8"): "float32_relu",
}

# (operator, scheme) or (operator, "*"): a part of the reason why it stays float.
NO_KERNEL = "the format defines no int16 form of it"
STORED_ORDER = "its int16 kernels compare stored numbers"
VARIABLE = "it belongs to a variable, whose contents calibration does not observe"
EXCEPTIONS = {
    ("ARG_MAX", "int16x8"): NO_KERNEL,
    ("ASSIGN_VARIABLE", "*"): VARIABLE,
    ("DEPTH_TO_SPACE", "int16x8"): NO_KERNEL,
    ("GREATER", "int16x8"): STORED_ORDER,
    ("GREATER_EQUAL", "int16x8"): STORED_ORDER,
    ("HARD_SWISH", "int16x8"): NO_KERNEL,
    ("L2_NORMALIZATION", "int16x8"): NO_KERNEL,
    ("LESS", "int16x8"): STORED_ORDER,
    ("LESS_EQUAL", "int16x8"): STORED_ORDER,
    ("LOG_SOFTMAX", "int16x8"): NO_KERNEL,
    ("LSTM", "int16x8"): NO_KERNEL,
    ("PRELU", "int16x8"): "its int16 kernels read slopes of 8 bits",
    ("READ_VARIABLE", "*"): VARIABLE,
    ("RELU_N1_TO_1", "int16x8"): NO_KERNEL,
    ("SCATTER_ND", "int16x8"): NO_KERNEL,
    ("SPACE_TO_DEPTH", "int16x8"): NO_KERNEL,
    ("SQUARED_DIFFERENCE", "int16x8"): NO_KERNEL,
    ("SVDF", "int16x8"): NO_KERNEL,
    ("UNIDIRECTIONAL_SEQUENCE_LSTM", "int16x8"): NO_KERNEL,
    ("VAR_HANDLE", "*"): VARIABLE,
    ("WHERE", "int16x8"): NO_KERNEL,
}

# Without a row: mopt carries it as it is, and so quantizes nothing of it.
CARRIED = ("STABLEHLO_COMPOSITE",)

# Why these are run by the builtin kernels.
OLD = "the reference kernels know an older version only"
BUILTIN_KERNELS = {
    ("DEPTH_TO_SPACE", "int8"): OLD,
    ("RELU_N1_TO_1", "int8"): OLD,
    ("SUM", "*"): "the reference kernel returns garbage",
    ("TILE", "int8"): OLD,
}

# The operators whose kernels read int8 weights beside float32 activations.
HYBRID = """
BATCH_MATMUL BIDIRECTIONAL_SEQUENCE_LSTM BIDIRECTIONAL_SEQUENCE_RNN CONV_2D
DEPTHWISE_CONV_2D EMBEDDING_LOOKUP FULLY_CONNECTED LSTM RNN SVDF
UNIDIRECTIONAL_SEQUENCE_LSTM UNIDIRECTIONAL_SEQUENCE_RNN
""".split()

# Scheme: its operators, and the type that one of their tensors has to have.
SCHEMES = {
    "int8": (OPERATORS, "INT8"),
    "int16x8": (OPERATORS, "INT16"),
    "dynamic": (HYBRID, "INT8"),
}
SAMPLES = 8


def make_model(case, writer):
    """The row as a model of its own, with an ABS in front of data that moves."""
    op = case.build()
    if isinstance(op, writer.Model):
        return op
    if op.name == "DIV":
        # Its kernels are right for divisors of one magnitude only.
        divisor = op.inputs[1]
        divisor.data = np.linspace(1.0, 2.0, int(np.prod(divisor.shape)))
        divisor.data = divisor.data.reshape(divisor.shape).astype(np.float32)
    if case.op.upper() not in MOVES_DATA:
        return writer.Model([writer.Graph("main", op.graph_inputs(), op.outputs, [op])])
    ops, inputs = [], []
    for i, tensor in enumerate(op.inputs):
        if tensor is None or tensor.data is not None or tensor.variable:
            continue
        if tensor.dtype != "float32":
            inputs.append(tensor)
            continue
        source = writer.Tensor(tensor.shape, "float32", draw=tensor.draw)
        ops.append(writer.Op("ABS", [source], [tensor]))
        inputs.append(source)
    return writer.Model([writer.Graph("main", inputs, op.outputs, ops + [op])])


def read_types(path, name):
    """Types of the tensors around the operator `name` of a file."""
    model = schema.ModelT.InitFromPackedBuf(path.read_bytes())
    code = getattr(schema.BuiltinOperator, name)
    names = {v: k for k, v in vars(schema.TensorType).items() if k.isupper()}
    types = set()
    for graph in model.subgraphs:
        for operator in graph.operators:
            if model.operatorCodes[operator.opcodeIndex].builtinCode != code:
                continue
            for index in [*operator.inputs, *operator.outputs]:
                if index >= 0:
                    types.add(names[graph.tensors[index].type])
    return types


def quantize_input(value, detail):
    """`value` as the integers that a model takes; itself where it takes floats."""
    if value.dtype == detail["dtype"]:
        return value
    scale, zero_point = detail["quantization"]
    limits = np.iinfo(detail["dtype"])
    steps = np.rint(value / np.float32(scale)) + zero_point
    return np.clip(steps, limits.min, limits.max).astype(detail["dtype"])


def run_litert(path, builtin, inputs):
    """The inputs as the model takes them, and the outputs."""
    kinds = OpResolverType
    interpreter = Interpreter(
        model_path=str(path),
        experimental_op_resolver_type=kinds.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        if builtin
        else kinds.BUILTIN_REF,
    )
    interpreter.allocate_tensors()
    interpreter.reset_all_variables()
    details = interpreter.get_input_details()
    inputs = [quantize_input(value, detail) for value, detail in zip(inputs, details)]
    for detail, value in zip(details, inputs):
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    return inputs, [
        interpreter.get_tensor(detail["index"])
        for detail in interpreter.get_output_details()
    ]


def read_hybrid(op, path, writer):
    """`op` with the weights and options that its hybrid form in a file has."""
    model = schema.ModelT.InitFromPackedBuf(path.read_bytes())
    graph = model.subgraphs[0]
    code = getattr(schema.BuiltinOperator, op.name)
    operator = next(
        o for o in graph.operators if model.operatorCodes[o.opcodeIndex].builtinCode == code
    )
    inputs = list(op.inputs)
    for place, index in enumerate(operator.inputs):
        if index < 0 or graph.tensors[index].type != schema.TensorType.INT8:
            continue
        tensor = graph.tensors[index]
        data = np.frombuffer(model.buffers[tensor.buffer].data.tobytes(), np.int8)
        inputs[place] = writer.Tensor(
            tuple(tensor.shape),
            "int8",
            scale=tensor.quantization.scale,
            axis=tensor.quantization.quantizedDimension,
            data=data.reshape(tensor.shape),
        )
    options = dict(op.options)
    asymmetric = getattr(operator.builtinOptions, "asymmetricQuantizeInputs", None)
    if asymmetric is not None:
        options["asymmetricQuantizeInputs"] = asymmetric
    return writer.Op(op.name, inputs, op.outputs, options)


def find_difference(case, actual, expected, inexact, inputs):
    """What is wrong with the outputs; empty if nothing is. `inexact` is the op
    where it computes in float32."""
    limits = [0.0] * len(expected)
    if inexact and case.bound:
        history = [inputs] if case.bound_takes_history else inputs
        limits = case.bound(inexact, history, expected)
    wrong = 0
    for a, e, limit in zip(actual, expected, limits, strict=True):
        if a.dtype.kind == "f":
            wrong += int(np.sum(~(np.abs(a.astype(np.float64) - e) <= limit)))
        else:
            wrong += int(np.sum(a != e))
    return f"{wrong} elements differ" if wrong else ""


def run_mopt(path, inputs, folder):
    out = folder / "out"
    command = ["mopt-run", path, "--device=reference", "--requantize=fixed"]
    command.append(f"--output-dir={out}")
    for index, (name, value) in enumerate(inputs):
        np.save(folder / f"{index}.npy", value)
        command.append(f"--input={name}={folder / f'{index}.npy'}")
    subprocess.run(command, check=True, capture_output=True, text=True)
    files = sorted(out.iterdir(), key=lambda file: int(file.name.split("_")[0]))
    return [np.load(file) for file in files]


def check(case, scheme, modules):
    """The line of one operator and scheme, and whether all is as it should be."""
    runner, writer, common = modules
    described = make_model(case, writer)
    rng = common.rng_for(case.op, case.name)
    name = case.op.upper()
    label = f"{name} {scheme}"
    kernels = BUILTIN_KERNELS.get((name, scheme), BUILTIN_KERNELS.get((name, "*")))
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        source, target = folder / "float.tflite", folder / "integer.tflite"
        source.write_bytes(writer.serialize(described))
        details = [
            (f"main_{i}", tensor) for i, tensor in enumerate(described.graph_inputs())
        ]
        samples = [
            [runner.draw(rng, tensor) for _, tensor in details] for _ in range(SAMPLES)
        ]
        data = {n: np.stack(values) for (n, _), values in zip(details, zip(*samples))}
        np.savez(folder / "data.npz", **data)
        options = "min-elements=1"
        if scheme != "dynamic":
            options = "requantize=fixed"
            options += f" calibration={folder / 'data.npz'}" if data else ""
            # The builtin kernels round differently where floats become integers.
            options += f" io={SCHEMES[scheme][1].lower()}" if kernels else ""
        command = ["mopt-opt", source, f"--quantize-{scheme}={options}", "-o", target]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            return f"{label}: FAILED: {done.stderr.strip()}", False
        reason = EXCEPTIONS.get((name, scheme), EXCEPTIONS.get((name, "*")))
        if reason is not None:
            if reason not in done.stderr:
                return f"{label}: FAILED: not '{reason}' but {done.stderr}", False
            verdict = f"float32, {reason}"
        else:
            types = read_types(target, name)
            wanted = SCHEMES[scheme][1]
            if wanted not in types:
                return f"{label}: FAILED: {sorted(types)}; {done.stderr.strip()}", False
            verdict = wanted.lower()
        try:
            inputs, expected = run_litert(target, kernels, samples[0])
        except (RuntimeError, ValueError) as error:
            return f"{label}: FAILED: LiteRT: {error}", False
        actual = run_mopt(target, [(n, v) for (n, _), v in zip(details, inputs)], folder)
        inexact = None
        if scheme == "dynamic":
            inexact = read_hybrid(case.build(), target, writer)
        elif reason is not None:
            inexact = case.build()
        wrong = find_difference(case, actual, expected, inexact, samples[0])
        if wrong:
            return f"{label}: FAILED: {wrong}", False
        elements = sum(e.size for e in expected)
        how = "within the bound" if inexact and case.bound else "equal"
        return f"{label}: {verdict}, {elements} elements {how}", True


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="")
    parser.add_argument("conformance", type=pathlib.Path)
    options = parser.parse_args()
    sys.path.insert(0, str(options.conformance))
    import runner
    import tflite_writer
    from cases import all_rows, common

    modules = runner, tflite_writer, common
    cases = [case for case in all_rows() if not case.refused]
    jobs = []
    for scheme, (operators, _) in SCHEMES.items():
        for op in operators:
            if op in CARRIED or options.only not in ("", op):
                continue
            wanted = ROWS.get((op, scheme), "float32")
            row = next(
                case
                for case in cases
                if case.op.upper() == op and case.name.startswith(wanted)
            )
            jobs.append((row, scheme))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for line, good in pool.map(lambda job: check(*job, modules), jobs):
            print(line, flush=True)
            failed += not good
    for op in CARRIED:
        print(f"{op}: float32, carried as it is")
    print(f"{len(jobs) - failed} of {len(jobs)} as expected")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
