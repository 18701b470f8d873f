# ===- package.py - Edge TPU packages for tests -------------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Writes small packages, so that tests need no file of the compiler.

The formats are those of docs/EdgeTPU.md, written a second time, with no
library: flatbuffers, FlexBuffers and the layout of parameters."""

import struct


class Table:
    """Fields of a flatbuffer table by number: numbers are ("<format>", value)."""

    def __init__(self, fields):
        self.fields = fields


class Struct(bytes):
    """Stands in a vector as it is."""


def flatbuffer(root, identifier=b""):
    """The bytes of the flatbuffer with root table `root`. What a field refers to
    follows the table."""
    data = bytearray(4 + len(identifier))
    data[4:] = identifier
    todo = [(0, root)]
    while todo:
        where, value = todo.pop(0)
        start = write(data, value, todo)
        struct.pack_into("<I", data, where, start - where)
    return bytes(data)


def align(data, size):
    data.extend(bytes(-len(data) % size))


def write(data, value, todo):
    """Appends `value`; returns where it begins."""
    if isinstance(value, (bytes, str)):
        # 64 bytes are more than any part of it needs.
        raw = value.encode() if isinstance(value, str) else value
        data.extend(bytes(-(len(data) + 4) % 64))
        start = len(data)
        data.extend(struct.pack("<I", len(raw)) + raw + b"\0")
        return start
    if isinstance(value, list):
        align(data, 4)
        start = len(data)
        data.extend(struct.pack("<I", len(value)))
        for item in value:
            if isinstance(item, Struct):
                data.extend(item)
            elif isinstance(item, int):
                data.extend(struct.pack("<i", item))
            else:
                todo.append((len(data), item))
                data.extend(bytes(4))
        return start
    count = max(value.fields, default=-1) + 1
    # Fields of 8 bytes each after the offset to the vtable, which is in front.
    align(data, 8)
    data.extend(bytes(-(len(data) + 4 + 2 * count) % 8))
    vtable = len(data)
    data.extend(struct.pack("<HH", 4 + 2 * count, 8 + 8 * count))
    for number in range(count):
        used = value.fields.get(number) is not None
        data.extend(struct.pack("<H", 8 + 8 * number if used else 0))
    start = len(data)
    data.extend(bytes(8 + 8 * count))
    struct.pack_into("<i", data, start, start - vtable)
    for number, item in value.fields.items():
        where = start + 8 + 8 * number
        if isinstance(item, tuple):
            struct.pack_into("<" + item[0], data, where, item[1])
        elif item is not None:
            todo.append((where, item))
    return start


def flexbuffer(entries):
    """The FlexBuffers map `entries`: integers, byte strings, and lists of
    integers, all in 4 bytes."""
    data = bytearray()
    keys, values = {}, {}
    for key, value in sorted(entries.items()):
        keys[key] = len(data)
        data.extend(key.encode() + b"\0")
    align(data, 4)
    for key, value in sorted(entries.items()):
        if isinstance(value, bytes):
            data.extend(struct.pack("<I", len(value)))
            values[key] = (len(data), 5 << 2 | 2)
            data.extend(value + b"\0")
        elif isinstance(value, list):
            data.extend(struct.pack("<I", len(value)))
            values[key] = (len(data), 11 << 2 | 2)
            data.extend(struct.pack(f"<{len(value)}i", *value))
        align(data, 4)
    data.extend(struct.pack("<I", len(entries)))
    key_vector = len(data)
    for key in sorted(entries):
        data.extend(struct.pack("<I", len(data) - keys[key]))
    data.extend(struct.pack("<I", len(data) - key_vector))
    data.extend(struct.pack("<II", 4, len(entries)))
    start = len(data)
    types = bytearray()
    for key, value in sorted(entries.items()):
        if key in values:
            data.extend(struct.pack("<I", len(data) - values[key][0]))
            types.append(values[key][1])
        else:
            data.extend(struct.pack("<i", value))
            types.append(1 << 2 | 2)
    data.extend(types)
    align(data, 4)
    data.extend(struct.pack("<I", len(data) - start))
    data.extend(bytes([9 << 2 | 2, 4]))
    return bytes(data)


def meta(base, half, name=None):
    return Table({0: ("h", base), 2: name, 3: ("h", half)})


def layer(name, shape, zero_point, scale, data_type, output):
    """A layer of y, x, z `shape`."""
    y, x, z = shape
    ranges = [Struct(struct.pack("<ii", 0, size - 1)) for size in shape]
    maps = Table({i: [0] for i in range(6)})
    return Table(
        {
            0: name,
            1: ("i", -(-y * x * z // 8) * 8),
            2: ("i", y),
            3: ("i", x),
            4: ("i", z),
            5: Table({0: ("i", zero_point), 1: ("f", scale)}),
            6: ("h", data_type),
            7: ("B", 1 if output else 2),
            8: Table({0: maps} if output else {}),
            11: Table({0: ranges}),
        }
    )


def executable(kind, parameters, inputs=(), outputs=(), **numbers):
    """Of type `kind` (1 caches parameters, 2 executes)."""
    fields = [(meta(2, 0), 582), (meta(2, 1), 710)]
    fields += [(meta(1, 0, name), 838) for name in numbers.pop("patched", [])]
    offsets = [Table({0: m, 1: ("i", bit)}) for m, bit in fields]
    hints = [
        Table({0: ("B", 2), 1: Table({0: ("i", 0)})}),
        Table(
            {
                0: ("B", 1),
                1: Table({0: meta(2, 0), 1: ("i", 0), 2: ("i", len(parameters))}),
            }
        ),
        Table({0: ("B", 4), 1: Table({})}),
        Table({0: ("B", 3), 1: Table({0: ("h", 0)}), 2: ("h", 1)}),
    ]
    table = Table(
        {
            1: "model" if kind == 2 else "Unknown",
            3: ("i", 1),
            4: ("i", numbers.get("scratch", 0)),
            5: [Table({0: bytes(range(64)), 1: offsets})],
            6: bytes(parameters) if parameters else None,
            7: Table({0: hints, 1: ("B", 1)}),
            8: list(inputs),
            9: list(outputs),
            10: "beagle",
            12: ("i", numbers.get("narrow", 0)),
            13: ("h", kind),
            14: ("Q", numbers.get("token", 0x0123456789ABCDEF)),
            16: ("q", numbers.get("cycles", 0)),
        }
    )
    return pad(flatbuffer(table))


def pad(data):
    return data + bytes(-len(data) % 4096)


def package(executables):
    inner = flatbuffer(Table({0: list(executables)}))
    fields = {0: ("i", 12), 1: inner, 2: b"", 4: "cl/", 7: ""}
    return pad(flatbuffer(Table(fields), b"DWN1"))


def options(executables):
    """The custom options of the op."""
    entries = {"1": 0, "4": package(executables), "5": -1, "6": [17], "7": []}
    return flexbuffer(entries)


def mlir_model(custom_options, input_type, output_type, names=("x", "y")):
    """MLIR text of a compiled model with one op."""
    blob = (struct.pack("<I", 4) + custom_options).hex().upper()
    return f"""module attributes {{mopt.description = "Exported from Subgraph."}} {{
  func.func @main(%x: {input_type} {{mopt.tensor = #mopt.tensor<name = "{names[0]}">}}) -> {output_type} {{
    %0 = mopt.custom %x {{custom_code = "edgetpu-custom-op", custom_options = dense_resource<options> : tensor<{len(custom_options)}xui8>, mopt.tensors = [#mopt.tensor<name = "{names[1]}">]}} : ({input_type}) -> {output_type}
    return %0 : {output_type}
  }}
}}
{{-# dialect_resources: {{ builtin: {{ options: "0x{blob}" }} }} #-}}
"""


def convolution(weights, biases, zero=0, factors=None):
    """Parameters of a convolution, weights[output][place][input]."""
    outputs, places, inputs = len(weights), len(weights[0]), len(weights[0][0])
    rows = 64 if outputs > 64 else -(-outputs // 16) * 16
    padded_outputs, padded_inputs = -(-outputs // 4) * 4, -(-inputs // 4) * 4
    data = bytearray()
    for first in range(0, outputs, rows):
        count = min(rows, outputs - first)
        if factors:
            data += struct.pack(f"<{count}f", *factors[first : first + count])
            data += bytes(4 * (rows - count))
        data += struct.pack(f"<{count}i", *biases[first : first + count])
        data += bytes(4 * (rows - count))
        if factors:
            data += struct.pack("<i", 128) * count + bytes(4 * (rows - count))
        for place in range(places):
            for quad in range(0, padded_inputs, 4):
                for row in range(first, first + rows):
                    for i in range(quad, quad + 4):
                        if row >= padded_outputs:
                            data.append(0)
                        elif row >= outputs or i >= inputs:
                            data.append(zero + 128)
                        else:
                            data.append(weights[row][place][i] + 128)
    return bytes(data) + bytes(-len(data) % 64)


def depthwise(weights, biases, zero=0, factors=None):
    """Parameters of a depthwise convolution, weights[place][channel]."""
    channels = len(biases)
    data = bytearray()
    for first in range(0, channels, 4):
        count = min(4, channels - first)
        if factors:
            data += struct.pack(f"<{count}f", *factors[first : first + count])
            data += bytes(4 * (4 - count))
        data += struct.pack(f"<{count}i", *biases[first : first + count])
        data += bytes(4 * (4 - count))
        if factors:
            data += struct.pack("<i", 128) * count + bytes(4 * (4 - count))
        for row_values in weights:
            for row in range(4):
                for i in range(4):
                    own = row == i and row < count
                    data.append((row_values[first + row] if own else zero) + 128)
    return bytes(data) + bytes(-len(data) % 64)
