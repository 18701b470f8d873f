//===- ZeroTarget.h - How many zeros a ratio is -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_ZEROTARGET_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_ZEROTARGET_H

#include <cmath>
#include <cstdint>

namespace mlir::mopt {

/// The number of weights that a ratio asks to be zero.
inline int64_t getZeroTarget(double sparsity, int64_t elements) {
  return std::llround(sparsity * static_cast<double>(elements));
}

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_ZEROTARGET_H
