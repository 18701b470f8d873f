//===- Identity.h - Import and export of a golden model ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_CONFORMANCE_IDENTITY_H
#define MOPT_UNITTESTS_CONFORMANCE_IDENTITY_H

#include "Goldens.h"

namespace mlir::mopt::conformance {

/// Imports the model of `row`, exports it, imports that. Returns an empty
/// string if the operator has a typed op and both modules print the same, else
/// what is wrong.
std::string checkIdentity(const Goldens &goldens, const GoldenCase &row);

} // namespace mlir::mopt::conformance

#endif // MOPT_UNITTESTS_CONFORMANCE_IDENTITY_H
