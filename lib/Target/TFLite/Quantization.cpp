//===- Quantization.cpp - Quantization parameters in files -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Quantization.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;

namespace {

template <typename T>
ArrayRef<T> toArrayRef(const flatbuffers::Vector<T> *vector) {
  if (!vector)
    return {};
  return ArrayRef<T>(reinterpret_cast<const T *>(vector->Data()),
                     vector->size());
}

/// A copy of the elements, which a file need not align to their size.
SmallVector<int64_t> copyElements(const flatbuffers::Vector<int64_t> *vector) {
  SmallVector<int64_t> elements(vector ? vector->size() : 0);
  if (!elements.empty())
    std::memcpy(elements.data(), vector->Data(),
                elements.size() * sizeof(int64_t));
  return elements;
}

/// What QuantizedType needs to know of a storage type.
struct Storage {
  unsigned flags;
  IntegerType type;
  int64_t min, max;
};

std::optional<Storage> getStorage(Type storageType) {
  auto integer = dyn_cast<IntegerType>(storageType);
  if (!integer || integer.getWidth() == 1 ||
      integer.getWidth() > quant::QuantizedType::MaxStorageBits)
    return std::nullopt;
  bool isSigned = !integer.isUnsigned();
  unsigned width = integer.getWidth();
  return Storage{
      isSigned ? unsigned(quant::QuantizationFlags::Signed) : 0,
      IntegerType::get(storageType.getContext(), width),
      quant::QuantizedType::getDefaultMinimumForInteger(isSigned, width),
      quant::QuantizedType::getDefaultMaximumForInteger(isSigned, width)};
}

class QuantizationImporter {
public:
  QuantizationImporter(const tflite::QuantizationParameters &params,
                       Type storageType, ArrayRef<int64_t> shape,
                       EmitError emitError)
      : params(params), storageType(storageType), shape(shape),
        emitError(emitError), builder(storageType.getContext()),
        scales(toArrayRef(params.scale())),
        zeroPoints(copyElements(params.zero_point())),
        axis(params.quantized_dimension()) {}

  FailureOr<ImportedQuantization> run() {
    ImportedQuantization result{storageType, {}, {}, {}};
    if (params.min())
      result.min = builder.getDenseF32ArrayAttr(toArrayRef(params.min()));
    if (params.max())
      result.max = builder.getDenseF32ArrayAttr(toArrayRef(params.max()));
    if (failed(checkScales()))
      return failure();
    bool hasDetails =
        params.details_type() != tflite::QuantizationDetails::NONE;
    if (!hasDetails && scales.empty() && zeroPoints.empty() && axis == 0)
      return result;
    std::optional<Storage> storage = getStorage(storageType);
    if (hasDetails || !storage || scales.empty() || zeroPoints.empty()) {
      if (failed(readRest(result)))
        return failure();
      return result;
    }
    if (failed(checkCounts()) || failed(checkZeroPoints(*storage)))
      return failure();
    if (llvm::is_contained(scales, 0.0f)) {
      if (failed(readRest(result)))
        return failure();
      return result;
    }
    setType(result, *storage);
    return result;
  }

private:
  /// Types whose kernels compute with the scale. Elsewhere (float32, indices)
  /// old converters wrote a scale of 0 for "none", which is kept.
  bool isQuantizedStorage() const {
    return storageType.isInteger() && storageType.getIntOrFloatBitWidth() > 1 &&
           storageType.getIntOrFloatBitWidth() <= 16;
  }

  LogicalResult checkScales() {
    for (auto [index, scale] : llvm::enumerate(scales))
      if (!std::isfinite(scale) || scale < 0.0f ||
          (scale == 0.0f && isQuantizedStorage()))
        return emitError() << "quantization scale " << index << " is "
                           << std::to_string(scale)
                           << "; scales must be finite and positive";
    return success();
  }

  LogicalResult checkCounts() {
    if (zeroPoints.size() != scales.size())
      return emitError() << "quantization has " << scales.size()
                         << " scales but " << zeroPoints.size()
                         << " zero points";
    if (scales.size() == 1)
      return success();
    if (axis < 0 || axis >= static_cast<int64_t>(shape.size()))
      return emitError() << "quantized dimension " << axis
                         << " is outside the tensor's " << shape.size()
                         << " dimensions";
    if (shape[axis] != static_cast<int64_t>(scales.size()))
      return emitError() << "quantization has " << scales.size()
                         << " scales, but dimension " << axis << " has size "
                         << shape[axis];
    return success();
  }

  LogicalResult checkZeroPoints(const Storage &storage) {
    for (int64_t zeroPoint : zeroPoints)
      if (zeroPoint < storage.min || zeroPoint > storage.max)
        return emitError() << "zero point " << zeroPoint
                           << " is outside the range of " << storageType << " ["
                           << storage.min << ", " << storage.max << "]";
    return success();
  }

  /// Everything but min and max as it is in the file.
  LogicalResult readRest(ImportedQuantization &result) {
    FailureOr<DictionaryAttr> rest =
        readTable(reinterpret_cast<const flatbuffers::Table *>(&params),
                  SchemaReflection::get().findTable("QuantizationParameters"),
                  builder.getContext(), emitError);
    if (failed(rest))
      return failure();
    NamedAttrList fields(*rest);
    fields.erase("min");
    fields.erase("max");
    result.rest = fields.getDictionary(builder.getContext());
    return success();
  }

  void setType(ImportedQuantization &result, const Storage &storage) {
    Type expressed = builder.getF32Type();
    bool axisIsOne = axis > 0 && axis < static_cast<int64_t>(shape.size()) &&
                     shape[axis] == 1;
    // One scale along an axis of size 1 is written as per-axis, so that the
    // axis is kept; along axis 0 the per-tensor form says the same.
    if (scales.size() > 1 || axisIsOne) {
      SmallVector<double> wide(scales.begin(), scales.end());
      result.elementType = quant::UniformQuantizedPerAxisType::get(
          storage.flags, storage.type, expressed, wide, zeroPoints, axis,
          storage.min, storage.max);
      return;
    }
    result.elementType = quant::UniformQuantizedType::get(
        storage.flags, storage.type, expressed, scales[0], zeroPoints[0],
        storage.min, storage.max);
    if (axis != 0)
      result.rest = builder.getDictionaryAttr(builder.getNamedAttr(
          "quantized_dimension", builder.getI32IntegerAttr(axis)));
  }

  const tflite::QuantizationParameters &params;
  Type storageType;
  ArrayRef<int64_t> shape;
  EmitError emitError;
  Builder builder;
  ArrayRef<float> scales;
  SmallVector<int64_t> zeroPoints;
  int32_t axis;
};

} // namespace

FailureOr<ImportedQuantization>
tfl::importQuantization(const tflite::QuantizationParameters *params,
                        Type storageType, ArrayRef<int64_t> shape,
                        EmitError emitError) {
  if (!params)
    return ImportedQuantization{storageType, {}, {}, {}};
  return QuantizationImporter(*params, storageType, shape, emitError).run();
}

FailureOr<flatbuffers::Offset<tflite::QuantizationParameters>>
tfl::exportQuantization(VectorPool &pool, Type elementType, TensorAttr info,
                        DictionaryAttr rest, EmitError emitError) {
  Builder attrs(elementType.getContext());
  NamedAttrList fields;
  QuantParams params = getQuantParams(elementType);
  if (params.isQuantized()) {
    SmallVector<float> scales(params.scales.begin(), params.scales.end());
    fields.set("scale", attrs.getDenseF32ArrayAttr(scales));
    fields.set("zero_point", attrs.getDenseI64ArrayAttr(params.zeroPoints));
    if (params.isPerAxis())
      fields.set("quantized_dimension", attrs.getI32IntegerAttr(params.axis));
  } else if (isa<quant::QuantizedType>(elementType)) {
    return emitError() << "the format cannot express " << elementType;
  }
  if (info && info.getMin())
    fields.set("min", info.getMin());
  if (info && info.getMax())
    fields.set("max", info.getMax());
  if (rest)
    for (NamedAttribute field : rest)
      fields.set(field.getName(), field.getValue());
  if (fields.empty())
    return flatbuffers::Offset<tflite::QuantizationParameters>(0);
  FailureOr<flatbuffers::Offset<void>> table = writeTable(
      pool.getBuilder(),
      SchemaReflection::get().findTable("QuantizationParameters"),
      fields.getDictionary(elementType.getContext()), emitError, &pool);
  if (failed(table))
    return failure();
  return flatbuffers::Offset<tflite::QuantizationParameters>(table->o);
}
