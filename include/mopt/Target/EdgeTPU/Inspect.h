//===- Inspect.h - What is in an Edge TPU package ---------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_EDGETPU_INSPECT_H
#define MOPT_TARGET_EDGETPU_INSPECT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace mlir::mopt {

/// Everything in the custom options of an `edgetpu-custom-op`: the map, the
/// package, its executables with instruction streams, transfers, layers and
/// parameters. Byte strings are given by their size and a hash (xxh3, 64 bits).
/// Fails with the reason where an offset leads nowhere.
llvm::Expected<llvm::json::Object>
inspectEdgeTPUOptions(llvm::ArrayRef<char> customOptions);

/// The same of all Edge TPU ops of a compiled model, with its description and
/// the tensors of the ops. Fails with one diagnostic where there is no such op
/// or where one is damaged.
FailureOr<llvm::json::Object> inspectEdgeTPU(ModuleOp module);

} // namespace mlir::mopt

#endif // MOPT_TARGET_EDGETPU_INSPECT_H
