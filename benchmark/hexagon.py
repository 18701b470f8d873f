#!/usr/bin/env python3
"""Packets that models take on Hexagon, by layer, counted in QEMU.

hexagon.py [--build=DIR] [--mcpu=NAME] [--requantize=MODE] [--shared=DIR]
           [--layers] [--json] [MODEL.tflite...]

Each model becomes a program, which computes one sample of random bytes under
qemu-hexagon with a plugin (count_packets.c, built here with cc) that counts how often
each packet is executed. Packets belong to the op whose function they are in, or to
the runtime that it calls (division, memory). A packet count is no time: QEMU knows
no stalls and no cache, and the packets are what LLVM puts together by its model of
the core. Without models, those of 8 bits in DIR/models.
"""
import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MODELS = (
    "resnet8_int8 vww_int8 ad01_int8 mobilenet_v1_0.5_160_quant "
    "mobilenet_v2_1.0_224_quant tf2_mobilenet_v2_1.0_224_ptq"
).split()


def find(*names):
    for name in names:
        if path := shutil.which(name):
            return path
    sys.exit(f"hexagon.py: '{names[0]}' is not on the PATH")


def build_plugin(folder):
    plugin = folder / "count_packets.so"
    source = HERE / "count_packets.c"
    compiler = find("cc", "gcc", "clang-22", "clang")
    subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", plugin, source], check=True
    )
    return plugin


def read_functions(program):
    """Addresses and names of the functions, sorted."""
    nm = find("llvm-nm-22", "llvm-nm", "/usr/lib/llvm-22/bin/llvm-nm")
    lines = subprocess.run(
        [nm, "--numeric-sort", program], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    functions = []
    for line in lines:
        address, kind, name = line.split(maxsplit=2)
        if kind in "tT":
            functions.append((int(address, 16), name))
    return functions


def count(program, sizes, plugin, folder):
    """Packets of each function in a run on one sample."""
    files = []
    for i, size in enumerate(sizes["INPUT"]):
        files.append(folder / f"in{i}")
        # The same for everybody; most are no special values of any type.
        data = bytes((j * 2654435761 >> 7) & 127 for j in range(size))
        files[-1].write_bytes(data)
    files += [folder / f"out{i}" for i in range(len(sizes["OUTPUT"]))]
    counts = folder / "counts"
    emulator = [find("qemu-hexagon"), "-cpu", "v67"]
    emulator += ["-plugin", f"{plugin},out={counts}"]
    subprocess.run([*emulator, program, *files], check=True)
    functions = read_functions(program)
    packets = collections.Counter()
    place = 0
    for line in counts.read_text().splitlines():
        address, number = line.split()
        while (
            place + 1 < len(functions) and functions[place + 1][0] <= int(address, 16)
        ):
            place += 1
        packets[functions[place][1]] += int(number)
    return packets


def measure(model, options, plugin, folder):
    program = folder / "model"
    run = subprocess.run(
        [
            options.build / "bin/mopt-translate",
            "--to-hexagon",
            model,
            "--executable",
            f"--mcpu={options.mcpu}",
            f"--requantize={options.requantize}",
            "--json",
            "-o",
            program,
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    report = json.loads(run.stdout)
    header = program.with_suffix(".h").read_text()
    sizes = {"INPUT": [], "OUTPUT": []}
    for kind, size in re.findall(r"_(INPUT|OUTPUT)_\d+_SIZE (\d+)", header):
        sizes[kind].append(int(size))
    packets = count(program, sizes, plugin, folder)

    layers, others = [], packets.copy()
    # What the program around the model does, not the model.
    for name in list(others):
        if name in ("_start", "runProgram", "leave") or (
            name.startswith("mopt_model_") and name != "mopt_model_run"
        ):
            others.pop(name)
    for op in report["ops"]:
        pattern = re.compile(re.escape(op["symbol"]) + r"(_\d+)?$")
        own = {name: number for name, number in packets.items() if pattern.match(name)}
        for name in own:
            others.pop(name)
        if own:
            layers.append({**op, "packets": sum(own.values())})
    macs = sum(op["macs"] for op in report["ops"])
    total = sum(layer["packets"] for layer in layers) + sum(others.values())
    return {
        "model": model.stem,
        "macs": macs,
        "packets": total,
        "others": dict(others),
        "layers": layers,
    }


def rate(macs, packets):
    return f"{macs / packets:.1f}" if macs and packets else ""


def print_layers(result):
    print(f"\n{result['model']}\n")
    print("| layer | result | MACs | packets | share | MACs a packet |")
    print("| --- | --- | --- | --- | --- | --- |")
    rows = [
        (layer["symbol"], "x".join(map(str, layer["shape"])), layer["macs"],
         layer["packets"])
        for layer in result["layers"]
    ]
    rows += [(name, "", 0, number) for name, number in result["others"].items()]
    for name, shape, macs, packets in rows:
        share = packets / result["packets"]
        print(
            f"| {name} | {shape} | {macs:,} | {packets:,} | {share:.1%} "
            f"| {rate(macs, packets)} |"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--mcpu", default="hexagonv66")
    parser.add_argument("--requantize", default="fixed", choices=("float", "fixed"))
    parser.add_argument(
        "--shared", type=pathlib.Path, default=HERE.parent.parent / "shared"
    )
    parser.add_argument("--layers", action="store_true", help="also a table of ops")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    models = options.models
    if not models:
        models = [options.shared / "models" / f"{name}.tflite" for name in MODELS]

    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        plugin = build_plugin(folder)
        for model in models:
            results.append(measure(model, options, plugin, folder))
    if options.json:
        json.dump({"mcpu": options.mcpu, "models": results}, sys.stdout, indent=1)
        print()
        return
    print("| model | MACs | packets | MACs a packet |")
    print("| --- | --- | --- | --- |")
    for result in results:
        print(
            f"| {result['model']} | {result['macs']:,} | {result['packets']:,} "
            f"| {rate(result['macs'], result['packets'])} |"
        )
    if options.layers:
        for result in results:
            print_layers(result)


if __name__ == "__main__":
    main()
