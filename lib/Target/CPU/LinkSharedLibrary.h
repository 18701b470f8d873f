//===- LinkSharedLibrary.h - From objects to libraries -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_LINKSHAREDLIBRARY_H
#define MOPT_LIB_TARGET_CPU_LINKSHAREDLIBRARY_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Triple.h"

namespace mlir::mopt {

/// Makes a shared library of the object file in `artifact`, in place. The C
/// compiler of the system links it with libm: `cc`, or for another architecture
/// its cross compiler, `aarch64-linux-gnu-gcc` for one.
llvm::Error linkSharedLibrary(const llvm::Triple &triple,
                              llvm::SmallVectorImpl<char> &artifact);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_LINKSHAREDLIBRARY_H
