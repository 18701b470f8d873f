//===- NotAvailable.h - Refusal of an option -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_PIPELINES_NOTAVAILABLE_H
#define MOPT_LIB_PIPELINES_NOTAVAILABLE_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt {

/// The error of an option whose value names what there is not.
inline llvm::Error notAvailable(llvm::StringRef option,
                                const llvm::Twine &value,
                                llvm::StringRef available) {
  return llvm::createStringError(option + "=" + value +
                                 " is not available; available: " + available);
}

} // namespace mlir::mopt

#endif // MOPT_LIB_PIPELINES_NOTAVAILABLE_H
