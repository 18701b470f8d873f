#!/usr/bin/env bash
# Sets everything up, builds the tools and runs the main job on the model and
# data in examples/digits. Ends with a table: size, sparsity, accuracy, before
# and after.
#
# usage: scripts/demo.sh
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh --no-python
scripts/build.sh mopt-opt mopt-translate mopt-run
examples/digits/run.sh build/bin
