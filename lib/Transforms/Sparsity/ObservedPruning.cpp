//===- ObservedPruning.cpp - What passes that prune by data share ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ObservedPruning.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

/// Found on ResNet-8: weights that stay move further than those that are
/// rounded, so that chance in the data costs more.
static constexpr double kLeastDamping = 0.01;

llvm::Error ObservedPruning::check(StringRef text) {
  if (!(sparsity >= 0.0 && sparsity <= 1.0))
    return llvm::createStringError("sparsity is " + std::to_string(sparsity) +
                                   ", must be between 0 and 1");
  if (!(damping >= 0.0) || !std::isfinite(damping))
    return llvm::createStringError("damping is " + std::to_string(damping) +
                                   ", must be above 0, or 0 for automatic");
  llvm::Expected<SparsityPattern> parsed = SparsityPattern::parse(text);
  if (!parsed)
    return parsed.takeError();
  pattern = *parsed;
  return llvm::Error::success();
}

LayerPrunerOptions
ObservedPruning::getOptions(const SparsityPattern &pattern,
                            const LayerStatistics &statistics,
                            unsigned threads) const {
  LayerPrunerOptions options;
  options.pattern = pattern;
  options.damping = damping > 0.0
                        ? damping
                        : std::max(kLeastDamping, chooseDamping(statistics));
  options.exactProducts = exactProducts;
  options.threads = threads;
  return options;
}

std::string ObservedPruning::getReasonAgainst(const LinearLayer &layer,
                                              const SparsityPattern &pattern) {
  if (pattern.kind == SparsityPattern::Kind::Element)
    return "";
  if (layer.isDepthwise())
    return "a pattern is one of input channels, and every output has only one";
  return LayerPruner::getReasonAgainst(layer.getShape(), pattern);
}
