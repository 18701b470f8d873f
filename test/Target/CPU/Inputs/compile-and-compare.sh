# compile-and-compare.sh FOLDER PYTHON COMPARE.py [MODE [CPU]]: each model of the
# folder compiled, and whether the code gives what the evaluator gives.
set -eu
mode=${4:-float} cpu=${5:-host}
for model in "$1"/*.mlir; do
  library=${model%.mlir}.so
  mopt-translate --to-shared-library "$model" -o "$library" --json \
    --requantize="$mode" --mcpu="$cpu" |
    sed "s/.*\"arena_bytes\":\([0-9]*\),.*\"lower_bound_bytes\":\([0-9]*\),.*\"state_bytes\":\([0-9]*\),.*\"weight_bytes\":\([0-9]*\)}.*/$(basename "$model" .mlir): arena \1, bound \2, state \3, weights \4/"
  "$2" "$3" "$model" "$library" --samples=3 --requantize="$mode" --device=reference
done
