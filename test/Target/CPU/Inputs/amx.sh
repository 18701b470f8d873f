#!/bin/sh
# amx.sh MODEL LIBRARY CLANG REQUANTIZE [FLAG...]: MODEL as a shared library for
# sapphirerapids, whose matrix instructions are calls of an emulator in C, and
# whose vector code is of a processor with AVX-512 VNNI.
set -eu
model=$1 library=$2 clang=$3 mode=$4
shift 4
here=$(dirname "$0")
mopt-translate --to-llvmir "$model" --mcpu=sapphirerapids --requantize="$mode" -o "$library.ll" > /dev/null
grep -c '@llvm.x86.tdpbssd(i8 0' "$library.ll"
sed -E -e 's/@llvm\.x86\.(ldtilecfg|tilerelease|tileloadd64|tilestored64|tdpbssd)\b/@emu_\1/g' \
  -e 's/\bimmarg\b//g' \
  -e 's/asm sideeffect "syscall", "[^"]*"/@emu_request/' \
  -e 's/"target-cpu"="sapphirerapids"/"target-cpu"="icelake-server"/; s/ "target-features"(="[^"]*")?//' \
  "$library.ll" > "$library.emulated.ll"
echo 'declare i64 @emu_request(i64, i64, i64)' >> "$library.emulated.ll"
mv "${library%.so}.so.h" "${library%.so}.h" 2> /dev/null || true
"$clang" -O1 -fPIC -shared "$@" -Wno-override-module "$library.emulated.ll" "$here/amx-emulator.c" -lm -o "$library"
