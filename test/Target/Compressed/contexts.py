#!/usr/bin/env python3
"""Decodes the contexts of a container by what docs/Compression.md says of them.

usage: contexts.py MODEL.mopt MODEL.tflite ROWS

Written from the document, not from the coder. The last tensor of MODEL.mopt must be
a palette of float32 and contexts; what they stand for must be in MODEL.tflite.
With "example CODE COLUMNS PERIOD COUNT" it prints the bytes of a code in
hexadecimals."""
import math
import pathlib
import sys

KNOTS = [round(65536 / (1 + math.exp(-i / 2))) for i in range(-16, 17)]
SQUASH = [
    KNOTS[k >> 7] + ((KNOTS[(k >> 7) + 1] - KNOTS[k >> 7]) * (k & 127) >> 7)
    for k in range(4096)
]


def stretch(p):
    bound = 16 * (p // 16)
    low, high = 0, 4095
    while low < high:
        middle = (low + high) // 2
        if SQUASH[middle] >= bound:
            high = middle
        else:
            low = middle + 1
    return max(low - 2048, -2047)


class Cell:
    def __init__(self, limit, p=32768, n=0):
        self.p, self.n, self.limit = p, n, limit

    def see(self, bit):
        self.p += ((65535 if bit else 0) - self.p) * (131072 // (2 * self.n + 3)) >> 16
        self.n = min(self.n + 1, self.limit)


class Code:
    def __init__(self, data):
        self.data, self.at = data, 4
        self.low, self.high = 0, 2**32 - 1
        self.value = int.from_bytes(data[:4].ljust(4, b"\0"), "big")

    def decide(self, p):
        t = self.low + ((self.high - self.low) * p >> 16)
        bit = self.value <= t
        if bit:
            self.high = t
        else:
            self.low = t + 1
        while self.low >> 24 == self.high >> 24:
            byte = self.data[self.at] if self.at < len(self.data) else 0
            self.at += 1
            self.low = self.low << 8 & 0xFFFFFFFF
            self.high = (self.high << 8 | 255) & 0xFFFFFFFF
            self.value = (self.value << 8 | byte) & 0xFFFFFFFF
        return int(bit)


def decide(code, cells, weights):
    x = [stretch(cell.p) for cell in cells]
    odds = sum(a * w for a, w in zip(x, weights)) >> 16
    p = SQUASH[2048 + min(max(odds, -2047), 2047)]
    bit = code.decide(p)
    for i, a in enumerate(x):
        weights[i] += (((65535 if bit else 0) - p) * 4 * a + 2**17) >> 18
    for cell in cells:
        cell.see(bit)
    return bit


def decode(data, columns, period, count):
    common, b, f = data[0], data[1] & 15, data[2] | data[3] << 8
    has_flags = bool(data[1] & 16)
    code = Code(data[4:])
    store = {}

    def cell(*key, limit=1000, p=32768, n=0):
        return store.setdefault(key, Cell(limit, p, n))

    def weights(*key, size):
        return store.setdefault(key, [65536 // size] * size)

    rows = -(-count // columns)
    drop = max(b - 5, 0)
    out, flags, by_column = [], {}, {}
    for i in range(count):
        r, c = divmod(i, columns)
        if c == 0:
            by_row = 0

        def flag(row, column):
            return flags.get((row, column), 0) if 0 <= column < columns else 0

        def column_cell(at):
            at = at if 0 <= at < columns else c
            return cell("column", at, limit=255, p=f, n=2)

        other = 1
        if has_flags:
            mine = column_cell(c)
            row_cell = cell("row", r, limit=255, p=f, n=2)
            mean = (column_cell(c - 1).p + column_cell(c + 1).p) // 2
            past = [flag(r, c - back) for back in (1, 2, 3, 4)]
            near = sum(bit << k for k, bit in enumerate(past))
            near |= flag(r - 1, c) << 4 | flag(r - 1, c + 1) << 5 | flag(r - 1, c - 1) << 6
            taps = (stretch(row_cell.p) + 2048) // 128
            for k in (1, 2):
                if c >= k * period and out[i - k * period] != common:
                    taps |= 16 << k
            taps |= past[0] << 7 | past[1] << 8 | flag(r - 1, c) << 9
            cells = [
                mine,
                row_cell,
                cell("near", (stretch(mean) + 2048) // 64),
                cell("history", near),
                cell("taps", taps),
                cell("channel", c % period, limit=255, p=f, n=2),
                cell("all", p=f, n=2),
            ]
            which = 4 * int(math.log2(1 + min(mine.n, 255))) + min(sum(past), 3)
            other = decide(code, cells, weights("flag", which, size=7))
        flags[r, c] = other
        symbol = common
        if other:
            before = out[i - period] if c >= period and period < columns else 0
            node = 1
            for _ in range(b):
                cells = [
                    cell("plain", node),
                    cell("by row", by_row >> drop, node),
                    cell("by column", by_column.get(c, 0) >> drop, node),
                    cell("own", r if rows <= 2**22 >> b else 0, node),
                    cell("tap", before >> drop, node),
                ]
                node = 2 * node + decide(code, cells, weights("bit", node, size=5))
            symbol = node - (1 << b)
            by_row = by_column[c] = symbol
        out.append(symbol)
    assert len(code.data) <= code.at <= len(code.data) + 4, "bytes are left"
    return bytes(out)


def read_number(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def main():
    if sys.argv[1] == "example":
        print(decode(bytes.fromhex(sys.argv[2]), *map(int, sys.argv[3:])).hex())
        return 0
    data = pathlib.Path(sys.argv[1]).read_bytes()
    model = pathlib.Path(sys.argv[2]).read_bytes()
    # A palette that is stored: form 2, 4 bytes, colors, code 0; contexts: form 6.
    for at in range(len(data) - 4):
        if data[at : at + 2] != b"\2\4" or data[at + 3] != 0:
            continue
        colors, next_at = data[at + 2], at + 4 + 4 * data[at + 2]
        if data[next_at : next_at + 2] != b"\6\1":
            continue
        columns, next_at = read_number(data, next_at + 2)
        period, next_at = read_number(data, next_at)
        size, next_at = read_number(data, next_at)
        if next_at + size != len(data):
            continue
        table = [data[at + 4 + 4 * k : at + 8 + 4 * k] for k in range(colors)]
        rows = int(sys.argv[3])
        found = decode(data[next_at:], columns, period, rows * columns)
        if b"".join(table[index] for index in found) in model:
            print("the contexts are the weights")
            return 0
    print("no contexts, or others")
    return 1


if __name__ == "__main__":
    sys.exit(main())
