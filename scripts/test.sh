#!/usr/bin/env bash
# Sets everything up, builds mopt and runs all tests: unit tests, conformance
# against LiteRT's reference kernels, lit tests, install and consumer tests.
# Ends with one line "N passed, N failed, N skipped"; what was skipped, and why,
# is listed by name before it.
#
# usage: scripts/test.sh
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
scripts/build.sh all
status=0
/usr/lib/llvm-22/bin/lit -q \
  --xunit-xml-output build/test/results.xml build/test build/unittests || status=$?
/usr/bin/python3 scripts/summarize-tests.py build/test/results.xml
exit "$status"
