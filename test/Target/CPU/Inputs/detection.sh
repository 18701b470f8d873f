# detection.sh FOLDER PYTHON COMPARE.py: each model of the test compiled, and
# whether the code gives what the evaluator gives.
set -eu
for model in "$1"/*.mlir; do
  mopt-translate --to-shared-library "$model" -o "${model%.mlir}.so" > /dev/null
  echo "$(basename "$model" .mlir): $("$2" "$3" "$model" "${model%.mlir}.so" \
    --samples=3 --device=reference)"
done
