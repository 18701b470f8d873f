#!/usr/bin/env bash
# The main job on the digits model: import, quantize and prune, evaluate, export.
# Ends with a table: size, sparsity, accuracy, before and after.
#
# usage: examples/digits/run.sh [FOLDER_OF_THE_TOOLS]     default: build/bin
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=$(cd "${1:-$here/../../build/bin}" && pwd)
out=${MOPT_DEMO_OUT:-$here/../../out/digits}
mkdir -p "$out"

step() { printf '\n$ %s\n' "$*" >&2; "$@"; }

step "$tools/mopt-translate" --import-tflite "$here/digits_fp32.tflite" \
  -o "$out/digits.mlir"
step "$tools/mopt-opt" "$here/digits_fp32.tflite" \
  --quantize-int8="calibration=$here/calibration.npz" \
  -o "$out/digits_int8.tflite"
step "$tools/mopt-opt" "$here/digits_fp32.tflite" \
  --quantize-int8="calibration=$here/calibration.npz" \
  --prune="sparsity=0.5" -o "$out/digits_small.tflite"

# What was made is measured as any user would: by loading the files again.
reports=()
for model in "$here/digits_fp32.tflite" "$out/digits_int8.tflite" \
             "$out/digits_small.tflite"; do
  name=$(basename "$model" .tflite)
  "$tools/mopt-opt" "$model" --json >"$out/$name.model.json"
  step "$tools/mopt-run" "$model" --eval="$here/test.npz" \
    --compare="$here/digits_fp32.tflite" --json >"$out/$name.eval.json"
  reports+=("$name")
done
echo
/usr/bin/python3 "$here/table.py" "$out" "${reports[@]}"
