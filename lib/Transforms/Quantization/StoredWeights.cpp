//===- StoredWeights.cpp - Weights in a smaller form -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StoredWeights.h"
#include "Weights.h"

#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/QuantOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Transforms/Quantization/Plan.h"

using namespace mlir;
using namespace mlir::mopt;

SmallVector<OpOperand *> mopt::getWeights(Operation *op) {
  SmallVector<OpOperand *> weights;
  if (auto weighted = dyn_cast<WeightedOp>(op)) {
    for (unsigned index : weighted.getWeightOperands())
      if (index < op->getNumOperands())
        weights.push_back(&op->getOpOperand(index));
    return weights;
  }
  auto quantizable = dyn_cast<QuantizableOp>(op);
  if (!quantizable)
    return weights;
  const QuantSpec &spec = quantizable.getQuantSpec();
  if (spec.hybridVersion == 0)
    return weights;
  // A table is the data itself.
  bool isTable = spec.rule == ScaleRule::SameAsInput;
  for (OpOperand &operand : op->getOpOperands()) {
    unsigned index = operand.getOperandNumber();
    if (spec.getRole(index) == OperandRole::Activation &&
        (isTable || index != spec.getDataOperand()) &&
        getConstant(operand.get()))
      weights.push_back(&operand);
  }
  return weights;
}

std::string mopt::getReasonToKeepFloat(Value value) {
  if (ConstOp stored = getStoredWeight(value)) {
    std::string text = "they are stored as ";
    llvm::raw_string_ostream(text)
        << getStorageElementType(
               cast<RankedTensorType>(stored.getType()).getElementType())
        << " already";
    return text;
  }
  ConstOp constant = getConstant(value);
  if (!constant)
    return "they are computed at run time";
  if (!isFloatTensor(value.getType())) {
    std::string text = "they are not float32 but ";
    llvm::raw_string_ostream(text) << value.getType();
    return text;
  }
  std::optional<ConstBytes> bytes = ConstBytes::read(constant);
  if (!bytes)
    return "they are not stored densely";
  if (!llvm::all_of(bytes->as<float>(),
                    [](float element) { return std::isfinite(element); }))
    return "they hold NaN or infinity";
  return "";
}

Value DequantizedWeights::get(ConstOp original, ConstOp stored) {
  Value &value = values[stored];
  if (value)
    return value;
  OpBuilder builder(stored);
  builder.setInsertionPointAfter(stored);
  auto op = DequantizeOp::create(builder, original.getLoc(), original.getType(),
                                 stored.getResult());
  if (TensorAttr info = getTensorInfo(original.getResult());
      info && info.getName())
    setTensorInfo(op.getResult(),
                  withName(builder.getContext(),
                           withRange(builder.getContext(), info, {}, {}),
                           info.getName().getValue() + "_float"));
  return value = op.getResult();
}

ConstOp mopt::getStoredWeight(Value value) {
  auto dequantize = dyn_cast_or_null<DequantizeOp>(value.getDefiningOp());
  return dequantize ? getConstant(dequantize.getInput()) : ConstOp();
}

ConstOp mopt::widenStoredWeight(ConstOp stored) {
  auto type = cast<RankedTensorType>(stored.getType());
  QuantParams params = getQuantParams(type);
  std::optional<ConstBytes> bytes = ConstBytes::read(stored);
  ArrayRef<int8_t> codes = bytes->as<int8_t>();
  ChannelView view(type.getShape(), params.axis);
  AsmResourceBlob blob = allocateConstBlob(codes.size() * sizeof(float));
  auto *out = reinterpret_cast<float *>(blob.getMutableData().data());
  for (auto [i, code] : llvm::enumerate(codes))
    out[i] =
        static_cast<float>(code) * params.scale(i / view.inner % view.channels);
  OpBuilder builder(stored);
  return createConst(
      builder, stored.getLoc(),
      RankedTensorType::get(type.getShape(), builder.getF32Type()),
      std::move(blob), getTensorInfo(stored.getResult()));
}

void mopt::eraseUnusedConstants(Operation *root) {
  root->walk([](ConstOp op) {
    if (op->use_empty())
      op.erase();
  });
}
