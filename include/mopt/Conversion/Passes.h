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
namespace LLVM {
class LLVMDialect;
} // namespace LLVM
namespace arith {
class ArithDialect;
} // namespace arith
namespace func {
class FuncOp;
} // namespace func
namespace linalg {
class LinalgDialect;
} // namespace linalg
namespace gpu {
class GPUDialect;
} // namespace gpu
namespace math {
class MathDialect;
} // namespace math
namespace memref {
class MemRefDialect;
} // namespace memref
namespace scf {
class SCFDialect;
} // namespace scf
namespace spirv {
class SPIRVDialect;
} // namespace spirv
namespace tensor {
class TensorDialect;
} // namespace tensor
namespace vector {
class VectorDialect;
} // namespace vector
namespace mopt::kernel {
class KernelDialect;
} // namespace mopt::kernel
} // namespace mlir

namespace mlir::mopt {

#define GEN_PASS_DECL
#include "mopt/Conversion/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "mopt/Conversion/Passes.h.inc"

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_PASSES_H
