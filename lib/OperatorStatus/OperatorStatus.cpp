//===- OperatorStatus.cpp - What mopt does with each operator --*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/OperatorStatus.h"

#include "mlir/Transforms/DialectConversion.h"
#include "mopt/Conversion/MoptToLinalg/MoptToLinalg.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"
#include "mopt/Dialect/Mopt/Reference/HostedOp.h"
#include "mopt/Target/TFLite/Operators.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::mopt;

/// The ops that a pattern of the lowering matches.
static llvm::DenseSet<OperationName> getLoweredOps(MLIRContext &context) {
  StorageTypeConverter converter;
  RewritePatternSet patterns(&context);
  populateMoptToLinalg(converter, RequantizeMode::Fixed, patterns);
  llvm::DenseSet<OperationName> names;
  for (const std::unique_ptr<RewritePattern> &pattern :
       patterns.getNativePatterns())
    if (std::optional<OperationName> root = pattern->getRootKind())
      names.insert(*root);
  return names;
}

static void describe(OperatorStatus &status, RegisteredOperationName op,
                     const llvm::DenseSet<OperationName> &lowered) {
  status.isTyped = op.hasInterface<BuiltinOp>();
  status.isEvaluated =
      op.hasInterface<EvaluableOp>() || op.hasInterface<HostedOp>();
  status.isLowered = lowered.contains(op);
  if (const auto *quantizable = op.getInterface<QuantizableOp>()) {
    const QuantSpec &spec = quantizable->getQuantSpec();
    status.rule = spec.rule;
    status.hasInt8 = spec.int8Version != 0;
    status.hasInt16 = spec.int16Version != 0;
    status.hasHybrid = spec.hybridVersion != 0;
  }
}

std::vector<OperatorStatus> mopt::getOperatorStatus(MLIRContext &context) {
  context.getOrLoadDialect<MoptDialect>();
  llvm::DenseSet<OperationName> lowered = getLoweredOps(context);
  std::vector<OperatorStatus> result;
  for (BuiltinOperatorCode code : getBuiltinOperatorCodes()) {
    OperatorStatus status;
    status.name = code.name.str();
    std::string name =
        (MoptDialect::getDialectNamespace() + "." + code.name.lower()).str();
    if (auto op = RegisteredOperationName::lookup(name, &context))
      describe(status, *op, lowered);
    result.push_back(std::move(status));
  }
  llvm::sort(result, [](const OperatorStatus &a, const OperatorStatus &b) {
    return a.name < b.name;
  });
  return result;
}
