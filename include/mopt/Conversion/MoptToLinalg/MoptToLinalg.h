//===- MoptToLinalg.h - Lowering of mopt ops to linalg -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_MOPTTOLINALG_MOPTTOLINALG_H
#define MOPT_CONVERSION_MOPTTOLINALG_MOPTTOLINALG_H

#include "mlir/Transforms/DialectConversion.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

namespace mlir::mopt {

/// Quantised tensors become tensors of their storage type; unsigned integers
/// become signless ones, booleans i8, complex numbers a last dimension of two
/// floats. Everything else stays.
class StorageTypeConverter : public TypeConverter {
public:
  StorageTypeConverter();
};

/// String on an op that a pattern refused: the reason. The pass turns it into a
/// remark or an error and removes it.
inline constexpr llvm::StringLiteral kRefusalAttr = "mopt.refusal";

/// The patterns of all ops. `mode` is the arithmetic of requantisation that is
/// emitted. A pattern that refuses says why; the ops are not made illegal, so
/// that a partial conversion leaves them.
void populateMoptToLinalg(const TypeConverter &converter, RequantizeMode mode,
                          RewritePatternSet &patterns);

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_MOPTTOLINALG_MOPTTOLINALG_H
