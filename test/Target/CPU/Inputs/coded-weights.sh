# coded-weights.sh INPUTS FOLDER MODEL [CPU]: compares code that holds weights as they
# are with code that decodes them, on this machine or, for a CPU of AArch64, in qemu.
set -eu
mopt-translate --to-object "$3" --mcpu="${4-host}" --prefix=plain -o "$2/plain.o"
mopt-translate --to-object "$3" --mcpu="${4-host}" --prefix=coded --weights=decode \
  -o "$2/coded.o"
if [ $# = 4 ]; then
  aarch64-linux-gnu-gcc -static -I"$2" "$1/coded-weights.c" "$2/plain.o" \
    "$2/coded.o" -lm -o "$2/run"
  qemu-aarch64 -cpu max "$2/run"
else
  clang-22 -g -fsanitize=address,undefined -I"$2" "$1/coded-weights.c" \
    "$2/plain.o" "$2/coded.o" -lm -o "$2/run"
  "$2/run"
fi
