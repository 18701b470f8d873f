# aarch64.sh RUNNER.c FOLDER: runs FOLDER/int8.tflite on FOLDER/in.raw as code of
# this machine and as code for AArch64 under qemu, and compares the bytes.
set -eu
cd "$2"
for mode in float fixed; do
  mopt-translate --to-object int8.tflite --requantize=$mode -o host.o
  clang-22 -include host.h "$1" host.o -lm -o host
  ./host in.raw host.raw
  for cpu in cortex-a55 cortex-a76 neoverse-n2; do
    mopt-translate --to-object int8.tflite --mcpu=$cpu --requantize=$mode -o arm.o
    aarch64-linux-gnu-gcc -static -include arm.h "$1" arm.o -lm -o arm
    qemu-aarch64 -cpu max arm in.raw arm.raw
    cmp host.raw arm.raw
    echo "$cpu $mode: equal"
  done
done
