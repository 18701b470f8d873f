//===- EnumAttributes.h - Schema enums as attributes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one table that ties enums of the schema to enum attributes of the
// dialect. Both number their members alike.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_ENUMATTRIBUTES_H
#define MOPT_LIB_TARGET_TFLITE_ENUMATTRIBUTES_H

#include "mlir/IR/Attributes.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace mlir::mopt::tfl {

/// The attribute for `value` of the schema enum `name`; null if the dialect
/// has no such enum or the enum has no such member.
Attribute getEnumAttr(MLIRContext *context, llvm::StringRef name,
                      int64_t value);

/// The number behind any of the dialect's enum attributes.
std::optional<int64_t> getEnumAttrValue(Attribute attr);

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_ENUMATTRIBUTES_H
