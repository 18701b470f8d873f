//===- KernelRewrites.h - Ops that become kernels ---------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all targets do that make kernels of layers.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_MOPTTOKERNEL_KERNELREWRITES_H
#define MOPT_CONVERSION_MOPTTOKERNEL_KERNELREWRITES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"

#include <cstring>

namespace mlir::mopt {

/// A constant of one dimension; `element` has the bits of `T`.
template <typename T>
Value createVectorConst(OpBuilder &builder, Location loc, Type element,
                        ArrayRef<T> values) {
  auto type =
      RankedTensorType::get({static_cast<int64_t>(values.size())}, element);
  AsmResourceBlob blob = allocateConstBlob(values.size() * sizeof(T));
  std::memcpy(blob.getMutableData().data(), values.data(),
              values.size() * sizeof(T));
  return createConst(builder, loc, type, std::move(blob), TensorAttr());
}

/// Erases `lowered` and the casts, pads, quantize ops and constants that only
/// they read. A result that other ops read becomes a cast of what
/// `getDense(result)` gives, which may make ops with `builder`.
void replaceByKernels(func::FuncOp func, const DenseSet<Operation *> &lowered,
                      OpBuilder &builder,
                      llvm::function_ref<Value(Value result)> getDense);

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_MOPTTOKERNEL_KERNELREWRITES_H
