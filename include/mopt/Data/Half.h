//===- Half.h - binary16 conversions ----------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DATA_HALF_H
#define MOPT_DATA_HALF_H

#include "mopt/Data/DType.h"

namespace mlir::mopt {

/// Exact: every binary16 value is a binary32 value. NaN payloads are kept.
float halfToFloat(Half value);

/// Rounds to the nearest, ties to even; overflow gives infinity, as numpy's
/// astype(float16) does.
Half floatToHalf(float value);

} // namespace mlir::mopt

#endif // MOPT_DATA_HALF_H
