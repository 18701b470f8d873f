//===- MoptBytecode.h - Bytecode of the mopt dialect -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DIALECT_MOPT_IR_MOPTBYTECODE_H
#define MOPT_LIB_DIALECT_MOPT_IR_MOPTBYTECODE_H

namespace mlir::mopt {

class MoptDialect;

/// Gives the attributes that can hold resources an encoding of their own. The
/// textual form, which bytecode uses otherwise, would lose the data of a
/// resource inside.
void addBytecodeInterface(MoptDialect *dialect);

} // namespace mlir::mopt

#endif // MOPT_LIB_DIALECT_MOPT_IR_MOPTBYTECODE_H
