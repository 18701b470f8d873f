//===- ModelIO.cpp - Between data files and model inputs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/ModelIO.h"

#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

using namespace mlir;
using namespace mlir::mopt;

std::optional<DType> mopt::getArrayType(Type elementType) {
  Type storage = getStorageElementType(elementType);
  if (storage.isF16())
    return DType::Float16;
  if (storage.isF32())
    return DType::Float32;
  if (storage.isF64())
    return DType::Float64;
  if (auto complex = dyn_cast<ComplexType>(storage))
    return complex.getElementType().isF32() ? DType::Complex64
                                            : DType::Complex128;
  auto integer = dyn_cast<IntegerType>(storage);
  if (!integer)
    return std::nullopt;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return DType::Bool;
  case 8:
    return isUnsigned ? DType::UInt8 : DType::Int8;
  case 16:
    return isUnsigned ? DType::UInt16 : DType::Int16;
  case 32:
    return isUnsigned ? DType::UInt32 : DType::Int32;
  case 64:
    return isUnsigned ? DType::UInt64 : DType::Int64;
  default:
    return std::nullopt;
  }
}

std::string mopt::getInputName(func::FuncOp func, unsigned index) {
  StringRef name = getTensorName(func.getArgument(index));
  return name.empty() ? "input" + std::to_string(index) : name.str();
}

llvm::Expected<InputSpec> mopt::getInputSpec(func::FuncOp func,
                                             unsigned index) {
  InputSpec spec;
  spec.name = getInputName(func, index);
  auto type = dyn_cast<RankedTensorType>(func.getArgument(index).getType());
  std::optional<DType> dtype =
      type ? getArrayType(type.getElementType()) : std::nullopt;
  if (!dtype)
    return llvm::createStringError("input '" + spec.name +
                                   "': no data file can hold its element type");
  spec.type = *dtype;
  spec.shape.assign(type.getShape().begin(), type.getShape().end());
  QuantParams params = getQuantParams(type);
  if (params.isQuantized() && !params.isPerAxis())
    spec.quantization = {params.scale(), params.zeroPoint()};
  return spec;
}

llvm::Expected<SmallVector<InputSpec>> mopt::getInputSpecs(func::FuncOp func) {
  SmallVector<InputSpec> specs;
  for (unsigned i = 0; i < func.getNumArguments(); ++i) {
    llvm::Expected<InputSpec> spec = getInputSpec(func, i);
    if (!spec)
      return spec.takeError();
    specs.push_back(std::move(*spec));
  }
  return specs;
}

std::string mopt::getResultName(func::FuncOp func, unsigned index) {
  StringRef name;
  if (!func.isExternal())
    name = getTensorName(
        func.getBody().front().getTerminator()->getOperand(index));
  return name.empty() ? "output" + std::to_string(index) : name.str();
}

HostTensor mopt::borrowArray(const Array &array, RankedTensorType type) {
  ArrayRef<uint8_t> bytes = array.bytes();
  return HostTensor::borrow(
      type, {reinterpret_cast<const char *>(bytes.data()), bytes.size()});
}

llvm::Expected<Array> mopt::copyToArray(const HostTensor &tensor) {
  std::optional<DType> dtype = getArrayType(tensor.getType().getElementType());
  if (!dtype)
    return llvm::createStringError(
        "no data file can hold a tensor of strings or sub-byte elements");
  llvm::Expected<Array> array = Array::allocate(*dtype, tensor.getShape());
  if (array)
    llvm::copy(tensor.getBytes(), array->mutableBytes().begin());
  return array;
}

/// The stored element as a double, before scaling.
static double getStoredElement(const HostTensor &tensor, Type storage,
                               int64_t index) {
  if (storage.isF32())
    return tensor.as<float>()[index];
  if (storage.isF64())
    return tensor.as<double>()[index];
  auto integer = dyn_cast<IntegerType>(storage);
  if (!integer)
    return std::nan("");
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return tensor.as<uint8_t>()[index] != 0;
  case 8:
    return isUnsigned ? double(tensor.as<uint8_t>()[index])
                      : double(tensor.as<int8_t>()[index]);
  case 16:
    return isUnsigned ? double(tensor.as<uint16_t>()[index])
                      : double(tensor.as<int16_t>()[index]);
  case 32:
    return isUnsigned ? double(tensor.as<uint32_t>()[index])
                      : double(tensor.as<int32_t>()[index]);
  case 64:
    return isUnsigned ? double(tensor.as<uint64_t>()[index])
                      : double(tensor.as<int64_t>()[index]);
  default:
    return std::nan("");
  }
}

double mopt::getRealElement(const HostTensor &tensor, int64_t index) {
  double stored =
      getStoredElement(tensor, tensor.getStorageElementType(), index);
  QuantParams params = getQuantParams(tensor.getType());
  if (!params.isQuantized() || params.isPerAxis())
    return stored;
  return params.scales[0] * (stored - params.zeroPoints[0]);
}

SmallVector<float> mopt::getRealElements(const HostTensor &tensor) {
  SmallVector<float> values;
  values.reserve(tensor.getNumElements());
  for (int64_t i = 0, e = tensor.getNumElements(); i < e; ++i)
    values.push_back(getRealElement(tensor, i));
  return values;
}

llvm::Expected<SmallVector<HostTensor>>
mopt::loadSample(const Dataset &dataset, int64_t index,
                 ArrayRef<InputSpec> specs, FunctionType type,
                 const Preprocess &preprocess, SmallVectorImpl<Array> &arrays) {
  arrays.clear();
  SmallVector<HostTensor> inputs;
  for (auto [i, spec] : llvm::enumerate(specs)) {
    llvm::Expected<Array> array =
        loadInput(dataset, index, i, spec, preprocess);
    if (!array)
      return array.takeError();
    arrays.push_back(std::move(*array));
    inputs.push_back(
        borrowArray(arrays.back(), cast<RankedTensorType>(type.getInput(i))));
  }
  return inputs;
}

llvm::Expected<std::unique_ptr<Dataset>>
mopt::openDatasetFor(ArrayRef<InputSpec> specs, StringRef path, Labels labels,
                     int64_t samples) {
  DatasetOptions options;
  for (const InputSpec &spec : specs)
    options.inputs.push_back(spec.name);
  options.labels = labels;
  options.samples = samples;
  return openDataset(path, options);
}

llvm::Expected<std::unique_ptr<Dataset>>
mopt::openMeasuredDataset(func::FuncOp func, ArrayRef<InputSpec> specs,
                          StringRef path, int64_t samples) {
  DatasetOptions options;
  for (const InputSpec &spec : specs)
    options.inputs.push_back(spec.name);
  for (unsigned i = 0; i < func.getNumResults(); ++i)
    options.outputs.push_back(getResultName(func, i));
  options.labels = Labels::Optional;
  options.labelMaps = true;
  options.samples = samples;
  return openDataset(path, options);
}
