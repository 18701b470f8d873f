//===- Program.h - Functions apart from their data -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_PROGRAM_H
#define MOPT_LIB_TARGET_CPU_PROGRAM_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Dialect/Mopt/Reference/HostTensor.h"
#include "mopt/Runtime/ComputeType.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt {

/// The data of a function that is compiled: what is passed to the code from
/// outside.
struct Program {
  /// Of the function as the model has it.
  FunctionType type;
  std::string name;
  /// Extra arguments after the inputs: weights (packed ones unpacked), then
  /// variables.
  SmallVector<HostTensor> weights;
  SmallVector<RankedTensorType> variables;
};

/// Copies `func` and the functions that it calls into a module of their own,
/// callees before callers, with large constants and variables as extra
/// arguments (kProgramDataAttr), which `program` describes: `func`, the last
/// one, has them all in this order, the others those that they need. Weights
/// are shared with the module of `func`, not copied, except those that kernels
/// of `mcpu` take in an order of their own (selectKernels). Inputs and results
/// need a known size, and no function may call itself. If `numbered`, the ops
/// have the numbers of those of `func` (numberOps).
llvm::Expected<OwningOpRef<ModuleOp>>
separateData(func::FuncOp func, Program &program, RequantizeMode mode,
             StringRef mcpu, ComputeType compute, bool numbered = false);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_PROGRAM_H
