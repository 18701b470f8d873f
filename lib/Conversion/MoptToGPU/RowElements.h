//===- RowElements.h - Walks the elements of a row -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOGPU_ROWELEMENTS_H
#define MOPT_LIB_CONVERSION_MOPTTOGPU_ROWELEMENTS_H

#include "KernelBuilder.h"

namespace mlir::mopt {

/// A row of `channels` bytes or floats in a buffer of words or vectors, from
/// element `first` of the buffer on.
struct RowElements {
  unsigned argument;
  Value first;
  int64_t channels;
  bool isFloat;

  /// Four elements (vector<4xi32> or vector<4xf32>); behind the end anything.
  Value load(KernelBuilder &b, Value quad) const;

  /// Calls `body` for every element, in order, with its number (i32).
  SmallVector<Value>
  fold(KernelBuilder &b, ValueRange inits,
       llvm::function_ref<SmallVector<Value>(Value element, Value number,
                                             ValueRange carried)>
           body) const;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOGPU_ROWELEMENTS_H
