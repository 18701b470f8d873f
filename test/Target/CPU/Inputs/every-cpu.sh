# every-cpu.sh MODEL FOLDER: compiles for each instruction set; lists symbols.
set -eu
for cpu in x86-64 haswell skylake-avx512 icelake-server znver4 sapphirerapids \
  cortex-a55 cortex-a76 neoverse-n2; do
  mopt-translate --to-object "$1" --mcpu=$cpu -o "$2/$cpu.o"
  llvm-nm "$2/$cpu.o"
done
