# ===- cases/detection.py - boxes --------------------------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""TFLite_Detection_PostProcess and NON_MAX_SUPPRESSION_V4 and _V5."""

import numpy as np

from cases.common import Case, constant, rng_for
from tflite_writer import Op, Tensor

# Rows of TFLite_Detection_PostProcess: options, and what the model looks like.
# `background`: class predictions begin with a class that is not counted.
POST_PROCESS = {
    "fast": dict(),
    "fast_background": dict(background=True),
    "fast_two_classes_each": dict(max_classes_per_detection=2),
    "fast_few_boxes": dict(boxes=3, max_detections=5),
    "fast_threshold": dict(nms_score_threshold=0.6),
    "fast_overlap": dict(nms_iou_threshold=0.05),
    "fast_long_encodings": dict(encoding=6),
    "fast_no_defaults": dict(drop=("detections_per_class", "use_regular_nms")),
    "regular": dict(use_regular_nms=True),
    "regular_background": dict(use_regular_nms=True, background=True),
    "regular_one_a_class": dict(use_regular_nms=True, detections_per_class=1),
    "regular_threshold": dict(use_regular_nms=True, nms_score_threshold=0.5),
}
OPTIONS = dict(
    max_detections=4,
    max_classes_per_detection=1,
    detections_per_class=100,
    use_regular_nms=False,
    nms_score_threshold=0.1,
    nms_iou_threshold=0.4,
    num_classes=3,
    y_scale=10.0,
    x_scale=10.0,
    h_scale=5.0,
    w_scale=5.0,
)


def post_process(dtype, name):
    row = dict(POST_PROCESS[name])
    count = row.pop("boxes", 7)
    background = row.pop("background", False)
    encoding = row.pop("encoding", 4)
    drop = row.pop("drop", ())
    options = dict(OPTIONS, **row)
    classes = options["num_classes"] + background
    rng = rng_for("detection_post_process", f"{dtype}_{name}")
    # Centres and sizes in a unit square, so that boxes overlap.
    anchors = np.concatenate(
        [rng.uniform(0.3, 0.7, (count, 2)), rng.uniform(0.2, 0.6, (count, 2))], axis=1
    )
    slots = options["max_detections"] * options["max_classes_per_detection"]
    if dtype == "uint8":
        inputs = [
            Tensor((1, count, encoding), "uint8", scale=0.06, zero_point=131),
            Tensor((1, count, classes), "uint8", scale=1 / 256, zero_point=0),
            constant(np.round(anchors / 0.004), "uint8", scale=0.004, zero_point=0),
        ]
    else:
        inputs = [
            Tensor((1, count, encoding), "float32"),
            Tensor((1, count, classes), "float32", draw=0.6),
            constant(anchors, "float32"),
        ]
    outputs = [
        Tensor((1, slots, 4), "float32"),
        Tensor((1, slots), "float32"),
        Tensor((1, slots), "float32"),
        Tensor((1,), "float32"),
    ]
    for key in drop:
        del options[key]
    return Op(
        "CUSTOM",
        inputs,
        outputs,
        options,
        custom_code="TFLite_Detection_PostProcess",
    )


# Rows of NON_MAX_SUPPRESSION: the constants that it takes.
SUPPRESSION = {
    "plain": dict(),
    "few": dict(limit=3),
    "all_above": dict(limit=12),
    "score": dict(score=0.5),
    "overlap": dict(iou=0.1),
    "nothing": dict(score=1000.0),
    "computed_thresholds": dict(computed=True),
}
SOFT = {
    "soft": dict(sigma=0.5),
    "soft_weak": dict(sigma=2.0, iou=0.9),
    "soft_score": dict(sigma=0.3, score=0.2),
}


def suppression(version, row, name):
    row = dict(dict(limit=6, iou=0.5, score=0.0, sigma=0.0, computed=False), **row)
    count = 8
    boxes = Tensor((count, 4), "float32")
    # Corners in a unit square: constants, so that they overlap.
    rng = rng_for(f"non_max_suppression_{version}", name)
    low = rng.uniform(0, 0.5, (count, 2))
    boxes = constant(
        np.concatenate([low, low + rng.uniform(0.2, 0.6, (count, 2))], axis=1),
        "float32",
    )
    # The corners come in any order.
    boxes.data[1] = boxes.data[1][[2, 3, 0, 1]]

    def number(value, dtype="float32"):
        if row["computed"] and dtype == "float32":
            return Tensor((), "float32", draw=0.4)
        return constant(value, dtype)

    inputs = [
        boxes,
        Tensor((count,), "float32"),
        number(row["limit"], "int32"),
        number(row["iou"]),
        number(row["score"]),
    ]
    outputs = [Tensor((row["limit"],), "int32"), Tensor((), "int32")]
    if version == "v5":
        inputs.append(constant(row["sigma"], "float32"))
        outputs.insert(1, Tensor((row["limit"],), "float32"))
    return Op(f"NON_MAX_SUPPRESSION_{version.upper()}", inputs, outputs)


def ties(version):
    """Boxes apart from each other, of scores some of which are equal."""
    op = suppression(version, dict(limit=8, score=-4.0), "ties")
    op.inputs[0].data[:] = np.arange(8, dtype=np.float32)[:, None] + [0, 0, 0.5, 0.5]
    op.inputs[1].draw = "whole"
    return op


def take_in_order(op, inputs):
    """What `ties` gives: scores descending, of equal ones the first box first."""
    scores = inputs[0]
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] > -4.0]
    indices = np.zeros(8, np.int32)
    taken = np.zeros(8, np.float32)
    indices[: order.size] = order
    taken[: order.size] = scores[order]
    count = np.int32(order.size)
    return [indices, count] if len(op.outputs) == 2 else [indices, taken, count]


def decoding_bound(op, inputs, outputs):
    """Corners are y -+ half, both rounded once to float32 from doubles. Two
    libraries' exp differ by an ulp of double, which can move the rounding of half
    to the neighbour: 2^-23 half; the sum is rounded once more: 2^-24 of itself.
    2 E is twice that. Classes, scores and counts are copied."""
    boxes = outputs[0].astype(np.float64)
    half = np.abs(boxes[..., [2, 3, 0, 1]] - boxes) / 2
    return [2 * (2.0**-23 * half + 2.0**-24 * np.abs(boxes)), 0.0, 0.0, 0.0]


def soft_bound(op, inputs, outputs):
    """Each box taken before multiplies a score once by exp of the same float32.
    Two libraries' exp differ by at most an ulp of the result, 2^-23, and the
    product is rounded to 2^-24. At most as many factors as there are slots."""
    scores = outputs[1].astype(np.float64)
    return [0.0, 2 * scores.size * (2.0**-23 + 2.0**-24) * np.abs(scores), 0.0]


# The fast form fills only the slots of the boxes that it finds.
UNWRITTEN = {
    "float32": ("fast_few_boxes", "fast_threshold", "fast_overlap"),
    "uint8": ("fast_few_boxes",),
}


def rows():
    result = []
    for dtype in ("float32", "uint8"):
        for name in POST_PROCESS:
            result.append(
                Case(
                    "detection_post_process",
                    f"{dtype}_{name}",
                    lambda dtype=dtype, name=name: post_process(dtype, name),
                    decoding_bound,
                    refused="outputs unwritten" if name in UNWRITTEN[dtype] else "",
                )
            )
    for version, table in (("v4", SUPPRESSION), ("v5", {**SUPPRESSION, **SOFT})):
        for name, row in table.items():
            result.append(
                Case(
                    f"non_max_suppression_{version}",
                    f"float32_{name}",
                    lambda version=version, row=row, name=name: suppression(
                        version, row, name
                    ),
                    soft_bound if "sigma" in row else None,
                )
            )
        result.append(
            Case(
                f"non_max_suppression_{version}",
                "float32_ties",
                lambda version=version: ties(version),
                expected=take_in_order,
                source="NumPy definition: LiteRT has no order of equal scores",
            )
        )
    return result
