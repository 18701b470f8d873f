//===- OpFilter.cpp - Ops that the user names -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Utils/OpFilter.h"

#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::mopt;

/// The op of the dialect whose name is nearest to `name`.
static StringRef getNearestOp(MLIRContext *context, StringRef name) {
  StringRef nearest;
  unsigned least = std::numeric_limits<unsigned>::max();
  for (RegisteredOperationName op : context->getRegisteredOperations()) {
    if (op.getDialectNamespace() != MoptDialect::getDialectNamespace())
      continue;
    unsigned distance = name.edit_distance(op.stripDialect());
    if (distance < least) {
      least = distance;
      nearest = op.stripDialect();
    }
  }
  return nearest;
}

llvm::Expected<llvm::StringSet<>> mopt::parseOpNames(MLIRContext *context,
                                                     StringRef text) {
  llvm::StringSet<> names;
  for (StringRef part : llvm::split(text, ',')) {
    StringRef name = part.trim();
    if (name.empty() && text.empty())
      continue;
    name.consume_front("mopt.");
    if (!RegisteredOperationName::lookup(
            (MoptDialect::getDialectNamespace() + "." + name).str(), context))
      return llvm::createStringError("there is no op '" + name +
                                     "'; the nearest name is '" +
                                     getNearestOp(context, name) + "'");
    names.insert(name);
  }
  return names;
}

FailureOr<OpFilter> OpFilter::create(ModuleOp module, StringRef pass,
                                     const OpSelection &selection) {
  OpFilter filter;
  auto compile = [&](StringRef pattern, StringRef option,
                     std::optional<llvm::Regex> &regex) -> LogicalResult {
    if (pattern.empty())
      return success();
    regex.emplace(pattern);
    std::string error;
    if (regex->isValid(error))
      return success();
    return mlir::emitError(module.getLoc())
           << pass << ": '" << pattern << "', given as '" << option
           << "', is no regular expression: " << error;
  };
  if (failed(compile(selection.exclude, "exclude", filter.exclude)) ||
      failed(compile(selection.only, "only", filter.only)))
    return failure();
  auto parse = [&](StringRef names,
                   StringRef option) -> FailureOr<llvm::StringSet<>> {
    auto parsed = parseOpNames(module.getContext(), names);
    if (parsed)
      return std::move(*parsed);
    return mlir::emitError(module.getLoc())
           << pass << ": '" << option
           << "': " << llvm::toString(parsed.takeError());
  };
  FailureOr<llvm::StringSet<>> excludeOps =
      parse(selection.excludeOps, "exclude-ops");
  FailureOr<llvm::StringSet<>> onlyOps = parse(selection.onlyOps, "only-ops");
  if (failed(excludeOps) || failed(onlyOps))
    return failure();
  filter.excludeOps = std::move(*excludeOps);
  if (!onlyOps->empty())
    filter.onlyOps = std::move(*onlyOps);
  return filter;
}

bool mopt::matchesName(Operation *op, const llvm::Regex &regex) {
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
  if (auto reason = op->getAttrOfType<StringAttr>(kKeepAttr))
    return reason.getValue();
  StringRef type = op->getName().stripDialect();
  if (excludeOps.contains(type))
    return "excluded by 'exclude-ops'";
  if (onlyOps && !onlyOps->contains(type))
    return "not selected by 'only-ops'";
  if (exclude && matchesName(op, *exclude))
    return "excluded by 'exclude'";
  if (only && !matchesName(op, *only))
    return "not selected by 'only'";
  return "";
}
