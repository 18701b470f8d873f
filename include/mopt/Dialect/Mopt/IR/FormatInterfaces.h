//===- FormatInterfaces.h - What a file says in another way ---*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_FORMATINTERFACES_H
#define MOPT_DIALECT_MOPT_IR_FORMATINTERFACES_H

#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/SymbolTable.h"

#include "mopt/Dialect/Mopt/IR/FormatInterfaces.h.inc"

#endif // MOPT_DIALECT_MOPT_IR_FORMATINTERFACES_H
