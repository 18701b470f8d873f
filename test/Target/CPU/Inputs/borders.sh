# borders.sh FOLDER PYTHON COMPARE: compares code of FOLDER's models, in both
# arithmetics of requantisation, with the evaluators.
set -eu
cd "$1"
for model in i8 u8; do
  for mode in float fixed; do
    mopt-translate --to-shared-library $model.mlir --requantize=$mode -o $mode.so
    "$2" "$3" $model.mlir $mode.so --requantize=$mode --device=reference
  done
done
