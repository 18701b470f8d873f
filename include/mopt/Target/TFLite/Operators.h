//===- Operators.h - The operators of the TFLite format ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_TFLITE_OPERATORS_H
#define MOPT_TARGET_TFLITE_OPERATORS_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <vector>

namespace mlir::mopt {

/// An entry of the schema's BuiltinOperator: `CONV_2D`, 3.
struct BuiltinOperatorCode {
  llvm::StringRef name;
  int32_t code;
};

/// All operator codes of the schema that this build knows, by code. CUSTOM,
/// DELEGATE and the placeholder, which name no operator, are left out.
std::vector<BuiltinOperatorCode> getBuiltinOperatorCodes();

} // namespace mlir::mopt

#endif // MOPT_TARGET_TFLITE_OPERATORS_H
