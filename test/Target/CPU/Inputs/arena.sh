# arena.sh FOLDER PYTHON COMPARE.py: the arena of each model of the test, and
# whether the code gives what the evaluator gives.
set -eu
device=reference
for name in chain reused reversed broadcast reshaped input twice sizes; do
  mopt-translate --to-shared-library "$1/$name.mlir" -o "$1/$name.so" --json |
    sed "s/.*\"arena_bytes\":\([0-9]*\),.*\"lower_bound_bytes\":\([0-9]*\),.*/$name: arena \1, bound \2/"
  # Sums of floats are equal only if they are formed in the same order.
  [ $name = sizes ] && device=cpu
  "$2" "$3" "$1/$name.mlir" "$1/$name.so" --device=$device
done
