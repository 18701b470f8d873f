# ===- make_goldens.py - the golden outputs of the case table ----------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Runs every row of the case table with LiteRT's reference kernels.

A row with a source of its own (`expected`) is computed by that instead; that
LiteRT does not give the same is tried each time.

Without --check, writes goldens/<op>.npz and goldens/listing.txt. With --check,
makes the rows again (all, one op's, or a sample) and compares with what is
committed: models, inputs and exact outputs must be equal to the last bit,
inexact outputs within their bound; names every difference and exits with 1.
"""

import argparse
import collections
import copy
import io
import os
import pathlib
import sys
import zipfile
import zlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import bounds
import cases
from cases.common import ABORTS
from runner import Refused, Session, draw
from tflite_writer import NUMPY_TYPES, serialize

GOLDENS = HERE / "goldens"
# Archives hold no time of day: the same table gives the same members.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


UNWRITTEN = "the kernel leaves outputs unwritten"


def as_uint8(op):
    """The same operator on int8 numbers stored as uint8, 128 higher."""
    twin = copy.copy(op)

    def shift(tensor):
        if tensor.dtype != "int8":
            return tensor
        shifted = copy.copy(tensor)
        shifted.dtype, shifted.zero_point = "uint8", tensor.zero_point + 128
        return shifted

    twin.inputs = [shift(tensor) for tensor in op.inputs]
    twin.outputs = [shift(tensor) for tensor in op.outputs]
    return twin


def flip(array):
    """int8 to uint8 and back: the difference of 128 is the top bit."""
    other = {"int8": np.uint8, "uint8": np.int8}[array.dtype.name]
    return (array.view(np.uint8) ^ 0x80).view(other)


def input_source(case):
    return np.random.RandomState(zlib.crc32(f"{case.op}/{case.name}/in".encode()))


def run_expected(case, op):
    """What run_case returns, computed by the row's own definition."""
    rng = input_source(case)
    runs = []
    for _ in range(case.runs):
        inputs = [draw(rng, tensor) for tensor in op.graph_inputs()]
        history = [earlier for earlier, _ in runs] + [inputs]
        outputs = case.expected(op, history if case.sequence else inputs)
        where = f"{case.op}/{case.name}"
        if len(outputs) != len(op.outputs):
            raise ValueError(f"{where}: {len(outputs)} outputs expected")
        for value, tensor in zip(outputs, op.outputs):
            if value.dtype != NUMPY_TYPES[tensor.dtype]:
                raise ValueError(f"{where}: {value.dtype} for {tensor.dtype}")
        runs.append((inputs, [np.asarray(value) for value in outputs]))
    return runs


def run_case(case, op, kernels):
    """Returns [(inputs, outputs)] of all runs."""
    by_uint8 = kernels == "reference uint8"
    model = serialize(as_uint8(op) if by_uint8 else op)
    resolver = "builtin" if kernels == "builtin" else "reference"
    session = Session(model, resolver)
    twin = Session(model, resolver, filler=0xAA)
    rng = input_source(case)
    runs = []
    for _ in range(case.runs):
        inputs = [draw(rng, tensor) for tensor in op.graph_inputs()]
        given = [flip(value) for value in inputs] if by_uint8 else inputs
        if not case.sequence:
            session.reset()
            twin.reset()
        outputs = session.run(given)
        for output, again in zip(outputs, twin.run(given)):
            if output.tobytes() != again.tobytes():
                raise Refused(UNWRITTEN)
        if by_uint8:
            outputs = [flip(value) for value in outputs]
        runs.append((inputs, outputs))
    return runs


def bounds_of(case, op, runs, run):
    """The bounds of one run's outputs; none where they are exact."""
    inputs, outputs = runs[run]
    if not case.bound:
        return [None] * len(outputs)
    first = 0 if case.sequence else run
    history = [earlier for earlier, _ in runs[first : run + 1]]
    argument = history if case.bound_takes_history else inputs
    made = []
    for value, output in zip(case.bound(op, argument, outputs), outputs):
        made.append(bounds.stored(np.broadcast_to(value, output.shape)))
        if not np.all(np.isfinite(made[-1])):
            raise ValueError(f"{case.op}/{case.name}: bound not finite")
    return made


def within(value, other, bound):
    if value.shape != other.shape:
        return False
    if bound is None:
        return np.array_equal(value, other)
    return bool(np.all(np.abs(value.astype(np.float64) - other) <= bound))


def reference_agrees(case, op, runs):
    """Whether the reference kernels give `runs` too."""
    try:
        reference = run_case(case, op, "reference")
    except Refused:
        return False
    return all(
        within(*values)
        for run, (_, others) in enumerate(reference)
        for values in zip(others, runs[run][1], bounds_of(case, op, runs, run))
    )


def in_child(function):
    """The wait status of a child of this process that does `function`: LiteRT may
    end the process. 0 = it returned, and not False."""
    child = os.fork()
    if child == 0:
        os.close(2)  # The kernel's last words are expected.
        try:
            os._exit(1 if function() is False else 0)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1]


def make_case(case):
    """Returns the members of one case as {name: array}."""
    op = case.build()
    model = serialize(op)
    members = {"model": np.frombuffer(model, dtype=np.uint8)}
    if case.expected:
        runs = run_expected(case, op)
        needless = in_child(lambda: reference_agrees(case, op, runs)) == 0
    else:
        runs = run_case(case, op, case.kernels)
        needless = case.kernels != "reference" and reference_agrees(case, op, runs)
    if needless:
        raise ValueError(f"{case.op}/{case.name}: reference kernels do it: use them")
    for run, (inputs, outputs) in enumerate(runs):
        for i, value in enumerate(inputs):
            members[f"in_{run}_{i}"] = value
        for i, value in enumerate(outputs):
            members[f"out_{run}_{i}"] = value
        for i, bound in enumerate(bounds_of(case, op, runs, run)):
            if bound is not None:
                members[f"bound_{run}_{i}"] = bound
    return members


def aborts(case):
    """Whether LiteRT ends the process: tried in a child of this one."""
    return os.WIFSIGNALED(in_child(lambda: make_case(case)))


def npy_bytes(array):
    stream = io.BytesIO()
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    np.lib.format.write_array(
        stream, np.asarray(little, order="C"), version=(1, 0), allow_pickle=False
    )
    return stream.getvalue()


def write_archive(path, all_members):
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(all_members):
            info = zipfile.ZipInfo(name + ".npy", ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, npy_bytes(all_members[name]), compresslevel=9)


def read_archive(path):
    if not path.exists():
        return {}
    with np.load(path) as archive:
        return {name: archive[name] for name in archive.files}


def same(kind, made, kept, members):
    """Compares one member; returns None or what differs."""
    if made.dtype != kept.dtype or made.shape != kept.shape:
        return f"{kept.dtype}{kept.shape} is now {made.dtype}{made.shape}"
    if made.tobytes() == kept.tobytes():
        return None
    if kind.startswith("out"):
        bound = members.get(kind.replace("out", "bound", 1))
        if bound is not None:
            difference = np.abs(made.astype(np.float64) - kept)
            if np.all(difference <= bound):
                return None
            return f"beyond the bound in {np.sum(difference > bound)} elements"
    if kind.startswith("bound"):
        # Bounds are computed in double precision with sums in an order of the
        # machine's choosing, then kept to 8 bits: one step is no difference.
        if np.allclose(made, kept, rtol=2.0**-6, atol=0):
            return None
    return f"differs in {np.sum(made != kept)} of {made.size} elements"


def make_all(rows):
    """Returns ({op: {member: array}}, {case: refusal}, [errors])."""
    made = collections.defaultdict(dict)
    refused, errors = {}, []
    for case in rows:
        key = f"{case.op}/{case.name}"
        if case.refused == ABORTS:
            refused[key] = ABORTS
            if not aborts(case):
                errors.append(f"{key}: expected LiteRT to abort, but it did not")
            continue
        try:
            members = make_case(case)
        except Refused as refusal:
            text = " ".join(str(refusal).split())
            if not case.refused:
                errors.append(f"{key}: refused by LiteRT: {text}")
            elif case.refused not in text:
                errors.append(f"{key}: another refusal: {text}")
            refused[key] = case.refused
            continue
        if case.refused:
            errors.append(f"{key}: expected to be refused, but runs")
        for kind, array in members.items():
            made[case.op][f"{case.name}/{kind}"] = array
    return made, refused, errors


def listing(rows):
    """One line a row: what runs, and what LiteRT refuses and why."""
    lines = ["# Written by make_goldens.py: every row of the case table."]
    for case in sorted(rows, key=lambda c: (c.op, c.name)):
        lines.append(f"{case.op}/{case.name}")
        if case.refused:
            lines[-1] += f"  REFUSED: {case.refused}"
        elif case.expected:
            lines[-1] += f"  made with {case.source}"
        elif case.kernels != "reference":
            why = "reference has none or a wrong one"
            lines[-1] += f"  made with {case.kernels} kernels: {why}"
    return "\n".join(lines) + "\n"


def check(rows, made, whole):
    errors = []
    kept = {op: read_archive(GOLDENS / f"{op}.npz") for op in {c.op for c in rows}}
    for case in rows:
        if case.refused:
            continue
        prefix = case.name + "/"
        new = {
            n[len(prefix) :]: a
            for n, a in made[case.op].items()
            if n.startswith(prefix)
        }
        old = {
            n[len(prefix) :]: a
            for n, a in kept[case.op].items()
            if n.startswith(prefix)
        }
        for kind in sorted(new.keys() | old.keys()):
            where = f"{case.op}/{prefix}{kind}"
            if kind not in old:
                errors.append(f"{where}: not in the committed archive")
            elif kind not in new:
                errors.append(f"{where}: no longer made")
            else:
                difference = same(kind, new[kind], old[kind], old)
                if difference:
                    errors.append(f"{where}: {difference}")
    if whole:
        names = {f"{c.op}/{c.name}" for c in rows if not c.refused}
        for op, archive in kept.items():
            for name in sorted({n.rsplit("/", 1)[0] for n in archive}):
                if f"{op}/{name}" not in names:
                    errors.append(f"{op}/{name}: committed, but not in the table")
        if (GOLDENS / "listing.txt").read_text() != listing(rows):
            errors.append("goldens/listing.txt: not the table's")
    return errors


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--only", metavar="OP", help="rows of this op alone")
    parser.add_argument("--sample", type=int, metavar="N", help="N rows (with --check)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample")
    options = parser.parse_args()
    if options.sample is not None and not options.check:
        parser.error("--sample is for --check: archives are written whole")

    table = cases.all_rows()
    rows = [c for c in table if options.only in (None, c.op)]
    if not rows:
        parser.error(f"no rows of op '{options.only}'")
    if options.sample is not None:
        picked = np.random.RandomState(options.seed).permutation(len(rows))
        rows = [rows[i] for i in sorted(picked[: options.sample])]
        print(f"sample of {len(rows)} rows, seed {options.seed}")

    made, refused, errors = make_all(rows)
    if options.check:
        whole = options.only is None and options.sample is None
        errors += check(rows, made, whole)
    elif not errors:
        GOLDENS.mkdir(exist_ok=True)
        for op, members in made.items():
            write_archive(GOLDENS / f"{op}.npz", members)
        (GOLDENS / "listing.txt").write_text(listing(table))

    for error in errors:
        print(f"error: {error}", file=sys.stderr)
    for key, reason in sorted(refused.items()):
        print(f"refused: {key}: {reason}")
    done = "compared" if options.check else "made"
    print(f"{len(rows) - len(refused)} rows {done}, {len(refused)} refused by LiteRT")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
