//===- MachineCode.h - From the LLVM dialect to code -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the JIT and the ahead-of-time compiler share below the LLVM dialect: the
// choice of the target machine, translation and optimisation.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_MACHINECODE_H
#define MOPT_LIB_TARGET_CPU_MACHINECODE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace mlir::mopt {

/// The machine that `mcpu` names: "host", a CPU name of LLVM for the
/// architecture of the host, or one of x86-64 or AArch64, which is then a cross
/// compilation for Linux. An unknown name is an error.
llvm::Expected<llvm::orc::JITTargetMachineBuilder>
chooseTargetMachine(StringRef mcpu);

/// The LLVM form of `module`, a module in the LLVM dialect, for `machine`.
llvm::Expected<std::unique_ptr<llvm::Module>>
translateToLLVM(ModuleOp module, llvm::LLVMContext &context,
                llvm::TargetMachine &machine);

/// Optimises for `machine`, which every function of `module` is marked with.
void optimize(llvm::Module &module, llvm::TargetMachine &machine);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_MACHINECODE_H
