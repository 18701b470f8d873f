# floats-aarch64.sh RUNNER.c FOLDER: runs FOLDER/N.mlir on N.in as code for AArch64
# under qemu and compares with N.out.
set -eu
cd "$2"
for model in *.mlir; do
  name=${model%.mlir}
  mopt-translate --to-object $model --mcpu=cortex-a76 -o arm.o >/dev/null
  aarch64-linux-gnu-gcc -static -include arm.h "$1" arm.o -lm -o arm
  qemu-aarch64 -cpu max arm $name.in arm.raw
  cmp $name.out arm.raw
  echo "$name: equal"
done
