"""Seeded inputs, and one model run by LiteRT and by mopt-run."""
import pathlib
import subprocess
import tempfile

import numpy as np


def draw(rng, detail):
    """A value for the input that `detail` (of LiteRT) describes: integers over
    their whole range, floats from N(0,1)."""
    dtype = np.dtype(detail["dtype"])
    if np.issubdtype(dtype, np.integer):
        info = np.iinfo(dtype)
        return rng.integers(
            info.min, info.max, detail["shape"], dtype=dtype, endpoint=True
        )
    return rng.standard_normal(detail["shape"]).astype(dtype)


def run_litert(interpreter, inputs):
    interpreter.reset_all_variables()
    for detail, value in zip(interpreter.get_input_details(), inputs):
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    return [interpreter.get_tensor(d["index"]) for d in interpreter.get_output_details()]


def run_mopt(model, names, inputs, *options, tool="mopt-run"):
    """The outputs, in the order of the model."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        out = folder / "out"
        command = [tool, str(model), f"--output-dir={out}", *options]
        for index, (name, value) in enumerate(zip(names, inputs)):
            path = folder / f"{index}.npy"
            np.save(path, value)
            command.append(f"--input={name}={path}")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        files = sorted(out.iterdir(), key=lambda path: int(path.name.split("_")[0]))
        return [np.load(path) for path in files]
