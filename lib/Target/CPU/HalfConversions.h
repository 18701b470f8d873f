//===- HalfConversions.h - 16-bit floats in software -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_HALFCONVERSIONS_H
#define MOPT_LIB_TARGET_CPU_HALFCONVERSIONS_H

#include "llvm/IR/Module.h"

namespace mlir::mopt {

/// Where the processor has no instructions for them, LLVM makes conversions of
/// 16-bit floats calls of the compiler's runtime library (__extendhfsf2,
/// __truncsfhf2, __truncsfbf2). Gives `module`, for x86, functions of these
/// names if it holds such floats, so that no library is needed.
void defineHalfConversions(llvm::Module &module);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_HALFCONVERSIONS_H
