#!/usr/bin/env bash
# Writes docs/efficientnet_lite0-int8.html, the example of a report: the model is
# calibrated on every fifth of 500 ImageNet images and measured on the others.
#
# usage: scripts/example-report.sh [BUILD] (default: build)
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$(realpath "${1:-build}")/bin
shared=$(realpath ../shared)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mkdir "$folder/calibration" "$folder/evaluation"
index=0
for image in "$shared"/data/imagenet500/*.jpg; do
  part=evaluation
  if ((index++ % 5 == 4)); then part=calibration; fi
  ln -s "$image" "$folder/$part/"
done
"$tools/mopt-opt" "$shared/models/efficientnet_lite0_fp32.tflite" \
  --quantize-int8="calibration=$folder/calibration eval=$folder/evaluation \
    preprocess=mean:127,std:128 report=docs/efficientnet_lite0-int8.html" \
  -o "$folder/int8.tflite"
