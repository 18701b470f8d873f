# ===- flatbuffer.py - fields of a flatbuffer by number -----------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Finds fields of a flatbuffer by number, so that tests can damage single ones.

Only what a test needs: tables, vectors and scalars, changed in place. The
format is described in the FlatBuffers documentation ("Internals")."""

import struct


class Flatbuffer:
    def __init__(self, data):
        self.data = bytearray(data)

    def get(self, fmt, position):
        return struct.unpack_from("<" + fmt, self.data, position)[0]

    def put(self, fmt, position, value):
        struct.pack_into("<" + fmt, self.data, position, value)

    def root(self):
        return Table(self, self.get("I", 0))


class Table:
    def __init__(self, buffer, position):
        self.buffer, self.position = buffer, position

    def locate(self, field):
        """Position of field number `field`; None when it is absent."""
        vtable = self.position - self.buffer.get("i", self.position)
        slot = 4 + 2 * field
        if slot >= self.buffer.get("H", vtable):
            return None
        offset = self.buffer.get("H", vtable + slot)
        return self.position + offset if offset else None

    def get(self, field, fmt):
        return self.buffer.get(fmt, self.locate(field))

    def put(self, field, fmt, value):
        self.buffer.put(fmt, self.locate(field), value)

    def remove(self, field):
        """Makes the field absent (tables may share the vtable: all of them)."""
        vtable = self.position - self.buffer.get("i", self.position)
        self.buffer.put("H", vtable + 4 + 2 * field, 0)

    def table(self, field):
        position = self.locate(field)
        return Table(self.buffer, position + self.buffer.get("I", position))

    def string(self, field):
        vector = self.vector(field)
        start = vector.position + 4
        return self.buffer.data[start : start + len(vector)].decode()

    def vector(self, field):
        position = self.locate(field)
        return Vector(self.buffer, position + self.buffer.get("I", position))


class Vector:
    def __init__(self, buffer, position):
        self.buffer, self.position = buffer, position

    def __len__(self):
        return self.buffer.get("I", self.position)

    def resize(self, length):
        self.buffer.put("I", self.position, length)

    def get(self, index, fmt):
        return self.buffer.get(fmt, self.at(index, fmt))

    def put(self, index, fmt, value):
        self.buffer.put(fmt, self.at(index, fmt), value)

    def at(self, index, fmt):
        return self.position + 4 + index * struct.calcsize("<" + fmt)

    def table(self, index):
        position = self.position + 4 + 4 * index
        return Table(self.buffer, position + self.buffer.get("I", position))
