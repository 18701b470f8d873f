#!/usr/bin/env python3
"""What kernels and models reach on a GPU, and what the first run costs.

gpu.py [--build=DIR] [--device=vulkan[:WHICH]] [--profile=NAME] [--layers=FILE]
       [--type=int8|f32 ...] [--models MODEL.tflite ...] [--iree=BIN] [--json]

Layers: billions of operations (two a product) a second of a kernel, by the CPU time
of the process, so that a loaded machine does not count, and per core, since the
driver gets no threads (LP_NUM_THREADS=0). The time of an inference is divided among
kernels as the device's clock says. That is what there is to measure on lavapipe; on
a real GPU read `device us` instead, the device's clock.

Models: the same, as milliseconds an inference; and a first run, driver's disk cache
empty, from a file to the outputs.

--iree: the folder of iree-compile and iree-benchmark-module. Float models that
named_linalg.py can translate are measured with its Vulkan backend in the same run,
from linalg's named ops and from mopt's own lowering to linalg; the faster one
counts. Needs: numpy, and ai-edge-litert with --iree"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

import layers

HERE = pathlib.Path(__file__).resolve().parent


def run(command, **options):
    result = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, **options
    )
    if result.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{result.stderr}")
    return result.stdout


def to_spirv(options, model, artifact):
    command = [options.build / "bin/mopt-translate", "--to-spirv", model]
    run([*command, "-o", artifact, f"--profile={options.profile}"])


def benchmark(options, artifact, *extra):
    command = [options.build / "bin/mopt-run", artifact, "--benchmark", "--json"]
    return json.loads(run([*command, f"--device={options.device}", *extra]))


def measure_layer(options, layer, kind, folder):
    """The kernel of one layer: Gop/s by CPU time, and what the device says."""
    op, window, stride, image, outputs = layer
    model, artifact = folder / "layer.mlir", folder / "layer.mspv"
    model.write_text(layers.make_model(op, window, stride, image, outputs, kind))
    to_spirv(options, model, artifact)
    report = benchmark(options, artifact, "--profile")
    total = sum(entry["us"] for entry in report["ops"])
    kernel = [entry for entry in report["ops"] if entry.get("macs")][-1]
    share = kernel["us"] / total
    cpu = report["cpu_us"] * share
    return {
        "layer": f"{op} {window[0]}x{window[1]} s{stride} "
        f"{'x'.join(map(str, image))} -> {outputs}",
        "type": kind,
        "kernel": kernel["op"],
        "gops_per_core": 2e-3 * kernel["macs"] / cpu,
        "cpu_us": cpu,
        "device_us": kernel["us"],
    }


def run_cold(options, artifact, folder):
    """Seconds of CPU time of a run with nothing cached."""
    cache = folder / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    environment = {**os.environ, "MESA_SHADER_CACHE_DIR": str(cache)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [options.build / "bin/mopt-run", artifact, "--seed=1"]
    run([*command, f"--device={options.device}"], env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure_iree(options, model, folder):
    """Milliseconds of CPU time an inference takes in IREE, by form of its input."""
    import named_linalg

    times = {}
    text, shape = named_linalg.to_linalg(model)
    (folder / "named.mlir").write_text(text)
    run([options.build / "bin/mopt-opt", model, "--mopt-convert-mopt-to-linalg",
         "-o", folder / "lowered.mlir"])
    size = "x".join(map(str, shape))
    for form in ("named", "lowered"):
        program = folder / f"{form}.vmfb"
        run([options.iree / "iree-compile", folder / f"{form}.mlir",
             "--iree-hal-target-device=vulkan", "-o", program])
        command = [options.iree / "iree-benchmark-module", "--device=vulkan",
                   f"--module={program}", "--function=main",
                   f"--input={size}xf32=0.5", "--benchmark_format=json"]
        # The driver compiles in the first run, and keeps what it compiled.
        run([*command, "--benchmark_min_time=1x"])
        output = run([*command, "--benchmark_min_time=10x"])
        entry = json.loads(output[output.index("{"):])["benchmarks"][0]
        scale = {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3}[entry["time_unit"]]
        times[form] = entry["cpu_time"] * scale
    return times


def measure_model(options, model, folder):
    artifact = folder / "model.mspv"
    entry = {"model": model.stem}
    try:
        to_spirv(options, model, artifact)
    except RuntimeError as error:
        # Parts of it are run on the CPU by mopt-run --device=vulkan.
        entry["not_whole"] = str(error).splitlines()[-1]
        return entry
    entry["cold_cpu_s"] = run_cold(options, artifact, folder)
    report = benchmark(options, artifact)
    entry["cpu_ms"] = report["cpu_us"] * 1e-3
    if options.iree:
        try:
            entry["iree_cpu_ms"] = measure_iree(options, model, folder)
            entry["ratio"] = min(entry["iree_cpu_ms"].values()) / entry["cpu_ms"]
        except (RuntimeError, ValueError) as error:
            entry["iree_failed"] = str(error).splitlines()[-1]
    return entry


def print_layer(entry):
    print(
        f"{entry['type']:5}{entry['layer']:45}{entry['gops_per_core']:8.2f}"
        f"{entry['cpu_us']:10.1f}{entry['device_us']:11.1f}  {entry['kernel']}"
    )


def print_model(entry):
    if "not_whole" in entry:
        print(f"{entry['model']:36} not as one artifact: {entry['not_whole']}")
        return
    line = f"{entry['model']:36}{entry['cpu_ms']:9.2f}{entry['cold_cpu_s']:9.2f}"
    if "ratio" in entry:
        times = entry["iree_cpu_ms"]
        line += f"{times['named']:11.1f}{times['lowered']:11.1f}{entry['ratio']:8.1f}"
    elif "iree_failed" in entry:
        line += f"  {entry['iree_failed'][:60]}"
    print(line)


def find_iree(options):
    """Why IREE cannot be measured, or None."""
    if not options.iree:
        return "IREE: not asked for (--iree=FOLDER of iree-compile)"
    for tool in ("iree-compile", "iree-benchmark-module"):
        if not (options.iree / tool).exists():
            found, options.iree = options.iree, None
            return f"IREE: absent, {found} has no {tool}: nothing to compare with"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--device", default="vulkan")
    parser.add_argument("--profile", default="lavapipe")
    parser.add_argument("--layers", type=pathlib.Path, default=HERE / "gpu_layers.txt")
    parser.add_argument("--type", action="append", choices=("int8", "f32"))
    parser.add_argument("--models", nargs="*", type=pathlib.Path, default=[])
    parser.add_argument("--iree", type=pathlib.Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("LP_NUM_THREADS", "0")

    report = {"layers": [], "models": []}
    peer = find_iree(options)
    if not options.json:
        print(peer or "IREE: " + run([options.iree / "iree-compile", "--version"])
              .splitlines()[1].strip())
        print("\nlayers" + " " * 48 + "Gop/s    cpu us  device us  kernel")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for kind in options.type or ("f32", "int8"):
            for layer in layers.read_layers(options.layers):
                entry = measure_layer(options, layer, kind, folder)
                report["layers"].append(entry)
                if not options.json:
                    print_layer(entry)
        if options.models and not options.json:
            print("\nmodels" + " " * 33 + "cpu ms  cold s", end="")
            print(" IREE named    lowered   ratio" if options.iree else "")
        for model in options.models:
            entry = measure_model(options, model, folder)
            report["models"].append(entry)
            if not options.json:
                print_model(entry)
    if options.json:
        report["iree"] = peer or "measured"
        json.dump(report, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
