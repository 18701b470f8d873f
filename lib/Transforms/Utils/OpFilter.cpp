//===- OpFilter.cpp - Ops that the user names -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Utils/OpFilter.h"

#include "mopt/Dialect/Mopt/IR/ModelOps.h"

using namespace mlir;
using namespace mlir::mopt;

FailureOr<OpFilter> OpFilter::create(ModuleOp module, StringRef pass,
                                     StringRef exclude, StringRef only) {
  OpFilter filter;
  auto compile = [&](StringRef pattern, StringRef option,
                     std::optional<llvm::Regex> &regex) -> LogicalResult {
    if (pattern.empty())
      return success();
    regex.emplace(pattern);
    std::string error;
    if (regex->isValid(error))
      return success();
    return module.emitError()
           << pass << ": '" << pattern << "', given as '" << option
           << "', is no regular expression: " << error;
  };
  if (failed(compile(exclude, "exclude", filter.exclude)) ||
      failed(compile(only, "only", filter.only)))
    return failure();
  return filter;
}

static bool nameMatches(Operation *op, const llvm::Regex &regex) {
  auto matches = [&](Value value) {
    StringRef name = getTensorName(value);
    return !name.empty() && regex.match(name);
  };
  return llvm::any_of(op->getResults(), matches) ||
         llvm::any_of(op->getOperands(), [&](Value operand) {
           return operand.getDefiningOp<ConstOp>() && matches(operand);
         });
}

StringRef OpFilter::getReasonToSkip(Operation *op) const {
  if (exclude && nameMatches(op, *exclude))
    return "excluded by 'exclude'";
  if (only && !nameMatches(op, *only))
    return "not selected by 'only'";
  return "";
}
