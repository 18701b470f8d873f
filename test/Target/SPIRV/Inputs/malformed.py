#!/usr/bin/env python3
"""Damaged and impossible GPU artifacts: each gives one clear error and no output.

    malformed.py SCHEMA.fbs GOOD.mspv SCRATCH

A table of changes to an artifact that is right, made in the JSON that flatc turns
it into and back, and of changes to its bytes. For each row mopt-run must exit with
1, say what the row expects in exactly one error, and leave no file behind. Needs a
Vulkan device for those that only a device can refuse."""
import copy
import json
import pathlib
import subprocess
import sys


def put(*path):
    """A change: the last item replaces what the path before it leads to."""
    *keys, last, value = path

    def change(artifact):
        for key in keys:
            artifact = artifact[key]
        artifact[last] = value

    return change


def drop(*path):
    *keys, last = path

    def change(artifact):
        for key in keys:
            artifact = artifact[key]
        del artifact[last]

    return change


def kernel(*path):
    return put("kernels", 0, *path)


def dispatch(*path):
    return put("dispatches", 0, *path)


def flip(name, at):
    """Another bit in a vector that has a checksum."""

    def change(artifact):
        part = artifact["modules"][0]["words"] if name == "words" else artifact[name]
        part[at] ^= 1

    return change


DAMAGED = "the GPU artifact is damaged: "
CANNOT = "cannot run this model, compiled for 'generic': "
CHANGES = {
    "version": (
        put("version", 1),
        "version 1 of the GPU artifact format is not supported, only version 2 is",
    ),
    "feature": (
        put("features", 1 << 40),
        "needs a feature of the device that this version of mopt does not know",
    ),
    "words": (flip("words", 9), DAMAGED + "the checksum of a module"),
    "constants": (flip("constants", 0), DAMAGED + "the checksum of the constants"),
    "module": (kernel("module_index", 3), DAMAGED + "kernel 0"),
    "entry": (kernel("entry_point", "none"), "has no entry point 'none'"),
    "size": (kernel("local_size_x", 3), "the workgroup's size is not that of"),
    "bindings": (kernel("bindings", []), "which the kernel does not have"),
    "texels": (
        kernel("bindings", 0, "TexelsF32x4"),
        DAMAGED + "kernel 0 '",
    ),
    "kernel": (dispatch("kernel", 99), "dispatch 0: there is no kernel 99"),
    "no-groups": (dispatch("groups_y", 0), "dispatch 0: 0 workgroups"),
    "offset": (
        dispatch("ranges", 0, "offset", 4),
        "dispatch 0, binding 0: its offset 4 is no multiple of 256",
    ),
    "range": (
        dispatch("ranges", 0, "size", 1 << 30),
        "dispatch 0, binding 0: bytes 0 to 1073741824 of a buffer of",
    ),
    "overflow": (
        dispatch("ranges", 0, "offset", (1 << 64) - 256),
        "dispatch 0, binding 0: bytes",
    ),
    "input": (put("inputs", 0, "shape", [1, 999]), "input 0 'x': it has 3996 bytes"),
    "no-range": (drop("outputs", 0, "range"), "the tensor 'y' has no range"),
    "arena": (put("arena_size", 1 << 60), "the size of the arena"),
    "vulkan-1": (put("vulkan_version", 7), "its version of Vulkan is none from 1.1"),
    "vulkan-9": (
        put("vulkan_version", 1 << 22 | 9 << 12),
        CANNOT + "it has Vulkan 1.3.",
    ),
    "memory": (kernel("shared_bytes", 1 << 30), CANNOT + "bytes of workgroup memory"),
    "groups": (dispatch("groups_z", 1 << 20), CANNOT + "workgroups in z of kernel"),
}


def change_bytes(good):
    """(name, bytes, error)"""
    yield "truncated", good[: len(good) // 2], DAMAGED + "it is truncated"
    yield "short", good[:9], DAMAGED + "it is truncated"
    yield "offset", b"\xff\xff\xff\x7f" + good[4:], DAMAGED + "it is truncated"
    yield "zeros", good[:8] + bytes(len(good) - 8), "version 0 of the GPU artifact"


def check(path, expected, scratch):
    """What is wrong with how mopt-run speaks of `path`, or None."""
    out = scratch / "out"
    command = ["mopt-run", str(path), "--seed=1", f"--output-dir={out}"]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 1:
        return f"status {result.returncode}"
    if result.stderr.count("error:") != 1:
        return f"not one error: {result.stderr}"
    if expected not in result.stderr:
        return f"expected '{expected}' in: {result.stderr}"
    if out.exists():
        return "left files behind"
    return None


def main():
    schema, good, scratch = map(pathlib.Path, sys.argv[1:])
    flatc = ["flatc", "-o", str(scratch)]
    subprocess.run(
        [*flatc, "--json", "--strict-json", "--defaults-json", "--raw-binary",
         str(schema), "--", str(good)],
        check=True,
    )
    model = json.loads((scratch / good.with_suffix(".json").name).read_text())
    rows = []
    for name, (change, expected) in CHANGES.items():
        changed = copy.deepcopy(model)
        change(changed)
        source = scratch / f"bad-{name}.json"
        source.write_text(json.dumps(changed))
        subprocess.run([*flatc, "-b", str(schema), str(source)], check=True)
        rows.append((name, source.with_suffix(".mspv"), expected))
    for name, data, expected in change_bytes(good.read_bytes()):
        path = scratch / f"bytes-{name}.mspv"
        path.write_bytes(data)
        rows.append((name, path, expected))
    # What flatc writes unchanged is right: the rows fail for their changes.
    source = scratch / "same.json"
    source.write_text(json.dumps(model))
    subprocess.run([*flatc, "-b", str(schema), str(source)], check=True)
    subprocess.run(["mopt-run", scratch / "same.mspv", "--seed=1"], check=True)
    failures = 0
    for name, path, expected in rows:
        problem = check(path, expected, scratch)
        if problem:
            failures += 1
            print(f"{name}: {problem}")
    print(f"{len(rows)} artifacts, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
