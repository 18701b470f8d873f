//===- Coverage.h - Does every op have its cases? ---------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_CONFORMANCE_COVERAGE_H
#define MOPT_UNITTESTS_CONFORMANCE_COVERAGE_H

#include "Goldens.h"

namespace mlir::mopt::conformance {

/// What is missing, one sentence a gap. Every typed op of the dialect (those
/// with BuiltinOp) must have an evaluator, at least three golden cases in each
/// type form that occurs, and cases in each type form that its QuantSpec
/// declares. A type form is the element types of the operands that carry data.
std::vector<std::string> findCoverageGaps(const Goldens &goldens);

} // namespace mlir::mopt::conformance

#endif // MOPT_UNITTESTS_CONFORMANCE_COVERAGE_H
