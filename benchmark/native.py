"""A model compiled to a shared library, called in this process."""
import ctypes
import pathlib
import re
import subprocess
import time

import numpy as np


class NativeModel:
    """`run()` computes once, on inputs drawn from all values of their bytes;
    floats from N(0,1)."""

    def __init__(
        self,
        translate,
        model,
        library,
        mcpu="host",
        requantize="float",
        compute="f32",
    ):
        subprocess.run(
            [
                translate,
                "--to-shared-library",
                str(model),
                f"--mcpu={mcpu}",
                f"--requantize={requantize}",
                f"--compute={compute}",
                "-o",
                str(library),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        code = ctypes.CDLL(str(library))
        for name in ("arena_size", "input_size", "output_size"):
            getattr(code, "mopt_model_" + name).restype = ctypes.c_size_t
        self.arena = self.align(code.mopt_model_arena_size())
        self.inputs = [
            self.align(code.mopt_model_input_size(i))
            for i in range(code.mopt_model_num_inputs())
        ]
        generator = np.random.default_rng(0)
        # Types of inputs, then of outputs.
        header = pathlib.Path(library).with_suffix(".h").read_text()
        types = re.findall(r'\[\d+\] ".*": (\w+)', header)
        for data, kind in zip(self.inputs, types):
            if kind == "float":
                values = generator.standard_normal(data.size // 4)
                data.view(np.float32)[:] = values
            else:
                data[:] = generator.integers(0, 256, data.size, dtype=np.uint8)
        self.outputs = [
            self.align(code.mopt_model_output_size(i))
            for i in range(code.mopt_model_num_outputs())
        ]
        arguments = (
            self.addresses(self.inputs),
            self.addresses(self.outputs),
            ctypes.c_void_p(self.arena.ctypes.data),
        )
        code.mopt_model_reset(arguments[2])
        self.run = lambda: code.mopt_model_run(*arguments)
        if self.run() != 0:
            raise RuntimeError(f"{model}: the code refuses its arguments")

    @staticmethod
    def align(size):
        data = np.zeros(size + 64, np.uint8)
        start = -data.ctypes.data % 64
        return data[start : start + size]

    @staticmethod
    def addresses(arrays):
        return (ctypes.c_void_p * max(len(arrays), 1))(
            *(data.ctypes.data for data in arrays)
        )


def measure(functions, seconds=1.0):
    """Times of the functions in microseconds: they run in turns, in blocks long
    enough to warm the caches, so that what else happens on the machine meets
    all of them. For each: (lowest, median)."""
    times = [[] for _ in functions]
    for function in functions:
        function()
    end = time.perf_counter() + seconds * len(functions)
    while time.perf_counter() < end or len(times[0]) < 50:
        for function, series in zip(functions, times):
            for _ in range(10):
                start = time.perf_counter()
                function()
                series.append((time.perf_counter() - start) * 1e6)
    return [(min(series), float(np.median(series))) for series in times]
