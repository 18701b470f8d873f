#!/usr/bin/env python3
"""A model trained by tensorflow-model-optimization, made int8 by mopt-opt and by
LiteRT's own converter.

qat.py [--build=DIR] [--data=IMAGES.npz] [--epochs=N] [--inputs=N] [--keep=DIR]

Trains a small convolutional network (batch norm, depthwise, add, concatenation,
pooling, dense) with quantization in mind on uint8 images of 32x32x3 with labels
(arrays x and y; without --data: on noise), exports it once as a float32 model and
once through the converter as int8, lets `mopt-opt --quantize-int8` make the first one
int8 without data, and compares operators, scales, zero points and the outputs of
LiteRT's reference kernels. The exit status is 1 where outputs differ by more than one
unit of the output's scale.

Needs: tensorflow tf_keras tensorflow-model-optimization ai-edge-litert numpy
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402
from ai_edge_litert.interpreter import Interpreter, OpResolverType  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


def build_network(keras):
    layers = keras.layers
    image = layers.Input((32, 32, 3))
    x = layers.Conv2D(8, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU(6)(layers.BatchNormalization()(x))
    x = layers.DepthwiseConv2D(3, strides=2, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    left = layers.Conv2D(16, 1, padding="same")(x)
    right = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.ReLU()(layers.Add()([left, right]))
    left = layers.Conv2D(16, 3, strides=2, padding="same")(x)
    x = layers.Concatenate()([left, layers.MaxPooling2D(2)(x)])
    x = layers.Dense(10)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Softmax()(x))


def train(images, labels, epochs):
    """The float32 model with fake quantization, and the converter's int8 one."""
    import tensorflow as tf
    import tensorflow_model_optimization as tfmot
    import tf_keras as keras

    keras.utils.set_random_seed(1)
    model = tfmot.quantization.keras.quantize_model(build_network(keras))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(images, labels, batch_size=50, epochs=epochs, verbose=0)
    forms = []
    for optimizations in ([], [tf.lite.Optimize.DEFAULT]):
        converter = tf.lite.TFLiteConverter.from_keras_model(model)
        converter.optimizations = optimizations
        forms.append(converter.convert())
    return forms


def open_model(path):
    interpreter = Interpreter(
        str(path),
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    return interpreter


def describe(interpreter):
    """Operators with the type, scales and zero points of all that they touch."""
    tensors = {d["index"]: d for d in interpreter.get_tensor_details()}

    def parameters(index):
        found = tensors[index]["quantization_parameters"]
        return (
            tensors[index]["dtype"].__name__,
            found["scales"].tolist(),
            found["zero_points"].tolist(),
        )

    return [
        (op["op_name"], [parameters(i) for i in [*op["inputs"], *op["outputs"]]])
        for op in interpreter._get_ops_details()
    ]


def is_same(left, right):
    """Biases' scales are products, which may be rounded in two ways."""
    return left[0] == right[0] and all(
        a[0] == b[0] and a[2] == b[2] and np.allclose(a[1], b[1], rtol=3e-7, atol=0)
        for a, b in zip(left[1], right[1])
    )


def run(interpreter, value):
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], value)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--inputs", type=int, default=200)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()

    if options.data:
        data = np.load(options.data)
        images, labels = data["x"].astype(np.float32) / 255, data["y"]
    else:
        rng = np.random.default_rng(1)
        images = rng.random((1000, 32, 32, 3), dtype=np.float32)
        labels = rng.integers(0, 10, 1000)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or pathlib.Path(temporary)
        folder.mkdir(exist_ok=True)
        names = ("trained", "converted", "ours")
        trained, converted, ours = (folder / f"{name}.tflite" for name in names)
        for path, content in zip(
            (trained, converted), train(images, labels, options.epochs)
        ):
            path.write_bytes(content)
        said = subprocess.run(
            [options.build / "bin/mopt-opt", trained, "--quantize-int8", "-o", ours],
            check=True,
            stderr=subprocess.PIPE,
            text=True,
        ).stderr
        models = [open_model(path) for path in (converted, ours)]
        ops = [describe(model) for model in models]
        equal = sum(is_same(left, right) for left, right in zip(*ops))
        scale = 1 / 256
        worst, same = 0.0, 0
        for image in images[: options.inputs]:
            left, right = (run(model, image[None]) for model in models)
            difference = np.abs(left - right).max() / scale
            worst, same = max(worst, difference), same + (difference == 0)
        print(said, end="")
        print(
            f"operators: {len(ops[0])} of the converter, {len(ops[1])} of mopt-opt, "
            f"{equal} with the same types, scales and zero points"
        )
        print(
            f"outputs: {same} of {len(images[: options.inputs])} equal, largest "
            f"difference {worst:.2f} units"
        )
    return 0 if worst <= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
