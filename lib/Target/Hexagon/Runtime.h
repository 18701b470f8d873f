//===- Runtime.h - Code that models need beside their own -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_HEXAGON_RUNTIME_H
#define MOPT_LIB_TARGET_HEXAGON_RUNTIME_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt {

/// LLVM bitcode for Hexagon that mopt carries, by the name of its C file
/// (`Runtime`, `Program`), in `context`.
llvm::Expected<std::unique_ptr<llvm::Module>>
loadHexagonCode(llvm::StringRef name, llvm::LLVMContext &context);

/// Makes the functions of `code` ones of the processor that those of `module`
/// are made for.
void takeProcessorOf(llvm::Module &code, const llvm::Module &module);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_HEXAGON_RUNTIME_H
