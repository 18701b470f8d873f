// RUN: %PYTHON %mopt_src_root/test/Transforms/Reconstruction/Inputs/make_samples.py %t.npy 64 1x4
// RUN: %PYTHON -c "import numpy as np; np.savez('%t.labelled.npz', x=np.load('%t.npy'), y=np.zeros(64, int))"

// The fewest products that keep 22 dB, by magnitude and on data, in both orders.
// RUN: mopt-opt %s --prune="pattern=channel max-drop=22 metric=snr eval=%t.npy channel-multiple=1" -o %t.mlir 2> %t.log
// RUN: FileCheck %s --input-file=%t.mlir --check-prefix=FOUR
// RUN: FileCheck %s --input-file=%t.log --check-prefix=LOST
// RUN: mopt-opt %s --prune="pattern=channel max-drop=22 metric=snr eval=%t.npy channel-multiple=1 sparsity-allocation=global" 2> /dev/null | FileCheck %s --check-prefix=FOUR
// RUN: mopt-opt %s --prune="pattern=channel max-drop=22 metric=snr calibration=%t.npy channel-multiple=1" 2> /dev/null | FileCheck %s --check-prefix=FOUR
// RUN: mopt-opt %s --prune="pattern=channel max-drop=22 metric=snr method=obs calibration=%t.npy channel-multiple=1 sparsity-allocation=auto" 2> %t.obs.log | FileCheck %s --check-prefix=THREE
// RUN: FileCheck %s --input-file=%t.obs.log --check-prefix=REPAIRED
// The result does not depend on threads.
// RUN: mopt-opt %s --prune="pattern=channel max-drop=22 metric=snr method=obs calibration=%t.npy channel-multiple=1 threads=1" -o %t.one 2> /dev/null
// RUN: mopt-opt %s --prune="pattern=channel max-drop=22 metric=snr method=obs calibration=%t.npy channel-multiple=1 threads=3" -o %t.three 2> /dev/null
// RUN: cmp %t.one %t.three
// A limit finds what a ratio gives: the same weights.
// RUN: mopt-opt %s --prune="pattern=channel sparsity=0.33 sparsity-of=macs channel-multiple=1" -o %t.ratio.mlir 2> /dev/null
// RUN: sed "s/const_[0-9]*/const/" %t.ratio.mlir > %t.ratio
// RUN: sed "s/const_[0-9]*/const/" %t.mlir | diff - %t.ratio
// Products are what a limit saves; multiples of 8 leave these six channels alone.
// RUN: mopt-opt %s --prune="pattern=channel max-drop=22 metric=snr eval=%t.npy" -o %t.coarse 2>&1 | FileCheck %s --check-prefix=NO-LAYER
// RUN: mopt-opt %s --prune="pattern=channel max-drop=22 metric=snr eval=%t.npy sparsity-of=channels" 2> /dev/null | FileCheck %s --check-prefix=FOUR
// RUN: mopt-opt %s --prune="pattern=channel max-drop=22 metric=snr eval=%t.npy channel-multiple=1 shrink=false" 2> /dev/null | FileCheck %s --check-prefix=MASKED

// What no loss can be told of goes with any limit, in right answers too; and no
// more with one that nothing else can meet.
// RUN: mopt-opt %s --prune="pattern=channel max-drop=300 metric=snr eval=%t.npy channel-multiple=1" 2> %t.dead.log | FileCheck %s --check-prefix=FIVE
// RUN: mopt-opt %s --prune="pattern=channel max-drop=100 eval=%t.labelled.npz eval-samples=8 channel-multiple=1" 2>&1 | FileCheck %s --check-prefix=ONE
// Where nothing can meet it the model stays, to the last bit.
// RUN: mopt-opt %s --mopt-prune-channels="exclude=^none$ max-drop=300 metric=snr eval=%t.npy channel-multiple=2" -o %t.dense.mlir 2> %t.dense.log
// RUN: FileCheck %s --input-file=%t.dense.log --check-prefix=DENSE
// RUN: mopt-opt %s -o %t.same.mlir
// RUN: cmp %t.dense.mlir %t.same.mlir
// RUN: mopt-opt %s --prune="pattern=channel max-drop=22 metric=snr eval=%t.npy channel-multiple=1 exclude=." 2>&1 | FileCheck %s --check-prefix=NO-LAYER

// RUN: not mopt-opt %s --prune="pattern=channel max-drop=1" 2>&1 | FileCheck %s --check-prefix=NO-DATA
// RUN: not mopt-opt %s --prune="pattern=channel max-drop=1 eval=%t.npy" 2>&1 | FileCheck %s --check-prefix=LABELS
// RUN: not mopt-opt %s --prune="pattern=channel max-drop=1 eval=%t.nowhere" 2>&1 | FileCheck %s --check-prefix=NO-FILE
// RUN: not mopt-opt %s --prune="pattern=channel max-drop=1 sparsity=0.5 eval=%t.npy" 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: not mopt-opt %s --prune="pattern=channel max-drop=-1 eval=%t.npy" 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not mopt-opt %s --prune="pattern=channel max-drop=nan eval=%t.npy" 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not mopt-opt %s --mopt-prune-channels="max-drop=nan data=%t.npy" 2>&1 | FileCheck %s --check-prefix=NAN
// RUN: not mopt-opt %s --prune="pattern=channel max-drop=1 calibration=%t.npy sparsity-allocation=auto" 2>&1 | FileCheck %s --check-prefix=AUTO

// FOUR: "first"{{.*}} -> tensor<1x4xf32>
// FOUR: "last"{{.*}} : (tensor<1x4xf32>, tensor<2x4xf32>
// LOST: remark: max-drop lets go 33.3% of the products and 2 of 8 channels: 1{{[0-9]+.[0-9]}} dB
// LOST-NOT: max-drop
// THREE: "first"{{.*}} -> tensor<1x3xf32>
// REPAIRED: remark: max-drop lets go 50.0% of the products and 3 of 8 channels: 2{{[2-9].[0-9]}} dB
// NO-LAYER: remark: max-drop finds no layer that can lose channels
// MASKED: "first"{{.*}} -> tensor<1x6xf32>
// MASKED: dense_resource<{{.*}}> : tensor<2x6xf32>
// FIVE: "first"{{.*}} -> tensor<1x5xf32>
// ONE: remark: max-drop lets go 83.3% of the products and 5 of 8 channels: top-1 {{[0-9.]+}} % (float {{[0-9.]+}} %)
// ONE: "first"{{.*}} -> tensor<1x1xf32>
// DENSE: remark: max-drop lets no channel go; the fewest that can go are 33.3% of the products and 2 of 8 channels: 1{{[0-9]+.[0-9]}} dB

// NO-DATA: error: mopt-prune-channels: there is no data to measure on; give some with eval= or calibration=
// LABELS: error: mopt-prune-channels: '{{.*}}.npy' has no labels; give a .npz with the data in x and the labels in y
// NO-FILE: error: mopt-prune-channels: cannot open data '{{.*}}.nowhere': No such file or directory
// BOTH: error: prune: max-drop chooses the sparsity; give one of both
// NEGATIVE: error: prune: max-drop must not be negative
// NAN: error: mopt-prune-channels: max-drop is no number
// AUTO: error: prune: sparsity-allocation=auto is not available; available: uniform, global, auto (with method=obs)

// Channels of "first" from the dearest to the cheapest; nothing comes of the last.
func.func @main(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {
  %none = mopt.no_value : () -> none
  %w1 = mopt.const {value = dense<[[2.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.5, 0.5], [0.0, 0.0, 0.0, 0.001], [0.0, 0.0, 0.0, 0.0]]> : tensor<6x4xf32>} : () -> tensor<6x4xf32>
  %h = mopt.fully_connected %x, %w1, %none {mopt.tensors = [#mopt.tensor<name = "first">]} : (tensor<1x4xf32>, tensor<6x4xf32>, none) -> tensor<1x6xf32>
  %w2 = mopt.const {value = dense<[[2.0, 0.0, 2.0, 1.0, 0.01, 0.0], [0.0, 2.0, 1.0, 0.5, 0.01, 0.0]]> : tensor<2x6xf32>} : () -> tensor<2x6xf32>
  %y = mopt.fully_connected %h, %w2, %none {mopt.tensors = [#mopt.tensor<name = "last">]} : (tensor<1x6xf32>, tensor<2x6xf32>, none) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
