//===- MoptOps.h - Ops of the mopt dialect -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MOPTOPS_H
#define MOPT_DIALECT_MOPT_IR_MOPTOPS_H

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h"

#define GET_OP_CLASSES
#include "mopt/Dialect/Mopt/IR/MoptOps.h.inc"

#endif // MOPT_DIALECT_MOPT_IR_MOPTOPS_H
