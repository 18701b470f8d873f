//===- PairSteps.h - Products of two pixels and two channels ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_KERNELTOVECTOR_PAIRSTEPS_H
#define MOPT_LIB_CONVERSION_KERNELTOVECTOR_PAIRSTEPS_H

#include "KernelEmitter.h"

namespace mlir::mopt {

/// Between sums of `vectors` vectors of four channels a pixel, and those that
/// an instruction on pairs keeps: [pixel][channel] of two pixels and the first
/// two or the last two channels, in the places of the two pixels. Its own
/// inverse.
SmallVector<Value> exchangePairs(KernelEmitter &b, ArrayRef<Value> sums,
                                 int64_t vectors);

/// Eight bytes of each of two pixels; `flips` their sign bits.
Value loadPair(KernelEmitter &b, Value buffer, Value first, Value second,
               bool flips);

/// One step: `in` is the input of the first of `pixels` pixels at a distance of
/// `stride`, `weight` the packed weights of the group.
SmallVector<Value> emitPairStep(KernelEmitter &b, kernel::TileAttr tile,
                                ValueRange sums, int64_t pixels, Value input,
                                Value in, int64_t stride, bool flips,
                                Value weights, Value weight);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_KERNELTOVECTOR_PAIRSTEPS_H
