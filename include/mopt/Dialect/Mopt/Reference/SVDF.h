//===- SVDF.h - The constants of integer SVDFs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_REFERENCE_SVDF_H
#define MOPT_DIALECT_MOPT_REFERENCE_SVDF_H

#include "mopt/Dialect/Mopt/IR/RecurrentLayers.h"
#include "mopt/Dialect/Mopt/Reference/Requantize.h"

namespace mlir::mopt {

/// The constants of an SVDF of the integer form, which follow from its types.
struct IntegerSVDF {
  explicit IntegerSVDF(SVDFOp op);

  int32_t inputZeroPoint, outputZeroPoint;
  /// From products of input and weights to the state: input scale * feature
  /// scale / state scale.
  QuantizedMultiplier feature;
  /// From products of the state to the output: state scale * time scale /
  /// output scale.
  QuantizedMultiplier time;
};

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_SVDF_H
