//===- PlanValues.h - How values between kernels are stored -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_PLANVALUES_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_PLANVALUES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Conversion/MoptToKernel/Layer.h"

namespace mlir::mopt {

/// How a tensor is stored.
struct StoredForm {
  /// Of 8-bit values: in offset form.
  bool isOffset = false;
  /// Of 8-bit values: as int8, in 16 bits each.
  bool isWide = false;
  /// In a flat buffer that begins with the padded image and ends with the bytes
  /// that a kernel may read beyond it.
  bool isFlat = false;
  /// [top, bottom, left, right] pixels around it, if it is flat.
  std::array<int64_t, 4> padding = {0, 0, 0, 0};
  /// Elements behind the last one.
  int64_t slack = 0;
};

/// Chooses for the results of layers the form that saves their readers work.
///
/// - A result that only kernels read is in the form, int8 or offset, that they
///   multiply.
/// - Where a reader needs a border, or reads beyond the end, the result is
///   written right into a buffer that has both, as much as the greediest reader
///   needs. Other readers look at the middle of it. A result of the function
///   stays dense, because its memory belongs to the caller.
class ValuePlan {
public:
  explicit ValuePlan(ArrayRef<Layer> layers);

  /// The form of `value`, which by default is that of its type.
  StoredForm get(Value value) const;

private:
  void plan(const Layer &writer, ArrayRef<const Layer *> readers);

  /// Layer ops, and pads whose readers read their operand.
  DenseSet<Operation *> covered;
  DenseMap<Value, StoredForm> forms;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_PLANVALUES_H
