//===- TrainedParameters.cpp - What training chose -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Utils/TrainedParameters.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"

using namespace mlir;
using namespace mlir::mopt;

// Fields of the schema's QuantizationParameters.
static constexpr llvm::StringLiteral kScale = "scale";
static constexpr llvm::StringLiteral kZeroPoint = "zero_point";
static constexpr llvm::StringLiteral kAxis = "quantized_dimension";

TensorAttr mopt::withoutParameters(MLIRContext *context, TensorAttr info) {
  if (!info)
    return info;
  return withQuantization(context, withRange(context, info, {}, {}), {});
}

namespace {
/// The fields of a float32 tensor, where they could be parameters.
struct Fields {
  ArrayRef<float> scales;
  ArrayRef<int64_t> zeroPoints;
  int axis = 0;
};
} // namespace

static std::optional<Fields> getFields(Value value) {
  TensorAttr info = getTensorInfo(value);
  if (!info || !info.getQuantization() ||
      !getElementTypeOrSelf(value.getType()).isF32())
    return std::nullopt;
  DictionaryAttr quantization = info.getQuantization();
  auto scales = quantization.getAs<DenseF32ArrayAttr>(kScale);
  auto zeroPoints = quantization.getAs<DenseI64ArrayAttr>(kZeroPoint);
  if (!scales || !zeroPoints || scales.empty() ||
      scales.size() != zeroPoints.size() ||
      llvm::any_of(scales.asArrayRef(), [](float scale) {
        return !(scale >= std::numeric_limits<float>::min()) ||
               !std::isfinite(scale);
      }))
    return std::nullopt;
  Fields fields{scales, zeroPoints};
  if (auto axis = quantization.getAs<IntegerAttr>(kAxis))
    fields.axis = static_cast<int>(axis.getInt());
  return fields;
}

std::optional<AffineParams> mopt::getTrainedParams(Value value) {
  std::optional<Fields> fields = getFields(value);
  TensorAttr info = getTensorInfo(value);
  if (!fields || fields->scales.size() != 1 || !info.getMin() ||
      !info.getMax() || info.getMin().size() != 1 || info.getMax().size() != 1)
    return std::nullopt;
  double min = info.getMin()[0], max = info.getMax()[0];
  double scale = fields->scales.front();
  for (int64_t zeroPoint :
       {fields->zeroPoints.front(), fields->zeroPoints.front() - 128}) {
    if (zeroPoint < -128 || zeroPoint > 127)
      continue;
    // Half a step at either end is rounding of whoever wrote the range.
    if (std::abs(min + scale * static_cast<double>(128 + zeroPoint)) <=
            scale / 2 &&
        std::abs(max - scale * static_cast<double>(127 - zeroPoint)) <=
            scale / 2)
      return AffineParams{fields->scales.front(), zeroPoint};
  }
  return std::nullopt;
}

std::optional<TrainedScales> mopt::getTrainedScales(ConstOp weight) {
  std::optional<Fields> fields = getFields(weight.getResult());
  if (!fields || !llvm::all_equal(fields->zeroPoints) ||
      fields->zeroPoints.front() != 0)
    return std::nullopt;
  auto type = cast<RankedTensorType>(weight.getType());
  TrainedScales result{SmallVector<float>(fields->scales), fields->axis};
  if (result.scales.size() == 1)
    result.axis = -1;
  else if (result.axis < 0 || result.axis >= type.getRank() ||
           type.getDimSize(result.axis) !=
               static_cast<int64_t>(result.scales.size()))
    return std::nullopt;
  return result;
}

void mopt::setTrainedParams(Value value, AffineParams params) {
  MLIRContext *context = value.getContext();
  Builder builder(context);
  double scale = params.scale;
  auto min =
      static_cast<float>(scale * static_cast<double>(-128 - params.zeroPoint));
  auto max =
      static_cast<float>(scale * static_cast<double>(127 - params.zeroPoint));
  TensorAttr info = withRange(context, getTensorInfo(value),
                              builder.getDenseF32ArrayAttr(min),
                              builder.getDenseF32ArrayAttr(max));
  auto quantization = builder.getDictionaryAttr(
      {builder.getNamedAttr(kScale, builder.getDenseF32ArrayAttr(params.scale)),
       builder.getNamedAttr(kZeroPoint,
                            builder.getDenseI64ArrayAttr(params.zeroPoint))});
  setTensorInfo(value, withQuantization(context, info, quantization));
}

void mopt::setTrainedScales(ConstOp weight, const TrainedScales &scales) {
  MLIRContext *context = weight.getContext();
  Builder builder(context);
  SmallVector<int64_t> zeroPoints(scales.scales.size(), 0);
  NamedAttrList fields;
  fields.set(kScale, builder.getDenseF32ArrayAttr(scales.scales));
  fields.set(kZeroPoint, builder.getDenseI64ArrayAttr(zeroPoints));
  if (scales.axis > 0)
    fields.set(kAxis, builder.getI32IntegerAttr(scales.axis));
  TensorAttr info =
      withRange(context, getTensorInfo(weight.getResult()), {}, {});
  setTensorInfo(weight.getResult(),
                withQuantization(context, info, fields.getDictionary(context)));
}
