#!/usr/bin/env python3
# ===- train.py - trains the digits example and writes its data sets ------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Trains a small convolutional network on the UCI handwritten digits.

Writes three files into --output-dir (default: this script's folder):

  digits_fp32.tflite  the float32 model: input 1x8x8x1, raw pixels 0..16;
                      output 1x10, the probability of each digit
  calibration.npz     x: uint8 [200, 8, 8, 1], training images, 20 a digit
  test.npz            x: uint8 [500, 8, 8, 1], y: uint8 [500], held out

The recipe is fixed: no early stopping and no choice among runs, so the test
images play no part in the training. See README.md for how to run it.
"""

import argparse
import os
import pathlib
import tempfile
import zipfile

# oneDNN picks kernels, and with them the order of additions, by the CPU that it
# finds; without it the same seed gives the same model on more machines. Must be
# set before TensorFlow is imported.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from keras import layers
from sklearn.datasets import load_digits

SEED = 20
NUM_CLASSES = 10
NUM_TEST = 500
CALIBRATION_PER_CLASS = 20
EPOCHS = 60
BATCH_SIZE = 32
LEARNING_RATE = 2e-3
# Weight of the sparsity penalty (see MeanAbs), chosen without the test images;
# README.md has the figures.
MEAN_ABS_PENALTY = 5.0


def load_split():
    """Returns (train_x, train_y, test_x, test_y): uint8 [N, 8, 8, 1] and [N].

    The data set's own order is kept, because one writer's form follows another's
    in it: the last images come mostly from writers that the training never saw.
    """
    digits = load_digits()
    x = digits.images.astype(np.uint8)[..., np.newaxis]
    y = digits.target.astype(np.uint8)
    return x[:-NUM_TEST], y[:-NUM_TEST], x[-NUM_TEST:], y[-NUM_TEST:]


def pick_calibration(x, y, rng):
    """Returns CALIBRATION_PER_CLASS images of each class, in shuffled order."""
    chosen = [
        rng.choice(np.flatnonzero(y == c), CALIBRATION_PER_CLASS, replace=False)
        for c in range(NUM_CLASSES)
    ]
    return x[rng.permutation(np.concatenate(chosen))]


def augment(x, rng):
    """Returns a copy of x with each image moved by at most one pixel a side."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    moved = np.empty_like(x)
    offsets = rng.integers(0, 3, size=(len(x), 2))
    for i, (dy, dx) in enumerate(offsets):
        moved[i] = padded[i, dy : dy + 8, dx : dx + 8]
    return moved


class MeanAbs(keras.regularizers.Regularizer):
    """The mean absolute value of a layer's weights, times MEAN_ABS_PENALTY.

    An L1 penalty that leaves the weights that the net can spare near zero, so
    that removing half of them in one go, as mopt does, is harmless. The mean and
    not the sum: each layer is then pressed for the same share of its weights,
    the small depthwise one as much as the large dense one.
    """

    def __call__(self, weights):
        return MEAN_ABS_PENALTY * keras.ops.mean(keras.ops.abs(weights))


def conv_bn(x, filters, size, name, relu=True):
    """A convolution and a batch norm, which the converter folds into it.

    The norm also makes the net indifferent to the scale of its input: after
    folding, the first convolution takes raw pixels and no scaling op is left.
    """
    x = layers.Conv2D(
        filters,
        size,
        padding="same",
        use_bias=False,
        kernel_regularizer=MeanAbs(),
        name=name,
    )(x)
    x = layers.BatchNormalization(name=name + "_bn")(x)
    return layers.ReLU(name=name + "_relu")(x) if relu else x


def build_model():
    """Returns the untrained network, batch size 1 left open for training."""
    image = keras.Input((8, 8, 1), name="image")
    x = conv_bn(image, 16, 3, "stem")
    x = conv_bn(x, 32, 3, "widen")

    # A residual block of a depthwise and a pointwise convolution.
    y = layers.DepthwiseConv2D(
        3,
        padding="same",
        use_bias=False,
        depthwise_regularizer=MeanAbs(),
        name="dw",
    )(x)
    y = layers.BatchNormalization(name="dw_bn")(y)
    y = layers.ReLU(name="dw_relu")(y)
    y = conv_bn(y, 32, 1, "pw", relu=False)
    x = layers.ReLU(name="residual_relu")(layers.Add(name="residual")([x, y]))

    x = layers.MaxPooling2D(2, name="max_pool")(x)
    x = conv_bn(x, 48, 3, "deep")
    x = layers.AveragePooling2D(2, name="average_pool")(x)
    # Not layers.Flatten: with an explicit -1 the exported RESHAPE holds for
    # every batch size.
    x = layers.Lambda(
        lambda t: tf.reshape(t, [-1, 2 * 2 * 48]), output_shape=(192,), name="flatten"
    )(x)
    x = layers.Dense(
        128, activation="relu", kernel_regularizer=MeanAbs(), name="hidden"
    )(x)
    x = layers.Dropout(0.3, seed=SEED, name="dropout")(x)
    x = layers.Dense(NUM_CLASSES, kernel_regularizer=MeanAbs(), name="logits")(x)
    x = layers.Softmax(name="probabilities")(x)
    return keras.Model(image, x, name="digits")


def train(model, x, y, rng):
    """Trains model in place: Adam with a cosine schedule, EPOCHS epochs."""
    steps_per_epoch = -(-len(x) // BATCH_SIZE)
    schedule = keras.optimizers.schedules.CosineDecay(
        LEARNING_RATE, EPOCHS * steps_per_epoch
    )
    model.compile(
        optimizer=keras.optimizers.Adam(schedule),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    for epoch in range(EPOCHS):
        order = rng.permutation(len(x))
        moved = augment(x[order], rng).astype(np.float32)
        for start in range(0, len(x), BATCH_SIZE):
            batch = slice(start, start + BATCH_SIZE)
            result = model.train_on_batch(
                moved[batch],
                y[order[batch]],
                # The metrics that train_on_batch returns run over an epoch.
                return_dict=True,
            )
        if (epoch + 1) % 10 == 0:
            print(f"epoch {epoch + 1}: training loss {result['loss']:.4f}, "
                  f"top-1 {result['accuracy']:.4f}")
        model.reset_metrics()


def export(model):
    """Returns the model as float32 .tflite bytes with a batch size of 1."""
    signature = [tf.TensorSpec((1, 8, 8, 1), tf.float32, name="image")]
    # By way of a saved model: the converter folds weights into constants, and
    # with them the batch norms, only for the variables that it can restore.
    with tempfile.TemporaryDirectory() as saved:
        model.export(saved, input_signature=signature, verbose=False)
        return tf.lite.TFLiteConverter.from_saved_model(saved).convert()


def evaluate(tflite, x, y):
    """Returns how many images of x LiteRT classifies as y says."""
    interpreter = Interpreter(model_content=tflite)
    interpreter.allocate_tensors()
    input_index = interpreter.get_input_details()[0]["index"]
    output_index = interpreter.get_output_details()[0]["index"]
    correct = 0
    for image, label in zip(x, y):
        interpreter.set_tensor(input_index, image[np.newaxis].astype(np.float32))
        interpreter.invoke()
        correct += int(interpreter.get_tensor(output_index).argmax() == label)
    return correct


def save_npz(path, **arrays):
    """np.savez_compressed, but with fixed time stamps: same data, same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--output-dir", type=pathlib.Path, default=pathlib.Path(__file__).parent
    )
    output_dir = parser.parse_args().output_dir
    output_dir.mkdir(parents=True, exist_ok=True)

    keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    rng = np.random.default_rng(SEED)

    train_x, train_y, test_x, test_y = load_split()
    calibration_x = pick_calibration(train_x, train_y, rng)
    model = build_model()
    train(model, train_x, train_y, rng)
    tflite = export(model)

    (output_dir / "digits_fp32.tflite").write_bytes(tflite)
    save_npz(output_dir / "calibration.npz", x=calibration_x)
    save_npz(output_dir / "test.npz", x=test_x, y=test_y)

    correct = evaluate(tflite, test_x, test_y)
    print(f"{model.count_params()} parameters, {len(tflite)} bytes")
    print(f"LiteRT: {correct} of {NUM_TEST} test images correct")


if __name__ == "__main__":
    main()
