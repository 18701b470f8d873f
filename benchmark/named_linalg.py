"""A float .tflite as MLIR in linalg's named ops, for compilers that read no .tflite.

Knows what small convolutional classifiers are made of; another operator is an
error. Needs: ai-edge-litert, numpy"""
import pathlib

import numpy as np
from ai_edge_litert import schema_py_generated as schema

SAME = 0
RELU, RELU6 = 1, 3


def tensor(shape):
    return "tensor<" + "".join(f"{size}x" for size in shape) + "f32>"


class Writer:
    def __init__(self, path):
        self.model = schema.ModelT.InitFromPackedBuf(pathlib.Path(path).read_bytes())
        self.graph = self.model.subgraphs[0]
        self.lines = []
        self.values = {}
        self.count = 0

    def emit(self, text):
        """Adds `%N = text`; its name."""
        self.count += 1
        self.lines.append(f"    %{self.count} = {text}")
        return f"%{self.count}"

    def shape(self, index):
        return tuple(int(size) for size in self.graph.tensors[index].shape)

    def data(self, index):
        info = self.graph.tensors[index]
        if info.type != schema.TensorType.FLOAT32:
            raise ValueError("only float models are known here")
        buffer = self.model.buffers[info.buffer].data
        return np.frombuffer(bytes(buffer), np.float32).reshape(self.shape(index))

    def constant(self, values):
        text = np.ascontiguousarray(values, np.float32).tobytes().hex()
        return self.emit(f'arith.constant dense<"0x{text}"> : {tensor(values.shape)}')

    def filled(self, shape, value):
        scalar = self.emit(f"arith.constant {float(value)!r} : f32")
        empty = self.emit(f"tensor.empty() : {tensor(shape)}")
        kind = tensor(shape)
        return self.emit(f"linalg.fill ins({scalar} : f32) outs({empty} : {kind}) -> {kind}")

    def binary(self, name, a, b, shape):
        return self.emit(f"arith.{name} {a}, {b} : {tensor(shape)}")

    def spread(self, vector, count, shape):
        """A vector along all other dimensions than the last one."""
        empty = self.emit(f"tensor.empty() : {tensor(shape)}")
        dims = ", ".join(map(str, range(len(shape) - 1)))
        result = self.emit(
            f"linalg.broadcast ins({vector} : {tensor((count,))}) "
            f"outs({empty} : {tensor(shape)}) dimensions = [{dims}]"
        )
        return result

    def activate(self, value, function, shape):
        if function in (RELU, RELU6):
            value = self.binary("maximumf", value, self.filled(shape, 0), shape)
        if function == RELU6:
            value = self.binary("minimumf", value, self.filled(shape, 6), shape)
        if function not in (0, RELU, RELU6):
            raise ValueError(f"activation {function}")
        return value

    def pad(self, value, source, target, window, strides, padding, fill):
        if padding != SAME:
            return value, source
        total = [
            max((target[i] - 1) * strides[i - 1] + window[i - 1] - source[i], 0)
            for i in (1, 2)
        ]
        if not any(total):
            return value, source
        low = [0, total[0] // 2, total[1] // 2, 0]
        high = [0, total[0] - low[1], total[1] - low[2], 0]
        padded = tuple(size + a + b for size, a, b in zip(source, low, high))
        scalar = self.emit(f"arith.constant {fill} : f32")
        self.count += 1
        self.lines.append(
            f"    %{self.count} = tensor.pad {value} low{low} high{high} {{\n"
            "    ^bb0(%a: index, %b: index, %c: index, %d: index):\n"
            f"      tensor.yield {scalar} : f32\n"
            f"    }} : {tensor(source)} to {tensor(padded)}"
        )
        return f"%{self.count}", padded

    def windowed(self, name, value, source, weights, target, strides, start=None):
        """A convolution or pooling over `value`."""
        kernel, shape = weights
        attributes = (
            "{dilations = dense<1> : tensor<2xi64>, "
            f"strides = dense<[{strides[0]}, {strides[1]}]> : tensor<2xi64>}}"
        )
        start = start or self.filled(target, 0)
        return self.emit(
            f"linalg.{name} {attributes} ins({value}, {kernel} : {tensor(source)}, "
            f"{tensor(shape)}) outs({start} : {tensor(target)}) -> {tensor(target)}"
        )

    def conv(self, op, x, source, target, depthwise):
        options = op.builtinOptions
        strides = (options.strideH, options.strideW)
        weights = self.data(op.inputs[1])
        window = weights.shape[1:3]
        x, source = self.pad(x, source, target, window, strides, options.padding, "0.0")
        if depthwise:
            name, weights = "depthwise_conv_2d_nhwc_hwc", weights[0]
        else:
            name, weights = "conv_2d_nhwc_hwcf", weights.transpose(1, 2, 3, 0)
        kernel = (self.constant(weights), weights.shape)
        bias = self.constant(self.data(op.inputs[2]))
        start = self.spread(bias, target[-1], target)
        y = self.windowed(name, x, source, kernel, target, strides, start)
        return self.activate(y, options.fusedActivationFunction, target)

    def dense(self, op, x, source, target):
        weights = self.data(op.inputs[1]).T
        flat = (int(np.prod(source)) // weights.shape[0], weights.shape[0])
        x = self.reshape(x, source, flat)
        kernel = self.constant(weights)
        start = self.spread(self.constant(self.data(op.inputs[2])), target[-1], target)
        y = self.emit(
            f"linalg.matmul ins({x}, {kernel} : {tensor(flat)}, "
            f"{tensor(weights.shape)}) outs({start} : {tensor(target)}) -> {tensor(target)}"
        )
        return self.activate(y, op.builtinOptions.fusedActivationFunction, target)

    def average(self, op, x, source, target):
        options = op.builtinOptions
        window = (options.filterHeight, options.filterWidth)
        if options.padding == SAME and source[1:3] != target[1:3]:
            raise ValueError("an average over a border")
        empty = self.emit(f"tensor.empty() : {tensor(window)}")
        strides = (options.strideH, options.strideW)
        y = self.windowed(
            "pooling_nhwc_sum", x, source, (empty, window), target, strides
        )
        count = self.filled(target, window[0] * window[1])
        return self.binary("divf", y, count, target)

    def reshape(self, x, source, target):
        if source == target:
            return x
        size = (int(np.prod(source)),)
        flat = x
        if len(source) != 1:
            dims = ", ".join(map(str, range(len(source))))
            flat = self.emit(
                f"tensor.collapse_shape {x} [[{dims}]] : {tensor(source)} into {tensor(size)}"
            )
        if len(target) == 1:
            return flat
        dims = ", ".join(map(str, range(len(target))))
        sizes = ", ".join(map(str, target))
        return self.emit(
            f"tensor.expand_shape {flat} [[{dims}]] output_shape [{sizes}] : "
            f"{tensor(size)} into {tensor(target)}"
        )

    def softmax(self, x, shape):
        empty = self.emit(f"tensor.empty() : {tensor(shape)}")
        kind = tensor(shape)
        return self.emit(
            f"linalg.softmax dimension({len(shape) - 1}) ins({x} : {kind}) "
            f"outs({empty} : {kind}) -> {kind}"
        )

    def operator(self, op):
        names = {v: k for k, v in vars(schema.BuiltinOperator).items()}
        name = names[self.model.operatorCodes[op.opcodeIndex].builtinCode]
        index = op.outputs[0]
        target, source = self.shape(index), self.shape(op.inputs[0])
        x = self.values[op.inputs[0]]
        if name in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            return self.conv(op, x, source, target, name != "CONV_2D")
        if name == "FULLY_CONNECTED":
            return self.dense(op, x, source, target)
        if name == "ADD" and source == target == self.shape(op.inputs[1]):
            y = self.binary("addf", x, self.values[op.inputs[1]], target)
            return self.activate(y, op.builtinOptions.fusedActivationFunction, target)
        if name == "AVERAGE_POOL_2D":
            return self.average(op, x, source, target)
        if name == "RESHAPE":
            return self.reshape(x, source, target)
        if name == "SOFTMAX":
            return self.softmax(x, target)
        raise ValueError(f"{name} is not known here")

    def write(self):
        (source,), (result,) = self.graph.inputs, self.graph.outputs
        self.values[source] = "%input"
        for op in self.graph.operators:
            self.values[op.outputs[0]] = self.operator(op)
        body = "\n".join(self.lines)
        return (
            "module {\n"
            f"  func.func @main(%input: {tensor(self.shape(source))}) -> "
            f"{tensor(self.shape(result))} {{\n{body}\n"
            f"    return {self.values[result]} : {tensor(self.shape(result))}\n"
            "  }\n}\n"
        )


def to_linalg(path):
    """(MLIR text with a function `main`, shape of its input)."""
    writer = Writer(path)
    return writer.write(), writer.shape(writer.graph.inputs[0])
