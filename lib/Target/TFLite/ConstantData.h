//===- ConstantData.h - Bytes of constants -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_CONSTANTDATA_H
#define MOPT_LIB_TARGET_TFLITE_CONSTANTDATA_H

#include "mlir/IR/BuiltinAttributes.h"

#include <optional>
#include <vector>

namespace mlir::mopt::tfl {

/// The bytes of an attribute as they go into a file.
struct ConstantData {
  llvm::ArrayRef<char> bytes;
  /// Holds `bytes` where the attribute itself does not.
  std::vector<char> storage;
};

/// Bytes of a dense_resource (as they are) or of a dense attribute: booleans
/// one byte each, types below 8 bits packed with the first element in the
/// lowest bits. std::nullopt for a resource without data and for other kinds
/// of attributes.
std::optional<ConstantData> getConstantData(ElementsAttr value);

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_CONSTANTDATA_H
