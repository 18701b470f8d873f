#!/usr/bin/env bash
# Configures and builds mopt in build/ (Release, clang-22, lld, ccache).
#
# usage: scripts/build.sh [TARGET...]      default target: all
# MOPT_CMAKE_ARGS adds options to the configuration.
set -euo pipefail
cd "$(dirname "$0")/.."

werror=OFF
[[ "${CI:-}" == true ]] && werror=ON
# shellcheck disable=SC2086
cmake -G Ninja -S . -B build -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_C_COMPILER=clang-22 -DCMAKE_CXX_COMPILER=clang++-22 \
  -DMOPT_WERROR=$werror ${MOPT_CMAKE_ARGS:-} >build.log 2>&1 ||
  { cat build.log >&2; exit 1; }
rm -f build.log
if (($#)); then cmake --build build --target "$@"; else cmake --build build; fi
