"""sizes.py MODEL FOLDER: what the schemes make of a model, in bytes and relative to
float32, and whether that is small enough. Where ai-edge-quantizer is installed, its
int8 model is made too."""

import pathlib
import subprocess
import sys

# Scheme: the largest part of the float32 file.
LIMITS = {
    "quantize-int8": 0.285,
    "quantize-int16x8": 0.305,
    "quantize-dynamic": 0.285,
    "quantize-weights": 0.285,
    "quantize-weights=bits=4": 0.16,
    "quantize-weights=bits=4 block=32": 0.18,
    "quantize-weights=bits=2": 0.11,
    "quantize-float16": 0.505,
}
# The int8 model of ai-edge-quantizer 0.10.0 of efficientnet_lite0_fp32.
PEER = 5257168


def quantize_with_peer(path):
    """The bytes of ai-edge-quantizer's int8 model, None where it is not there."""
    try:
        from ai_edge_litert.interpreter import Interpreter
        from ai_edge_quantizer import quantizer, recipe
    except ImportError:
        return None
    import numpy as np

    tool = quantizer.Quantizer(str(path))
    tool.load_quantization_recipe(recipe.static_wi8_ai8())
    interpreter = Interpreter(str(path))
    detail = interpreter.get_input_details()[0]
    signatures = interpreter.get_signature_list()
    key = next(iter(signatures), None)
    name = signatures[key]["inputs"][0] if key else detail["name"]
    sample = np.random.default_rng(0).standard_normal(detail["shape"])
    ranges = tool.calibrate({key: [{name: sample.astype(np.float32)}]})
    return len(tool.quantize(ranges).quantized_model)


def main():
    source, folder = map(pathlib.Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    failed = False
    sizes = {}
    for scheme, limit in LIMITS.items():
        target = folder / f"{scheme.replace('=', '-').replace(' ', '-')}.tflite"
        command = ["mopt-opt", source, f"--{scheme}", "-o", target]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        sizes[scheme] = target.stat().st_size
        share = sizes[scheme] / source.stat().st_size
        verdict = "" if share <= limit else f", FAILED: above {limit}"
        failed |= share > limit
        print(f"{scheme}: {sizes[scheme]} bytes, {share:.4f}{verdict}")
    peer = quantize_with_peer(source)
    print(f"ai-edge-quantizer int8: {PEER} bytes, here {peer or 'not installed'}")
    if sizes["quantize-int8"] > (peer or PEER):
        print("FAILED: int8 is larger than ai-edge-quantizer's")
        failed = True
    sys.exit(failed)


main()
