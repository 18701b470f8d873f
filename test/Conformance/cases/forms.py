# ===- cases/forms.py - rows of every type form -----------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Rows of operators that move elements whatever their type: the first three
configurations in every type form, the others in float32 and int8 alone."""

import functools

import numpy as np

from cases.common import LIMITS, Case, activation_tensor, constant
from tflite_writer import Tensor

FORMS = ("float32", "float16", "int8", "uint8", "int16", "int32", "int64", "bool")
# Forms that have all configurations.
FULL_FORMS = ("float32", "int8")


def tensor(form, shape):
    scale = {"int16": 0.05 / 256}.get(form, 0.05) if form in LIMITS else None
    return activation_tensor(form, shape, scale)


def plain(form, shape):
    """A run-time operand without a scale in any form."""
    return Tensor(shape, form)


def run_time_indices(shape, size, dtype="int32"):
    """Indices in [0, size) that come at run time."""
    return Tensor(shape, dtype, draw=(0, size - 1))


def indices(values, dtype="int32"):
    return constant(np.asarray(values), dtype)


def configured(op_name, table, build, refused=None, builtin=(), forms=FORMS):
    """Rows of one operator: `build(form, config)` makes the `Op`.

    `refused` maps a form or a configuration to a part of LiteRT's message; a form
    that is refused has one row that says so. `builtin` names the forms and
    configurations whose versions only the builtin kernels are registered for.
    """
    refused = refused or {}
    for form in forms:
        limit = 1 if form in refused else len(table) if form in FULL_FORMS else 3
        for name, config in list(table.items())[:limit]:
            is_builtin = form in builtin or name in builtin
            yield Case(
                op_name.lower(),
                f"{form}_{name}",
                functools.partial(build, form, config),
                refused=refused.get(form, refused.get(name, "")),
                kernels="builtin" if is_builtin else "reference",
            )
