//===- AddRuntime.h - Functions that LLVM calls -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_HEXAGON_ADDRUNTIME_H
#define MOPT_TARGET_HEXAGON_ADDRUNTIME_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt {

/// The functions (of libm, of libc, and LLVM's own) that mopt has for Hexagon.
llvm::Expected<llvm::StringSet<>> getHexagonRuntimeFunctions();

/// Which of `functions` the code generator is going to call for `module`, as
/// far as its instructions tell. It may be one less or one more.
llvm::SmallVector<std::string>
guessRuntimeFunctions(const llvm::Module &module,
                      const llvm::StringSet<> &functions);

/// Defines `names`, which mopt has, in `module`, as internal functions. To be
/// called last: what only the code generator calls looks unused before.
llvm::Error addHexagonRuntime(llvm::Module &module,
                              llvm::ArrayRef<std::string> names);

} // namespace mlir::mopt

#endif // MOPT_TARGET_HEXAGON_ADDRUNTIME_H
