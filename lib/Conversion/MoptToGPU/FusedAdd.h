//===- FusedAdd.h - Additions in kernels of convolutions -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOGPU_FUSEDADD_H
#define MOPT_LIB_CONVERSION_MOPTTOGPU_FUSEDADD_H

#include "BinaryArithmetic.h"

namespace mlir::mopt {

/// What is added to the result of a convolution before anything is written: the
/// shortcut of a residual block. It computes what the two ops would.
class FusedAdd {
public:
  /// Makes the only reader of `output` a part of the op that `plan` lowers, if
  /// it adds a tensor of the same shape that is there by now.
  static std::optional<FusedAdd> absorb(PlanBuilder &plan, Value output);

  const BinaryArithmetic &getArithmetic() const { return arithmetic; }
  Value getAddend() const { return addend; }
  Value getResult() const { return op->getResult(0); }
  /// Its parameters, as those of BinaryArithmetic.
  std::vector<int32_t> pack() const;

private:
  FusedAdd(Operation *op, Value output, Value addend, RequantizeMode mode)
      : op(op), output(output), addend(addend),
        arithmetic(BinaryKind::Add, getResult().getType(), mode) {}

  Operation *op;
  Value output, addend;
  BinaryArithmetic arithmetic;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOGPU_FUSEDADD_H
