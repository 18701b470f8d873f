//===- Report.h - What the Edge TPU will make of a model --------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_EDGETPU_REPORT_H
#define MOPT_TARGET_EDGETPU_REPORT_H

#include "mopt/Target/EdgeTPU/Target.h"

namespace mlir::mopt {

/// Memory that the mapped ops of a model take.
struct EdgeTPUMemory {
  /// Bytes of parameters that stay on the chip.
  int64_t cached = 0;
  /// Bytes of parameters that go to the chip with every inference, for want of
  /// memory or by design.
  int64_t streamed = 0;
  /// The operands and results of the op that has most of them.
  int64_t largestActivations = 0;
  /// No byte of `cached` is an estimate.
  bool isExact = true;
};

/// The mapping of a function, predicted.
struct EdgeTPUReport {
  std::vector<PlacedOp> ops;
  EdgeTPUMemory memory;

  bool isFullyMapped() const;
  llvm::json::Object toJSON() const;
  void print(llvm::raw_ostream &os) const;
};

EdgeTPUReport predictEdgeTPU(func::FuncOp func);

} // namespace mlir::mopt

#endif // MOPT_TARGET_EDGETPU_REPORT_H
