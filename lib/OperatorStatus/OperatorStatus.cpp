//===- OperatorStatus.cpp - What mopt does with each operator --*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/OperatorStatus.h"

#include "mopt/Conversion/MoptToLinalg/LoweredOps.h"
#include "mopt/Dialect/Mopt/IR/FormatInterfaces.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"
#include "mopt/Dialect/Mopt/Reference/HostedOp.h"
#include "mopt/Target/TFLite/Operators.h"
#include "mopt/Transforms/Partition/Partition.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::mopt;

static void describe(OperatorStatus &status, RegisteredOperationName op,
                     const LoweredOps &lowered) {
  status.op = op.getStringRef().str();
  status.isTyped =
      op.hasInterface<BuiltinOp>() || op.hasInterface<CustomCodeOp>();
  status.isEvaluated =
      op.hasInterface<EvaluableOp>() || op.hasInterface<HostedOp>();
  status.isLowered = lowered.contains(op);
  for (std::string &name : getPartitionTargetNames())
    if (createPartitionTarget(name)->knows(op.getStringRef()))
      status.targets.push_back(std::move(name));
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
  LoweredOps lowered(context);
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
  for (RegisteredOperationName op : context.getRegisteredOperationsByDialect(
           MoptDialect::getDialectNamespace()))
    if (const auto *custom = op.getInterface<CustomCodeOp>()) {
      OperatorStatus status;
      status.name = custom->getCustomCode().str();
      describe(status, op, lowered);
      result.push_back(std::move(status));
    }
  llvm::sort(result, [](const OperatorStatus &a, const OperatorStatus &b) {
    return a.name < b.name;
  });
  return result;
}
