//===- Passes.h - Conversions between dialects -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_PASSES_H
#define MOPT_CONVERSION_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class ModuleOp;
namespace arith {
class ArithDialect;
} // namespace arith
namespace linalg {
class LinalgDialect;
} // namespace linalg
namespace math {
class MathDialect;
} // namespace math
namespace scf {
class SCFDialect;
} // namespace scf
namespace tensor {
class TensorDialect;
} // namespace tensor
} // namespace mlir

namespace mlir::mopt {

#define GEN_PASS_DECL
#include "mopt/Conversion/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "mopt/Conversion/Passes.h.inc"

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_PASSES_H
