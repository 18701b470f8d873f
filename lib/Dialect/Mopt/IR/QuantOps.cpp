//===- QuantOps.cpp - Verifiers of conversions -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/QuantOps.h"

#include "VerifierUtils.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

LogicalResult QuantizeOp::verify() {
  if (!isQuantized(getOutput().getType()))
    return emitOpError() << "output must be quantised, got "
                         << getOutput().getType();
  RankedTensorType input = getTensorType(getInput());
  if (!isQuantized(input) && !input.getElementType().isF32())
    return emitOpError() << "input must be float32 or quantised, got " << input;
  return verifyShape(*this, getOutput(), "output", input.getShape());
}

LogicalResult DequantizeOp::verify() {
  RankedTensorType input = getTensorType(getInput());
  if (!isQuantized(input) && !input.getElementType().isF16() &&
      !input.getElementType().isBF16())
    return emitOpError() << "input must be quantised or float16, got " << input;
  if (!getTensorType(getOutput()).getElementType().isF32())
    return emitOpError() << "output must be float32, got "
                         << getOutput().getType();
  return verifyShape(*this, getOutput(), "output", input.getShape());
}

LogicalResult FakeQuantOp::verify() {
  if (getNumBits() < 2 || getNumBits() > 16)
    return emitOpError() << "num_bits must be from 2 to 16, got "
                         << getNumBits();
  float min = getMin().convertToFloat(), max = getMax().convertToFloat();
  if (!std::isfinite(min) || !std::isfinite(max) || !(min < max))
    return emitOpError() << "min must be less than max and both finite, got "
                         << min << " and " << max;
  for (Value value : {Value(getInput()), Value(getOutput())})
    if (!getTensorType(value).getElementType().isF32())
      return emitOpError() << "input and output must be float32, got "
                           << value.getType();
  return verifyShape(*this, getOutput(), "output",
                     getTensorType(getInput()).getShape());
}
