//===- LoweredOps.cpp - What the patterns match -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToLinalg/LoweredOps.h"

#include "mlir/Transforms/DialectConversion.h"
#include "mopt/Conversion/MoptToLinalg/MoptToLinalg.h"

using namespace mlir;
using namespace mlir::mopt;

LoweredOps::LoweredOps(MLIRContext &context) {
  StorageTypeConverter converter;
  RewritePatternSet patterns(&context);
  populateMoptToLinalg(converter, RequantizeMode::Fixed, patterns);
  for (const std::unique_ptr<RewritePattern> &pattern :
       patterns.getNativePatterns()) {
    if (std::optional<OperationName> root = pattern->getRootKind())
      names.insert(*root);
    if (std::optional<TypeID> interface = pattern->getRootInterfaceID())
      interfaces.push_back(*interface);
  }
}

bool LoweredOps::contains(RegisteredOperationName op) const {
  return names.contains(op) || llvm::any_of(interfaces, [&](TypeID id) {
           return op.hasInterface(id);
         });
}
