//===- Operators.cpp - The operators of the TFLite format ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/TFLite/Operators.h"

#include "SchemaReflection.h"

using namespace mlir;
using namespace mlir::mopt;

std::vector<BuiltinOperatorCode> mopt::getBuiltinOperatorCodes() {
  std::vector<BuiltinOperatorCode> codes;
  const reflection::Enum *type =
      tfl::SchemaReflection::get().findEnum("BuiltinOperator");
  for (const reflection::EnumVal *entry : *type->values()) {
    llvm::StringRef name(entry->name()->c_str(), entry->name()->size());
    if (name == "CUSTOM" || name == "DELEGATE" ||
        name.starts_with("PLACEHOLDER"))
      continue;
    codes.push_back({name, static_cast<int32_t>(entry->value())});
  }
  return codes;
}
