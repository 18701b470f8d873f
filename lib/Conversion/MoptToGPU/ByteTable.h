//===- ByteTable.h - Functions of one byte as tables -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOGPU_BYTETABLE_H
#define MOPT_LIB_CONVERSION_MOPTTOGPU_BYTETABLE_H

#include "PlanBuilder.h"

#include <array>

namespace mlir::mopt {

/// Entry i is the function of the byte, as kernels store it, of the bits i: a
/// byte as kernels store it, or the bits of a float.
using ByteTable = std::array<int32_t, 256>;

/// What `op`'s evaluator makes of every value of its operand `operand`, alone,
/// in a tensor of rank `rank` with all values along `axis`. std::nullopt if the
/// evaluator refuses, or if operand or result are not 8-bit; the result may be
/// float32.
std::optional<ByteTable> evaluateByteTable(Operation *op, unsigned operand,
                                           RequantizeMode mode,
                                           int64_t rank = 1, int64_t axis = 0);

/// Writes the function of every element of `from` to `to`, of the same rows and
/// channels: bytes or floats.
void applyByteTable(PlanBuilder &plan, const ByteTable &table,
                    DeviceTensor from, DeviceTensor to);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOGPU_BYTETABLE_H
