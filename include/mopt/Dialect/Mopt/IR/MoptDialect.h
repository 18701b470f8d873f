//===- MoptDialect.h - The mopt dialect -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MOPTDIALECT_H
#define MOPT_DIALECT_MOPT_IR_MOPTDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"

#include "mopt/Dialect/Mopt/IR/MoptDialect.h.inc"
#include "mopt/Dialect/Mopt/IR/MoptEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "mopt/Dialect/Mopt/IR/MoptAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "mopt/Dialect/Mopt/IR/MoptTypes.h.inc"

namespace mlir::mopt {

/// Names of the discardable attributes that the dialect defines; see the
/// dialect description for what each one holds.
inline constexpr llvm::StringLiteral kTensorAttr = "mopt.tensor";
inline constexpr llvm::StringLiteral kTensorsAttr = "mopt.tensors";
inline constexpr llvm::StringLiteral kVersionAttr = "mopt.version";
inline constexpr llvm::StringLiteral kIntermediatesAttr = "mopt.intermediates";
inline constexpr llvm::StringLiteral kSchemaVersionAttr = "mopt.schema_version";
inline constexpr llvm::StringLiteral kDescriptionAttr = "mopt.description";
inline constexpr llvm::StringLiteral kMetadataAttr = "mopt.metadata";
inline constexpr llvm::StringLiteral kSignaturesAttr = "mopt.signatures";
inline constexpr llvm::StringLiteral kRequantizeAttr = "mopt.requantize";
inline constexpr llvm::StringLiteral kPreprocessAttr = "mopt.preprocess";
/// On a function: where the ranges of its tensors come from (a dictionary).
inline constexpr llvm::StringLiteral kCalibrationAttr = "mopt.calibration";
/// On a function: the results' `#mopt.tensor`s are on their producers; this is
/// the subgraph's name in the file where the symbol name had to differ.
inline constexpr llvm::StringLiteral kSubgraphNameAttr = "mopt.subgraph_name";

/// What the file says of `value`: the argument attribute or the element of
/// `mopt.tensors` that belongs to it. Null if there is nothing.
TensorAttr getTensorInfo(Value value);

/// Replaces what getTensorInfo returns for `value`.
void setTensorInfo(Value value, TensorAttr info);

/// The name of the tensor `value`, or an empty string.
llvm::StringRef getTensorName(Value value);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_MOPTDIALECT_H
