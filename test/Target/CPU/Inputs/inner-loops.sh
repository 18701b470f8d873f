# inner-loops.sh MODEL FOLDER PYTHON: compiles for every CPU that docs/CPU.md names
# and looks into the innermost loops.
set -eu
for cpu in x86-64 haswell skylake-avx512 icelake-server znver4 cortex-a55 \
  cortex-a76 neoverse-n2; do
  mopt-translate --to-object "$1" --mcpu=$cpu -o "$2/$cpu.o" > "$2/$cpu.txt"
  llvm-objdump -d --no-show-raw-insn "$2/$cpu.o" > "$2/$cpu.s"
  echo "$cpu: $("$3" "$(dirname "$0")/inner_loops.py" "$2/$cpu.s")"
done
