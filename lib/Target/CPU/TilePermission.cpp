//===- TilePermission.cpp - Asking Linux for AMX -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TilePermission.h"

#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace mlir::mopt;

/// arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) on x86-64.
static constexpr int64_t kArchPrctl = 158;
static constexpr int64_t kRequestPermission = 0x1023;
static constexpr int64_t kTileData = 18;

bool mopt::usesTiles(const llvm::Module &module) {
  const llvm::Function *configure = module.getFunction("llvm.x86.ldtilecfg");
  return configure && !configure->use_empty();
}

llvm::Value *mopt::emitTileRequest(llvm::IRBuilderBase &builder) {
  llvm::Type *i64 = builder.getInt64Ty();
  auto *type =
      llvm::FunctionType::get(i64, {i64, i64, i64}, /*isVarArg=*/false);
  auto *call = llvm::InlineAsm::get(type, "syscall",
                                    "={ax},0,{di},{si},~{rcx},~{r11},~{memory}",
                                    /*hasSideEffects=*/true);
  return builder.CreateCall(call, {builder.getInt64(kArchPrctl),
                                   builder.getInt64(kRequestPermission),
                                   builder.getInt64(kTileData)});
}
