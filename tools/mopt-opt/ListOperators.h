//===- ListOperators.h - mopt-opt --list-operators --------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_OPT_LISTOPERATORS_H
#define MOPT_TOOLS_MOPT_OPT_LISTOPERATORS_H

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::mopt {

/// Prints what mopt does with each operator of the format: a table, or JSON.
void listOperators(llvm::raw_ostream &os, MLIRContext &context, bool asJSON);

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_OPT_LISTOPERATORS_H
