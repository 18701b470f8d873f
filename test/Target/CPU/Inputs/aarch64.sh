# aarch64.sh RUNNER.c FOLDER MODEL: runs FOLDER/MODEL on drawn bytes as code of
# this machine and as code for AArch64 under qemu, and compares the bytes.
set -eu
cd "$2"
for mode in float fixed; do
  mopt-translate --to-object "$3" --requantize=$mode -o host.o
  size=$(sed -n 's/#define .*_INPUT_0_SIZE //p' host.h)
  head -c "$size" noise.raw > in.raw
  clang-22 -include host.h "$1" host.o -lm -o host
  outputs=$(seq "$(grep -c 'define .*_OUTPUT_[0-9]*_SIZE ' host.h)")
  ./host in.raw $(printf 'host.raw.%s ' $outputs)
  for cpu in cortex-a55 cortex-a76 neoverse-n2; do
    mopt-translate --to-object "$3" --mcpu=$cpu --requantize=$mode -o arm.o
    aarch64-linux-gnu-gcc -static -include arm.h "$1" arm.o -lm -o arm
    qemu-aarch64 -cpu max arm in.raw $(printf 'arm.raw.%s ' $outputs)
    for i in $outputs; do
      cmp host.raw.$i arm.raw.$i
    done
    echo "$cpu $mode: equal"
  done
done
