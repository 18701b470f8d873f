//===- CInterface.h - What C sees of a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The C interface of code that is compiled ahead of time, as docs/CPU.md
// describes it: its functions in LLVM IR, and the header that declares them.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_CINTERFACE_H
#define MOPT_LIB_TARGET_CPU_CINTERFACE_H

#include "CodedWeights.h"
#include "Program.h"
#include "llvm/IR/Module.h"

namespace mlir::mopt {

/// An input or a result.
struct InterfaceTensor {
  std::string name;
  RankedTensorType type;
  int64_t bytes;
};

/// Everything that the interface says of a model.
struct CInterface {
  std::string prefix;
  SmallVector<InterfaceTensor> inputs, outputs;
  /// At the head of the arena, each at the next multiple of `alignment`:
  /// the variables with the value they begin with.
  SmallVector<HostTensor> state;
  int64_t stateBytes = 0;
  /// Of the arena, of each variable and of the weights.
  int64_t alignment = 0;
  /// Of the state and of the temporaries after it.
  int64_t arenaBytes = 0;
  /// The weights that PREFIX_init decodes, where there is one.
  std::optional<CodedWeights> codedWeights;
};

/// Describes `func`, which separateData took apart into `program`.
/// `temporaryBytes` is the size of its planned arena, `alignment` what it was
/// planned with. What the prefix must be
/// is checked here: a C identifier.
llvm::Expected<CInterface>
describeInterface(func::FuncOp func, const Program &program, StringRef prefix,
                  int64_t temporaryBytes, int64_t alignment);

/// Adds the functions of `interface` to `module`. PREFIX_run calls
/// `functionName` with the addresses of the inputs, of the weights of `program`
/// (which become constants of the module), of the state, of the results and of
/// the temporaries; PREFIX_run_parallel does the same with several threads.
/// Whatever else the module defines becomes internal.
llvm::Error addCInterface(llvm::Module &module, const CInterface &interface,
                          const Program &program, StringRef functionName);

/// The C header that declares the functions.
std::string printHeader(const CInterface &interface);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_CINTERFACE_H
