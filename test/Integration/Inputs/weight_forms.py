"""weight_forms.py MODELS FOLDER: every form of the weights of some models, and
the sizes relative to float32."""

import pathlib
import subprocess
import sys

FORMS = (
    "quantize-dynamic",
    "quantize-weights",
    "quantize-weights=bits=4",
    "quantize-float16",
)


def main():
    models, folder = map(pathlib.Path, sys.argv[1:])
    for name in ("resnet8_fp32", "ad01_fp32", "lenet5_fp32", "vww_fp32"):
        source = models / f"{name}.tflite"
        for form in FORMS:
            target = folder / f"{name}.{form.replace('=', '-')}.tflite"
            command = ["mopt-opt", source, f"--{form}", "-o", target]
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            share = target.stat().st_size / source.stat().st_size
            print(f"{name} {form} {share:.2f}")


main()
