#!/usr/bin/env python3
"""Whole models on several threads beside one thread, in turns.

threads.py [--build=DIR] [--mcpu=NAME] [--threads=N] [--rounds=R]
           [--repetitions=K] [--json] MODEL.tflite...

A round runs a model K times on one thread, then K times on N. The speed-up is
that of the fastest tenth of the best rounds: what else runs on the machine takes
away a core, and then nothing can be gained. How busy the machine was with other
work is printed beside it, as cores; with less than N idle cores the figures mean
little.
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def busy_seconds():
    """Processor time of the whole machine so far."""
    with open("/proc/stat") as file:
        ticks = list(map(int, file.readline().split()[1:9]))
    idle = ticks[3] + ticks[4]
    return (sum(ticks) - idle) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(options, model, threads):
    command = [
        str(options.build / "bin/mopt-run"),
        str(model),
        "--benchmark",
        "--json",
        f"--mcpu={options.mcpu}",
        f"--threads={threads}",
        f"--repetitions={options.repetitions}",
    ]
    report = json.loads(subprocess.check_output(command))
    return report["p10_us"], report["median_us"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--mcpu", default="host")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repetitions", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    results = []
    for model in options.models:
        start, busy, own = time.monotonic(), busy_seconds(), own_seconds()
        series = {1: [], options.threads: []}
        for _ in range(options.rounds):
            for threads, times in series.items():
                times.append(measure(options, model, threads))
        elapsed = time.monotonic() - start
        others = (busy_seconds() - busy) - (own_seconds() - own)
        one, many = (min(p10 for p10, _ in times) for times in series.values())
        best = max(a / b for (_, a), (_, b) in zip(*series.values()))
        results.append(
            {
                "model": model.stem,
                "threads": options.threads,
                "one_thread_us": one,
                "threads_us": many,
                "speed_up": one / many,
                "best_speed_up_of_medians": best,
                "other_load_cores": max(others, 0) / elapsed,
                "cores": os.cpu_count(),
            }
        )
    if options.json:
        json.dump({"mcpu": options.mcpu, "models": results}, sys.stdout, indent=1)
        print()
        return
    header = f"{options.threads} threads"
    print(
        f"{'model':40}{'1 thread us':>12}{header:>12}{'speed-up':>10}"
        f"{'of medians':>12}{'other load':>12}"
    )
    for row in results:
        print(
            f"{row['model']:40}{row['one_thread_us']:12.1f}{row['threads_us']:12.1f}"
            f"{row['speed_up']:10.2f}{row['best_speed_up_of_medians']:12.2f}"
            f"{row['other_load_cores']:8.2f} of {row['cores']}"
        )


if __name__ == "__main__":
    main()
