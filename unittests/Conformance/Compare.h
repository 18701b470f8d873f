//===- Compare.h - Results against goldens ----------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_CONFORMANCE_COMPARE_H
#define MOPT_UNITTESTS_CONFORMANCE_COMPARE_H

#include "mopt/Data/Array.h"

#include <string>

namespace mlir::mopt::conformance {

/// Compares two arrays of one type and shape element by element. Equal means
/// the same bits, or both NaN; with `bound`, a difference of at most the
/// bound's element. Returns an empty string, or what differs: how many
/// elements, and index and values of the first one.
std::string describeDifference(const Array &got, const Array &expected,
                               const std::optional<Array> &bound);

} // namespace mlir::mopt::conformance

#endif // MOPT_UNITTESTS_CONFORMANCE_COMPARE_H
