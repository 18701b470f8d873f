# ===- cases/control.py - control flow and state -----------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""IF, WHILE, CALL, CALL_ONCE and resource variables: models of several subgraphs.

The arithmetic inside is ADD, SUB and MUL of types that LiteRT computes exactly
as mopt does (one float operation an element), so that all rows are exact.
"""

import numpy as np

from cases.common import ACTIVATIONS, Case, constant
from tflite_writer import Graph, Model, Op, Tensor

NONE = ACTIVATIONS["none"]
SHAPE = (2, 3)
# These carry an activation function.
FUSING = ("ADD", "SUB", "MUL")


def tensor(dtype="float32", shape=SHAPE, **rest):
    return Tensor(shape, dtype, **rest)


def binary(name, a, b, result):
    fused = {"fusedActivationFunction": NONE} if name in FUSING else {}
    return Op(name, [a, b], [result], fused)


def graph_of_binary(graph, name, dtype, shape=SHAPE, **rest):
    """(a, b) -> a op b."""
    a, b, result = (tensor(dtype, shape, **rest) for _ in range(3))
    return Graph(graph, [a, b], [result], [binary(name, a, b, result)])


# ---- IF ---------------------------------------------------------------------


def if_else(dtype, branches, cond_shape=(), **rest):
    """main(c, a, b) = c ? then(a, b) : else(a, b)"""
    cond = tensor("bool", cond_shape)
    a, b, result = (tensor(dtype, **rest) for _ in range(3))
    op = Op(
        "IF",
        [cond, a, b],
        [result],
        {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2},
    )
    return Model([Graph("main", [cond, a, b], [result], [op]), *branches])


def if_of_binaries(dtype, then, otherwise, cond_shape=(), **rest):
    return if_else(
        dtype,
        [
            graph_of_binary("then", then, dtype, **rest),
            graph_of_binary("else", otherwise, dtype, **rest),
        ],
        cond_shape,
        **rest,
    )


def if_of_arguments():
    """The branches hand their arguments through, and in the other order."""

    def swap(name, first):
        a, b = tensor(), tensor()
        return Graph(name, [a, b], [a, b] if first else [b, a], [])

    cond, a, b, c, d = tensor("bool", (1,)), *(tensor() for _ in range(4))
    options = {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2}
    op = Op("IF", [cond, a, b], [c, d], options)
    main = Graph("main", [cond, a, b], [c, d], [op])
    return Model([main, swap("then", True), swap("else", False)])


def if_in_if():
    """c0 ? (c1 ? a + b : a * b) : a - b"""
    outer, inner, a, b, result = (
        tensor("bool", ()),
        tensor("bool", ()),
        *(tensor() for _ in range(3)),
    )
    options = {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2}
    op = Op("IF", [outer, inner, a, b], [result], options)
    main = Graph("main", [outer, inner, a, b], [result], [op])

    inner, a, b, result = tensor("bool", ()), *(tensor() for _ in range(3))
    options = {"thenSubgraphIndex": 3, "elseSubgraphIndex": 4}
    op = Op("IF", [inner, a, b], [result], options)
    then = Graph("nested", [inner, a, b], [result], [op])

    inner, a, b, result = tensor("bool", ()), *(tensor() for _ in range(3))
    op = binary("SUB", a, b, result)
    otherwise = Graph("difference", [inner, a, b], [result], [op])
    return Model(
        [
            main,
            then,
            otherwise,
            graph_of_binary("sum", "ADD", "float32"),
            graph_of_binary("product", "MUL", "float32"),
        ]
    )


# ---- WHILE ------------------------------------------------------------------


def while_flag(dtype, name, **rest):
    """while (go): (go, x, y) = (false, x op y, y)"""
    options = {"condSubgraphIndex": 1, "bodySubgraphIndex": 2}

    def state():
        return [tensor("bool", ()), tensor(dtype, **rest), tensor(dtype, **rest)]

    inputs, outputs = state(), state()
    main = Graph("main", inputs, outputs, [Op("WHILE", inputs, outputs, options)])
    arguments = state()
    cond = Graph("cond", arguments, [arguments[0]], [])
    stop = constant(False, "bool")
    go, x, y = state()
    result = tensor(dtype, **rest)
    body = Graph("body", [go, x, y], [stop, result, y], [binary(name, x, y, result)])
    return Model([main, cond, body])


def number(value=None, dtype="int32", **rest):
    return constant(value, dtype) if value is not None else tensor(dtype, (), **rest)


def while_model(state, compare, step, more=()):
    """while (compare(state)): state = step(state); `state()` makes the tensors.
    `compare` and `step` give the tensors that they make and the operators."""
    options = {"condSubgraphIndex": 1, "bodySubgraphIndex": 2}
    inputs, outputs = state(), state()
    main = Graph("main", inputs, outputs, [Op("WHILE", inputs, outputs, options)])
    arguments = state()
    condition, ops = compare(*arguments)
    cond = Graph("cond", arguments, [condition], ops)
    arguments = state()
    results, ops = step(*arguments)
    return Model([main, cond, Graph("body", arguments, results, ops), *more])


def less(a, b):
    result = tensor("bool", ())
    return result, Op("LESS", [a, b], [result])


def add_one(i):
    result = number()
    return result, binary("ADD", i, number(1), result)


def while_counter(dtype, name, **rest):
    """for (; i < limit; ++i) x = x op y"""

    def compare(i, limit, x, y):
        condition, op = less(i, limit)
        return condition, [op]

    def step(i, limit, x, y):
        following, increment = add_one(i)
        result = tensor(dtype, **rest)
        return [following, limit, result, y], [increment, binary(name, x, y, result)]

    def state():
        return [
            number(draw=(0, 3)),
            number(draw=(2, 8)),
            tensor(dtype, **rest),
            tensor(dtype, **rest),
        ]

    return while_model(state, compare, step)


def while_small():
    """for (i = 0; a < b; ++i) a = a * 1.5: how often depends on the numbers."""

    def state():
        return [
            number(draw=(-5, 5)),
            number(dtype="float32", draw=(0.5, 3.0)),
            number(dtype="float32", draw=(1.0, 40.0)),
        ]

    def compare(i, a, b):
        condition, op = less(a, b)
        return condition, [op]

    def step(i, a, b):
        following, increment = add_one(i)
        result = number(dtype="float32")
        grow = binary("MUL", a, number(1.5, "float32"), result)
        return [following, result, b], [increment, grow]

    return while_model(state, compare, step)


def while_in_while():
    """for (; i < 3; ++i) for (j = 0; j < n; ++j) x = x + y"""

    def outer_state():
        return [number(draw=(0, 4)), number(draw=(0, 4)), tensor(), tensor()]

    def below(value):
        def compare(i, *rest):
            condition, op = less(i, value)
            return condition, [op]

        return compare

    def step(i, n, x, y):
        following, increment = add_one(i)
        results = outer_state()
        options = {"condSubgraphIndex": 3, "bodySubgraphIndex": 4}
        loop = Op("WHILE", [number(0), n, x, y], results, options)
        return [following, n, results[2], y], [increment, loop]

    inner = while_model(
        outer_state,
        lambda j, n, x, y: (lambda found: (found[0], [found[1]]))(less(j, n)),
        inner_step,
    )
    return while_model(outer_state, below(number(3)), step, inner.graphs[1:])


def inner_step(j, n, x, y):
    following, increment = add_one(j)
    result = tensor()
    return [following, n, result, y], [increment, binary("ADD", x, y, result)]


# ---- CALL -------------------------------------------------------------------


def call(dtype, name, **rest):
    a, b, result = (tensor(dtype, **rest) for _ in range(3))
    op = Op("CALL", [a, b], [result], {"subgraph": 1})
    main = Graph("main", [a, b], [result], [op])
    return Model([main, graph_of_binary("callee", name, dtype, **rest)])


# ---- Variables --------------------------------------------------------------


def handle(name="v", container=""):
    """(tensor, op)"""
    value = Tensor((), "resource")
    options = {"sharedName": name, "container": container}
    return value, Op("VAR_HANDLE", [], [value], options)


def initializer(name, graph, value):
    resource, make = handle(name)
    return Graph(
        graph, [], [], [make, Op("ASSIGN_VARIABLE", [resource, value], [], {})]
    )


def accumulate(dtype, name, start, **rest):
    """v = start at first; each run: v = v op x, which is the result."""
    x, before, after = (tensor(dtype, **rest) for _ in range(3))
    resource, make = handle()
    ops = [
        Op("CALL_ONCE", [], [], {"initSubgraphIndex": 1}),
        make,
        Op("READ_VARIABLE", [resource], [before]),
        binary(name, before, x, after),
        Op("ASSIGN_VARIABLE", [resource, after], []),
    ]
    main = Graph("main", [x], [after], ops)
    return Model([main, initializer("v", "init", constant(start, dtype, **rest))])


def delay(dtype, start, **rest):
    """The result is the operand of the run before; two handles of one variable."""
    x, before = tensor(dtype, **rest), tensor(dtype, **rest)
    first, make_first = handle("line", "memory")
    second, make_second = handle("line", "memory")
    ops = [
        Op("CALL_ONCE", [], [], {"initSubgraphIndex": 1}),
        make_first,
        Op("READ_VARIABLE", [first], [before]),
        make_second,
        Op("ASSIGN_VARIABLE", [second, x], []),
    ]
    resource, make = handle("line", "memory")
    value = constant(start, dtype, **rest)
    assign = Op("ASSIGN_VARIABLE", [resource, value], [])
    init = Graph("init", [], [], [make, assign])
    return Model([Graph("main", [x], [before], ops), init])


def two_variables():
    """sum and product of all operands so far, initialised by two functions, one
    of which is asked for twice."""
    x, s0, s1, p0, p1 = (tensor() for _ in range(5))
    sums, make_sums = handle("sums")
    products, make_products = handle("products")
    ops = [
        Op("CALL_ONCE", [], [], {"initSubgraphIndex": 1}),
        Op("CALL_ONCE", [], [], {"initSubgraphIndex": 2}),
        Op("CALL_ONCE", [], [], {"initSubgraphIndex": 1}),
        make_sums,
        make_products,
        Op("READ_VARIABLE", [sums], [s0]),
        Op("READ_VARIABLE", [products], [p0]),
        binary("ADD", s0, x, s1),
        binary("MUL", p0, x, p1),
        Op("ASSIGN_VARIABLE", [sums, s1], []),
        Op("ASSIGN_VARIABLE", [products, p1], []),
    ]
    main = Graph("main", [x], [s1, p1], ops)
    zeros = constant(np.zeros(SHAPE), "float32")
    ones = constant(np.ones(SHAPE), "float32")
    return Model(
        [
            main,
            initializer("sums", "init_sums", zeros),
            initializer("products", "init_products", ones),
        ]
    )


def read_first():
    x, before = tensor(), tensor()
    resource, make = handle()
    ops = [
        make,
        Op("READ_VARIABLE", [resource], [before]),
        Op("ASSIGN_VARIABLE", [resource, x], []),
    ]
    return Model([Graph("main", [x], [before], ops)])


# ---- The table --------------------------------------------------------------

BYTE = dict(scale=0.5, zero_point=-3)
START = np.arange(6).reshape(SHAPE) - 2
NO_CALL = "NumPy definition: LiteRT has no kernel of CALL"


def exact(op, name, build, **rest):
    return Case(op, name, build, **rest)


def rows():
    result = [
        exact(
            "if",
            "float32_sum_or_product",
            lambda: if_of_binaries("float32", "ADD", "MUL"),
            runs=4,
        ),
        exact(
            "if",
            "int32_sum_or_difference",
            lambda: if_of_binaries("int32", "ADD", "SUB", (1,), draw=(-99, 99)),
            runs=4,
        ),
        exact(
            "if",
            "int8_maximum_or_minimum",
            lambda: if_of_binaries("int8", "MAXIMUM", "MINIMUM", **BYTE),
            runs=4,
        ),
        exact("if", "arguments", if_of_arguments, runs=4),
        exact("if", "nested", if_in_if, runs=6),
        exact("while", "float32_flag", lambda: while_flag("float32", "ADD"), runs=4),
        exact(
            "while",
            "int32_flag",
            lambda: while_flag("int32", "SUB", draw=(-99, 99)),
            runs=4,
        ),
        exact(
            "while", "float32_counter", lambda: while_counter("float32", "ADD"), runs=4
        ),
        exact(
            "while",
            "int8_counter",
            lambda: while_counter("int8", "MAXIMUM", **BYTE),
            runs=4,
        ),
        exact("while", "float32_small", while_small, runs=4),
        exact("while", "nested", while_in_while, runs=4),
        exact(
            "while", "int8_flag", lambda: while_flag("int8", "MAXIMUM", **BYTE), runs=4
        ),
        exact(
            "call",
            "float32_sum",
            lambda: call("float32", "ADD"),
            expected=lambda op, x: [x[0] + x[1]],
            source=NO_CALL,
        ),
        exact(
            "call",
            "int32_product",
            lambda: call("int32", "MUL", draw=(-99, 99)),
            expected=lambda op, x: [x[0] * x[1]],
            source=NO_CALL,
        ),
        exact(
            "call",
            "int8_maximum",
            lambda: call("int8", "MAXIMUM", **BYTE),
            expected=lambda op, x: [np.maximum(x[0], x[1])],
            source=NO_CALL,
        ),
    ]
    for op in ("var_handle", "read_variable", "assign_variable", "call_once"):
        result += [
            exact(
                op,
                "float32_sums_sequence",
                lambda: accumulate("float32", "ADD", START),
                sequence=True,
                runs=5,
            ),
            exact(
                op,
                "int8_maximum_sequence",
                lambda: accumulate("int8", "MAXIMUM", START, draw=(-20, 60), **BYTE),
                sequence=True,
                runs=5,
            ),
            exact(
                op,
                "int32_delay_sequence",
                lambda: delay("int32", START),
                sequence=True,
                runs=3,
            ),
        ]
    result += [
        exact(
            "call_once", "two_variables_sequence", two_variables, sequence=True, runs=4
        ),
        exact("read_variable", "unassigned", read_first, refused="variable"),
    ]
    return result
