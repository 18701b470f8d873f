//===- MatrixUnit.h - Intel AMX -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_KERNELTOVECTOR_MATRIXUNIT_H
#define MOPT_LIB_CONVERSION_KERNELTOVECTOR_MATRIXUNIT_H

#include "KernelEmitter.h"

namespace mlir::mopt {

/// Emits the matrix instructions of one function. (Intel 64 and IA-32
/// Architectures Software Developer's Manual, volume 1, chapter 18.)
///
/// Four of the eight tile registers hold sums, 16 channels each, one
/// activations and three weights. Sums are read back through memory on the
/// stack.
class MatrixUnit {
public:
  /// `depth`: bytes of a row of activations (getMatrixDepth). To be made at the
  /// function's begin.
  MatrixUnit(KernelEmitter &b, kernel::TileAttr tile, int64_t depth);

  /// Tile registers for `pixels` rows from here on; their contents are lost.
  void configure(int64_t pixels);
  /// All sums become the biases of the lanes from `lane` on.
  void start(Value bias, Value lane);
  /// Adds the products of `depth` bytes from `at` on, of each pixel at a
  /// distance of `stride`, and the packed weights from `weight` on.
  void accumulate(Value input, Value at, int64_t stride, Value weights,
                  Value weight);
  /// Makes the sums readable.
  void finish();
  /// The sums of a pixel, after `finish`.
  SmallVector<Value> load(Value pixel);
  /// Gives the tile registers back; at the function's end.
  void release();

private:
  Value getAddress(Value buffer, Value at);
  void call(StringRef name, ValueRange operands);
  Value getRegister(int64_t number);

  KernelEmitter &b;
  kernel::TileAttr tile;
  int64_t depth;
  Value configuration, sums;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_KERNELTOVECTOR_MATRIXUNIT_H
