//===- RowElements.cpp - Walks the elements of a row -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowElements.h"

using namespace mlir;
using namespace mlir::mopt;

Value RowElements::load(KernelBuilder &b, Value quad) const {
  Value value = b.load(argument, b.add(first, quad));
  return isFloat ? value : b.unpackBytes(value);
}

SmallVector<Value> RowElements::fold(
    KernelBuilder &b, ValueRange inits,
    llvm::function_ref<SmallVector<Value>(Value element, Value number,
                                          ValueRange carried)>
        body) const {
  auto walk = [&](Value quad, int64_t count, ValueRange carried) {
    SmallVector<Value> next(carried);
    Value four = load(b, quad), number = b.mul(b.fromIndex(quad), 4);
    for (int64_t i = 0; i < count; ++i)
      next = body(b.extract(four, i), b.add(number, i), next);
    return next;
  };
  SmallVector<Value> carried(inits);
  if (int64_t whole = channels / 4)
    carried = b.loop(whole, carried, [&](Value quad, ValueRange carried) {
      return walk(quad, 4, carried);
    });
  if (channels % 4)
    carried = walk(b.index(channels / 4), channels % 4, carried);
  return carried;
}
