//===- KernelTarget.h - What kernels need to know of a CPU -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_MOPTTOKERNEL_KERNELTARGET_H
#define MOPT_CONVERSION_MOPTTOKERNEL_KERNELTARGET_H

#include "mopt/Dialect/Kernel/IR/KernelOps.h"
#include "llvm/Support/Error.h"

namespace llvm {
class MCSubtargetInfo;
} // namespace llvm

namespace mlir::mopt {

/// The vectors of a CPU and its dot product instructions.
struct KernelTarget {
  /// Sums of 32 bits in a vector.
  int64_t lanes = 0;
  /// Vector registers.
  int64_t registers = 0;
  /// True if a vector of half the lanes takes half the time.
  bool halvesWidest = false;
  /// Vectors of sums that are narrowed at once.
  int64_t pack = 1;
  /// Of four products of bytes; none if the CPU has no such instruction.
  std::optional<kernel::DotKind> bytes;
  /// Of two products of 16-bit values.
  std::optional<kernel::DotKind> pairs;
  /// Of bytes, on matrices or pairs.
  std::optional<kernel::DotKind> matrices;

  /// Of two products of bfloat16 values.
  std::optional<kernel::DotKind> halves;
  /// True if it adds products of floats without a rounding of their own.
  bool fuses = false;
  /// True if one instruction finds each of 16 floats in a table of 32.
  bool looksUp = false;

  /// False for CPUs that no kernel is known for.
  explicit operator bool() const { return lanes != 0; }
};

/// The target that a CPU of LLVM's is.
KernelTarget getKernelTarget(const llvm::MCSubtargetInfo &info);

/// The target that an LLVM CPU name ("host" = this machine), a triple (empty =
/// this machine's) and extra features ("+avx512vnni,...") describe. Fails on
/// names that LLVM does not know.
llvm::Expected<KernelTarget>
getKernelTarget(StringRef mcpu, StringRef triple = "", StringRef features = "");

/// The same for a pass on `op`, where an error is reported.
FailureOr<KernelTarget> getKernelTarget(Operation *op, StringRef mcpu,
                                        StringRef triple, StringRef features);

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_MOPTTOKERNEL_KERNELTARGET_H
