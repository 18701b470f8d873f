//===- MoptToHVX.h - Layers become kernels of Hexagon -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_MOPTTOHVX_MOPTTOHVX_H
#define MOPT_CONVERSION_MOPTTOHVX_MOPTTOHVX_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

namespace mlir::mopt {

/// What hears of an op that no kernel computes, though it is of a kind that
/// kernels are made of, and why.
using HVXRefusalFn = llvm::function_ref<void(Operation *op, StringRef reason)>;

/// Why no kernel of Hexagon's vectors computes `op`; std::nullopt if one does,
/// or if there is nothing to compute.
std::optional<std::string> explainNoHVXKernel(Operation *op,
                                              RequantizeMode mode);

/// Replaces every layer of `func` that a kernel of Hexagon's vectors computes,
/// to the same bits as the evaluators in `mode`. The others stay. Types change
/// at the borders through unrealized_conversion_cast.
void convertMoptToHVX(
    func::FuncOp func, RequantizeMode mode,
    HVXRefusalFn refuse = [](Operation *, StringRef) {});

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_MOPTTOHVX_MOPTTOHVX_H
