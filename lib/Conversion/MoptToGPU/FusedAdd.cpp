//===- FusedAdd.cpp - Additions in kernels of convolutions -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FusedAdd.h"

#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"

using namespace mlir;
using namespace mlir::mopt;

std::optional<FusedAdd> FusedAdd::absorb(PlanBuilder &plan, Value output) {
  // A result of the function has its terminator as a reader.
  if (!output.hasOneUse())
    return std::nullopt;
  auto add = dyn_cast<AddOp>(*output.user_begin());
  if (!add)
    return std::nullopt;
  Value addend = add.getLhs() == output ? add.getRhs() : add.getLhs();
  if (addend.getDefiningOp<ConstOp>() || !plan.has(addend))
    return std::nullopt;
  // What is between rows counts too: kernels use one number for all of them.
  DeviceLayout layout = *getDeviceLayout(output.getType());
  if (!(plan.get(addend).layout == layout) ||
      !(*getDeviceLayout(add.getResult().getType()) == layout))
    return std::nullopt;
  plan.absorb(add);
  return FusedAdd(add, output, addend, plan.getMode());
}

std::vector<int32_t> FusedAdd::pack() const {
  return arithmetic.pack(output, addend, getResult(),
                         cast<AddOp>(op).getFusedActivationFunction());
}
