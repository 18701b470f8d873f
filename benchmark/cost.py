#!/usr/bin/env python3
"""Cost of compression: time and memory by the size of the model.

cost.py [--build=DIR] [--megabytes=1024] [--folder=DIR] [--json]

Makes a float model of convolutions (3x3, 1x1) and fully connected layers with
random weights, of --megabytes, in a folder that is removed afterwards, and measures:
* prune (50 %), cluster (k = 16) and quantize (weights) in one command of mopt-opt:
  megabytes of the float model by second of wall clock and by second of CPU, and the
  peak memory of the process as a part of the model;
* each of the three alone;
* coding and decoding of the result (--to-compressed, --from-compressed), and of a
  quarter of the float model, as it is, clustered and pruned, by second of CPU: the
  least of three times, with the output thrown away and (decoding) in a file.
scaling.py has how the time grows with the size.
The files of a model are read once before they are timed. Needs: numpy, flatbuffers."""
import argparse
import filecmp
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import flatbuffers
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]
                       / "test" / "Conformance"))

STEPS = {
    "prune": ["--prune=sparsity=0.5"],
    "cluster": ["--cluster=clusters=16"],
    "quantize": ["--quantize-weights"],
}
MEGABYTE = 1 << 20


def make_layers(megabytes):
    """Shapes of weights of about so many megabytes in all, the last one cut."""
    kinds = [("FULLY_CONNECTED", (2048, 4096)), ("CONV_2D", (512, 3, 3, 512)),
             ("FULLY_CONNECTED", (4096, 1024)), ("CONV_2D", (1024, 1, 1, 2048))]
    left, number = megabytes * MEGABYTE // 4, 0
    while left > 0:
        name, shape = kinds[number % len(kinds)]
        row = int(np.prod(shape[1:]))
        units = min(shape[0], max(left // row, 1))
        yield name, (units, *shape[1:])
        left -= units * row
        number += 1


def write_model(path, megabytes):
    """A model whose layers each have an input and an output of their own."""
    from tflite_writer import Graph, Model, Op, Tensor, serialize_into
    rng = np.random.default_rng(0)
    inputs, outputs, ops = [], [], []
    for name, shape in make_layers(megabytes):
        data = rng.standard_normal(shape, dtype=np.float32)
        data *= np.float32(0.05)
        pixels = () if name == "FULLY_CONNECTED" else (4, 4)
        source = Tensor((1, *pixels, shape[-1]), "float32")
        target = Tensor((1, *pixels, shape[0]), "float32")
        weights = Tensor(shape, "float32", data=data)
        bias = Tensor((shape[0],), "float32", data=np.zeros(shape[0], np.float32))
        options = {} if name == "FULLY_CONNECTED" else {
            "padding": 0, "strideW": 1, "strideH": 1, "dilationWFactor": 1,
            "dilationHFactor": 1}
        ops.append(Op(name, [source, weights, bias], [target], options))
        inputs.append(source)
        outputs.append(target)
    model = Model([Graph("main", inputs, outputs, ops)])
    # The builder doubles what it has; the file is written out of its memory.
    builder = flatbuffers.Builder(megabytes * MEGABYTE + (1 << 22))
    serialize_into(builder, model.graphs)
    with path.open("wb") as file:
        file.write(memoryview(builder.Bytes)[builder.Head():])


def make_model(path, megabytes):
    """write_model in a process of its own: a child's peak memory is at least that of
    its parent."""
    command = [sys.executable, __file__, f"--write={path}", f"--megabytes={megabytes}"]
    subprocess.run(command, check=True)


def read_once(path):
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def measure(command, output=subprocess.DEVNULL):
    """Seconds of wall clock and of CPU, and peak memory in bytes."""
    start = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), stdout=output,
                               stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if status:
        raise RuntimeError(process.stderr.read().decode())
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def run_steps(tools, model, folder, names):
    """Time and memory of STEPS in one command."""
    read_once(model)
    size = model.stat().st_size
    options = [option for name in names for option in STEPS[name]]
    target = folder / "compressed.tflite"
    wall, cpu, peak = measure([tools / "mopt-opt", model, *options, "-o", target])
    return {"steps": "+".join(names), "megabytes": size / 1e6, "seconds": wall,
            "cpu_seconds": cpu, "peak": peak / size}


def measure_least(command, times=3):
    """The least seconds of CPU: other processes only add some."""
    return min(measure(command)[1] for _ in range(times))


def run_coder(tools, name, model, folder):
    """Coding and decoding of a file."""
    read_once(model)
    size = model.stat().st_size / 1e6
    coded, restored = folder / "coded.mopt", folder / "restored.tflite"
    translate = tools / "mopt-translate"
    measure([translate, "--to-compressed", model, "-o", coded])
    row = {"file": name, "megabytes": size,
           "coded_megabytes": coded.stat().st_size / 1e6,
           "code_cpu_seconds":
           measure_least([translate, "--to-compressed", model, "-o", "-"]),
           "decode_cpu_seconds":
           measure_least([translate, "--from-compressed", coded, "-o", "-"]),
           "decode_to_file_cpu_seconds":
           measure_least([translate, "--from-compressed", coded, "-o", restored])}
    if not filecmp.cmp(restored, model, shallow=False):
        raise RuntimeError("the file came back as another one")
    return row


def run_coders(tools, folder, megabytes, report):
    """Coding of what the steps made of `model`, and of floats."""
    result = [run_coder(tools, "int8", folder / "compressed.tflite", folder)]
    report(result[-1])
    (folder / "compressed.tflite").unlink()
    # Coders look at a tensor after the other: a part tells of all.
    model, changed = folder / "model.tflite", folder / "changed.tflite"
    make_model(model, megabytes)
    for name, path, steps in (("floats", model, []),
                              ("clustered", changed, STEPS["cluster"]),
                              ("pruned", changed, STEPS["prune"])):
        if steps:
            measure([tools / "mopt-opt", model, *steps, "-o", changed])
        result.append(run_coder(tools, name, path, folder))
        report(result[-1])
    return result


def print_steps(row):
    print(f"{row['steps']:24}{row['megabytes']:8.0f} MB  {row['seconds']:7.2f} s  "
          f"{row['megabytes'] / row['seconds']:6.0f} MB/s   CPU "
          f"{row['cpu_seconds']:7.2f} s  "
          f"{row['megabytes'] / row['cpu_seconds']:6.0f} MB/s   peak "
          f"{row['peak']:.2f} times the model", flush=True)


def print_coder(row):
    print(f"{row['file']:24}{row['megabytes']:8.0f} MB -> "
          f"{row['coded_megabytes']:.0f} MB   coded at "
          f"{row['megabytes'] / row['code_cpu_seconds']:.0f} MB/s, decoded at "
          f"{row['megabytes'] / row['decode_cpu_seconds']:.0f} MB/s of CPU, into a "
          f"file at {row['megabytes'] / row['decode_to_file_cpu_seconds']:.0f}",
          flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write_model(options.write, options.megabytes)
        return
    tools = (options.build / "bin").resolve()
    folder = pathlib.Path(tempfile.mkdtemp(dir=options.folder))
    result = {"steps": [], "coder": []}
    try:
        model = folder / "model.tflite"
        make_model(model, options.megabytes)
        for names in (*([name] for name in STEPS), list(STEPS)):
            row = run_steps(tools, model, folder, names)
            result["steps"].append(row)
            if not options.json:
                print_steps(row)
        def report(row):
            if not options.json:
                print_coder(row)

        result["coder"] = run_coders(tools, folder, min(options.megabytes, 256),
                                     report)
        if options.json:
            print(json.dumps(result, indent=1))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
