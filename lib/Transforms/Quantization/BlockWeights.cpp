//===- BlockWeights.cpp - Weights with a scale a block -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockWeights.h"

#include "Weights.h"
#include "mopt/Data/Half.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/IR/QuantOps.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"

using namespace mlir;
using namespace mlir::mopt;

/// Positive normal numbers of float16.
static constexpr float kHalfMin = 0x1p-14f, kHalfMax = 65504.0f;

std::string BlockWeights::getReasonAgainst(ConstOp weight, int axis) const {
  auto type = cast<RankedTensorType>(weight.getType());
  if (axis != 0 || type.getRank() < 2)
    return "the elements of a channel do not follow one another";
  int64_t inner = type.getNumElements() / type.getDimSize(0);
  if (inner % size != 0)
    return "a channel has " + std::to_string(inner) + " elements, which " +
           std::to_string(size) + " does not divide";
  return "";
}

namespace {

/// Makes the constants and ops of one weight beside it.
class BlockBuilder {
public:
  BlockBuilder(ConstOp weight, int64_t channels, int64_t blocks, int64_t size)
      : builder(weight), weight(weight), loc(weight.getLoc()),
        context(weight.getContext()), channels(channels), blocks(blocks),
        size(size) {
    builder.setInsertionPointAfter(weight);
    if (TensorAttr info = getTensorInfo(weight.getResult());
        info && info.getName())
      name = info.getName().getValue().str();
  }

  /// The integers, each times 1.
  Value makeSteps(AsmResourceBlob blob, unsigned bits) {
    auto integers = RankedTensorType::get(
        {channels, blocks, size},
        getSymmetricType(context, bits, ArrayRef<float>{1.0f}, -1));
    Value stored =
        createConst(builder, loc, integers, std::move(blob), getInfo(""))
            .getResult();
    return named(DequantizeOp::create(builder, loc, floats(size), stored),
                 "_steps");
  }

  Value makeScales(ArrayRef<float> scales, bool isHalf) {
    size_t bytes = scales.size() * (isHalf ? sizeof(Half) : sizeof(float));
    AsmResourceBlob blob = allocateConstBlob(bytes);
    char *out = blob.getMutableData().data();
    if (!isHalf) {
      std::memcpy(out, scales.data(), bytes);
      return createConst(builder, loc, floats(1), std::move(blob),
                         getInfo("_scales"))
          .getResult();
    }
    llvm::transform(scales, reinterpret_cast<Half *>(out), floatToHalf);
    auto type =
        RankedTensorType::get({channels, blocks, 1}, builder.getF16Type());
    Value stored =
        createConst(builder, loc, type, std::move(blob), getInfo("_half"))
            .getResult();
    return named(DequantizeOp::create(builder, loc, floats(1), stored),
                 "_scales");
  }

  Value multiply(Value steps, Value scales) {
    return named(MulOp::create(builder, loc, floats(size), steps, scales),
                 "_blocks");
  }

  Value reshape(Value value) {
    auto type = cast<RankedTensorType>(weight.getType());
    SmallVector<int32_t> shape(type.getShape().begin(), type.getShape().end());
    auto shapeType = RankedTensorType::get({static_cast<int64_t>(shape.size())},
                                           builder.getI32Type());
    AsmResourceBlob blob = allocateConstBlob(shape.size() * sizeof(int32_t));
    std::memcpy(blob.getMutableData().data(), shape.data(),
                blob.getData().size());
    Value operand =
        createConst(builder, loc, shapeType, std::move(blob), getInfo("_shape"))
            .getResult();
    return named(
        ReshapeOp::create(builder, loc, Type(type), value, operand, shape),
        "_float");
  }

private:
  RankedTensorType floats(int64_t last) {
    return RankedTensorType::get({channels, blocks, last},
                                 builder.getF32Type());
  }
  TensorAttr getInfo(const Twine &suffix) {
    return name.empty() ? TensorAttr() : withName(context, {}, name + suffix);
  }
  template <typename Op>
  Value named(Op op, const Twine &suffix) {
    if (TensorAttr info = getInfo(suffix))
      setTensorInfo(op.getResult(), info);
    return op.getResult();
  }

  OpBuilder builder;
  ConstOp weight;
  Location loc;
  MLIRContext *context;
  int64_t channels, blocks, size;
  std::string name;
};

} // namespace

Value BlockWeights::get(ConstOp weight, unsigned bits) {
  Value &value = values[{weight, bits}];
  if (value)
    return value;
  auto type = cast<RankedTensorType>(weight.getType());
  int64_t channels = type.getDimSize(0);
  int64_t blocks = type.getNumElements() / channels / size;
  std::optional<ConstBytes> bytes = ConstBytes::read(weight);
  ArrayRef<float> floats = bytes->as<float>();
  // A block is a channel of the weights seen as [channels * blocks, size].
  ChannelView view({channels * blocks, static_cast<int64_t>(size)}, 0);
  SmallVector<float> scales = chooseWeightScales(floats, view, bits);
  for (auto [scale, magnitude] :
       llvm::zip_equal(scales, getChannelMagnitudes(floats, view)))
    if (magnitude == 0.0f)
      scale = 1.0f;
  bool isHalf = llvm::all_of(scales, [](float scale) {
    return scale >= kHalfMin && scale <= kHalfMax;
  });
  // The integers are those of the scales that are stored.
  if (isHalf)
    for (float &scale : scales)
      scale = halfToFloat(floatToHalf(scale));
  BlockBuilder builder(weight, channels, blocks, size);
  Value product = builder.multiply(
      builder.makeSteps(packWeights(floats, view, scales, bits), bits),
      builder.makeScales(scales, isHalf));
  return value = builder.reshape(product);
}
