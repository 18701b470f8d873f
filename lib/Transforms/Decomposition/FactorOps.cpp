//===- FactorOps.cpp - Ops for the factors of a layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FactorOps.h"

#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Transforms/Quantization/Plan.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

KernelShape mopt::getKernelShape(const LinearLayer &layer) {
  Operation *op = layer.getOp();
  RankedTensorType filter = typeOf(op->getOperand(1));
  RankedTensorType result = typeOf(op->getResult(0));
  KernelShape shape;
  shape.outputs = filter.getDimSize(0);
  shape.resultPixels =
      result.getNumElements() / std::max<int64_t>(shape.outputs, 1);
  if (filter.getRank() == 2) {
    shape.inputs = filter.getDimSize(1);
    shape.inputPixels = shape.stripPixels = shape.resultPixels;
    return shape;
  }
  RankedTensorType input = typeOf(op->getOperand(0));
  shape.height = filter.getDimSize(1);
  shape.width = filter.getDimSize(2);
  shape.inputs = filter.getDimSize(3);
  shape.inputPixels =
      input.getDimSize(0) * input.getDimSize(1) * input.getDimSize(2);
  shape.stripPixels =
      input.getDimSize(0) * result.getDimSize(1) * input.getDimSize(2);
  return shape;
}

static Value makeConstant(OpBuilder &builder, Location loc,
                          ArrayRef<int64_t> shape, ArrayRef<float> values,
                          TensorAttr info) {
  AsmResourceBlob blob = allocateConstBlob(values.size() * sizeof(float));
  std::memcpy(blob.getMutableData().data(), values.data(),
              values.size() * sizeof(float));
  return createConst(builder, loc,
                     RankedTensorType::get(shape, builder.getF32Type()),
                     std::move(blob), info)
      .getResult();
}

/// Whether a factor moves over the image in a direction: the one whose taps the
/// layer had there, or the first with all of them.
static void setWindow(Conv2DOp conv, bool vertical, bool horizontal) {
  if (!vertical) {
    conv.setStrideH(1);
    conv.setDilationHFactor(1);
  }
  if (!horizontal) {
    conv.setStrideW(1);
    conv.setDilationWFactor(1);
  }
}

void mopt::replaceByFactors(Operation *op, ArrayRef<LayerFactor> factors,
                            ArrayRef<float> bias) {
  Location loc = op->getLoc();
  Value result = op->getResult(0);
  RankedTensorType resultType = typeOf(result);
  RankedTensorType inputType = typeOf(op->getOperand(0));
  TensorAttr info = getTensorInfo(result);
  std::string name = getTensorName(result).str();
  std::string weightName = getTensorName(op->getOperand(1)).str();
  TensorAttr biasInfo;
  if (op->getNumOperands() > 2 && getConstant(op->getOperand(2)))
    biasInfo = getTensorInfo(op->getOperand(2));
  auto isConv = isa<Conv2DOp>(op);
  Operation *original = op->clone();
  RankedTensorType filter = typeOf(op->getOperand(1));
  int64_t height = isConv ? filter.getDimSize(1) : 1;
  int64_t width = isConv ? filter.getDimSize(2) : 1;

  auto named = [&](const std::string &text, size_t index) {
    return text.empty() ? TensorAttr()
                        : withName(op->getContext(), {},
                                   text + "_factor" + Twine(index));
  };
  // Rows and columns that the factors so far have left of the image.
  SmallVector<int64_t> shape(inputType.getShape());
  if (!isConv)
    shape.assign(resultType.getShape().begin(), resultType.getShape().end());
  bool movedVertically = false, movedHorizontally = false;
  Operation *current = op, *second = nullptr;
  for (auto [index, factor] : llvm::enumerate(factors)) {
    bool isLast = index + 1 == factors.size();
    if (index > 0) {
      OpBuilder builder(op->getContext());
      builder.setInsertionPointAfter(current);
      Value input = current->getResult(0);
      current = builder.insert(original->clone());
      current->setOperand(0, input);
      if (index == 1)
        second = current;
    }
    OpBuilder builder(current);
    SmallVector<int64_t> weightShape = {factor.outputs, factor.inputs};
    if (isConv)
      weightShape = {factor.outputs, factor.height, factor.width,
                     factor.inputs};
    Value weights = makeConstant(builder, loc, weightShape, factor.weights,
                                 named(weightName, index));
    std::vector<float> zeros(factor.outputs);
    Value offsets = makeConstant(
        builder, loc, {factor.outputs}, isLast ? bias : ArrayRef<float>(zeros),
        isLast && biasInfo
            ? biasInfo
            : named(name.empty() ? name : name + "_bias", index));
    current->setOperand(1, weights);
    if (current->getNumOperands() > 2)
      current->setOperand(2, offsets);
    else
      current->insertOperands(2, offsets);
    if (!isLast)
      current->setAttr("fused_activation_function",
                       ActivationFunctionAttr::get(op->getContext(),
                                                   ActivationFunction::NONE));
    if (auto conv = dyn_cast<Conv2DOp>(current)) {
      // A layer of 1x1 taps moves with its first factor.
      bool vertical = !movedVertically && factor.height == height;
      bool horizontal = !movedHorizontally && factor.width == width;
      setWindow(conv, vertical, horizontal);
      if (vertical) {
        shape[1] = resultType.getDimSize(1);
        movedVertically = true;
      }
      if (horizontal) {
        shape[2] = resultType.getDimSize(2);
        movedHorizontally = true;
      }
    }
    shape.back() = factor.outputs;
    current->getResult(0).setType(
        RankedTensorType::get(shape, resultType.getElementType()));
    if (info)
      setTensorInfo(current->getResult(0), isLast ? info : named(name, index));
  }
  original->destroy();
  Value last = current->getResult(0);
  // The second factor reads the first one, whose result was the layer's.
  result.replaceAllUsesExcept(last, second);
}
