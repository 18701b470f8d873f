//===- ImportTensors.cpp - Tensors, constants and variables -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementTypes.h"
#include "SubgraphImporter.h"

#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Target/TFLite/Attributes.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;

/// No kernel knows more than 8 dimensions; the limit keeps a damaged file from
/// asking for gigabytes of shape.
static constexpr size_t kMaxRank = 256;

std::string SubgraphImporter::describeTensor(int32_t index) {
  std::string text = "subgraph " + std::to_string(subgraphIndex) + ", tensor " +
                     std::to_string(index);
  if (index >= 0 && static_cast<size_t>(index) < tensors.size())
    text += (" '" + toStringRef(tensors[index].tensor->name()) + "'").str();
  return text;
}

LogicalResult SubgraphImporter::checkIndex(int32_t index, const Twine &where) {
  if (index >= 0 && static_cast<size_t>(index) < tensors.size())
    return success();
  return importer.error(where)
         << "refers to tensor " << index << " of " << tensors.size();
}

LogicalResult SubgraphImporter::importTensorTypes() {
  tensors.resize(subgraph.tensors() ? subgraph.tensors()->size() : 0);
  for (size_t index = 0; index < tensors.size(); ++index)
    tensors[index].tensor = subgraph.tensors()->Get(index);
  if (importer.getBatch() && failed(findBatch()))
    return failure();
  for (size_t index = 0; index < tensors.size(); ++index)
    if (failed(importTensorType(index)))
      return failure();
  return success();
}

LogicalResult SubgraphImporter::importTensorType(int32_t index) {
  ImportedTensor &entry = tensors[index];
  const tflite::Tensor &tensor = *entry.tensor;
  auto error = [&] { return importer.error(describeTensor(index)); };
  Type storage = getElementType(importer.getContext(), tensor.type());
  if (!storage)
    return error() << "has type number " << int(tensor.type())
                   << ", which the schema does not know";
  ArrayRef<int32_t> dims = toArrayRef(tensor.shape());
  if (dims.size() > kMaxRank)
    return error() << "has " << dims.size() << " dimensions, more than "
                   << kMaxRank;
  SmallVector<int64_t> shape;
  for (int32_t dim : dims) {
    if (dim < 0)
      return error() << "has a dimension of size " << dim
                     << "; 'shape' must be static, dynamic sizes belong in "
                        "'shape_signature'";
    shape.push_back(dim);
  }
  FailureOr<std::optional<ArrayRef<char>>> data =
      importer.getBufferData(tensor.buffer(), describeTensor(index));
  if (failed(data))
    return failure();
  entry.data = *data;
  if (importer.getBatch() && failed(applyBatch(index, shape)))
    return failure();
  auto storageType = RankedTensorType::get(shape, storage);
  if (storage.isIntOrFloat() && !getStorageBytes(storageType))
    return error() << "has a shape whose size does not fit 62 bits";
  FailureOr<ImportedQuantization> quantization =
      importQuantization(tensor.quantization(), storage, shape, error);
  if (failed(quantization))
    return failure();
  entry.quantization = *quantization;
  entry.type = RankedTensorType::get(shape, quantization->elementType);
  return checkDataSize(index);
}

LogicalResult SubgraphImporter::checkDataSize(int32_t index) {
  ImportedTensor &entry = tensors[index];
  if (!entry.data)
    return success();
  std::optional<uint64_t> expected = getStorageBytes(entry.type);
  // Writers leave an empty vector in the buffers of tensors without data.
  if (entry.data->empty() && expected != uint64_t(0)) {
    entry.data.reset();
    return success();
  }
  if (entry.tensor->sparsity() || !expected || *expected == entry.data->size())
    return success();
  return importer.error(describeTensor(index))
         << "has " << entry.data->size() << " bytes of data, but its type "
         << getStorageType(entry.type) << " needs " << *expected;
}

FailureOr<Attribute> SubgraphImporter::embedTensor(int32_t index) {
  ImportedTensor &entry = tensors[index];
  entry.isUsed = true;
  FailureOr<TensorAttr> info = getInfo(index, /*withType=*/true);
  if (failed(info))
    return failure();
  ElementsAttr value = importer.getBufferAttr(
      entry.tensor->buffer(), *entry.data, getStorageType(entry.type));
  return Attribute(
      builder.getDictionaryAttr({builder.getNamedAttr("tensor", *info),
                                 builder.getNamedAttr("value", value)}));
}

bool SubgraphImporter::isZeroPointsOf(const ImportedTensor &entry,
                                      int64_t scales) const {
  return scales >= 0 && scales < static_cast<int64_t>(tensors.size()) &&
         getStorageElementType(entry.type.getElementType()).isInteger() &&
         entry.type.getNumElements() == tensors[scales].type.getNumElements();
}

/// Block-wise and multi-axis details name the tensors of their scales and zero
/// points by index. An index means nothing in the IR: the constant takes its
/// place, and anything else in the place of scales is an error. Indices that
/// lead to no tensor are kept as numbers; so is the zero point index 0, the
/// schema's default for "none", unless tensor 0 can be what is meant: an
/// integer for each scale.
FailureOr<DictionaryAttr>
SubgraphImporter::resolveDetails(int32_t index, DictionaryAttr rest) {
  auto details = rest.getAs<DictionaryAttr>("details");
  if (!details)
    return rest;
  NamedAttrList fields(details);
  for (StringRef name : {"scales", "zero_points"}) {
    auto reference = details.getAs<IntegerAttr>(name);
    if (!reference)
      continue;
    int64_t target = reference.getInt();
    if (target < 0 || target >= static_cast<int64_t>(tensors.size()))
      continue;
    ImportedTensor &entry = tensors[target];
    auto scales = details.getAs<IntegerAttr>("scales");
    // Without scales zero points mean nothing.
    bool isNone = name == "zero_points" &&
                  (!isa_and_nonnull<DictionaryAttr>(fields.get("scales")) ||
                   (target == 0 &&
                    !isZeroPointsOf(entry, scales ? scales.getInt() : -1)));
    // Details of a tensor that is itself referred to could form a circle.
    bool isPlain =
        target != index && entry.data && !entry.tensor->sparsity() &&
        (!entry.quantization.rest || !entry.quantization.rest.get("details"));
    if (isNone)
      continue;
    if (!isPlain)
      return importer.error(describeTensor(index))
             << "quantization detail '" << name << "' names tensor " << target
             << ", which is no constant that could hold it";
    FailureOr<Attribute> embedded = embedTensor(target);
    if (failed(embedded))
      return failure();
    fields.set(name, *embedded);
  }
  NamedAttrList result(rest);
  result.set("details", fields.getDictionary(importer.getContext()));
  return result.getDictionary(importer.getContext());
}

FailureOr<TensorAttr> SubgraphImporter::getInfo(int32_t index, bool withType) {
  ImportedTensor &entry = tensors[index];
  const tflite::Tensor &tensor = *entry.tensor;
  MLIRContext *context = importer.getContext();
  auto error = [&] { return importer.error(describeTensor(index)); };

  DenseI32ArrayAttr signature;
  if (tensor.shape_signature())
    signature =
        builder.getDenseI32ArrayAttr(toArrayRef(tensor.shape_signature()));
  DictionaryAttr quantization = entry.quantization.rest;
  if (quantization) {
    FailureOr<DictionaryAttr> resolved = resolveDetails(index, quantization);
    if (failed(resolved))
      return failure();
    quantization = *resolved;
  }
  DictionaryAttr sparsity;
  if (tensor.sparsity()) {
    FailureOr<DictionaryAttr> table = readTable(
        reinterpret_cast<const flatbuffers::Table *>(tensor.sparsity()),
        SchemaReflection::get().findTable("SparsityParameters"), context,
        error);
    if (failed(table))
      return failure();
    sparsity = *table;
  }
  ArrayAttr variants;
  if (auto *entries = tensor.variant_tensors()) {
    SmallVector<Attribute> attrs;
    for (const tflite::VariantSubType *variant : *entries) {
      FailureOr<DictionaryAttr> table = readTable(
          reinterpret_cast<const flatbuffers::Table *>(variant),
          SchemaReflection::get().findTable("VariantSubType"), context, error);
      if (failed(table))
        return failure();
      attrs.push_back(*table);
    }
    variants = builder.getArrayAttr(attrs);
  }
  auto unitIf = [&](bool set) { return set ? builder.getUnitAttr() : nullptr; };
  return TensorAttr::get(
      context, builder.getStringAttr(toStringRef(tensor.name())), signature,
      entry.quantization.min, entry.quantization.max, quantization, sparsity,
      variants, unitIf(tensor.is_variable()), unitIf(tensor.has_rank()),
      withType ? TypeAttr::get(entry.type) : nullptr);
}

Value SubgraphImporter::createConstant(int32_t index) {
  ImportedTensor &entry = tensors[index];
  ElementsAttr value = importer.getBufferAttr(
      entry.tensor->buffer(), *entry.data, getStorageType(entry.type));
  return ConstOp::create(builder, importer.getFileLoc(), entry.type, value);
}

Value SubgraphImporter::createVariable(int32_t index) {
  ImportedTensor &entry = tensors[index];
  auto variable =
      VariableOp::create(builder, importer.getFileLoc(), entry.type);
  if (uint32_t external = entry.tensor->external_buffer())
    variable->setAttr(
        kExternalBufferAttr,
        builder.getIntegerAttr(builder.getIntegerType(32, /*isSigned=*/false),
                               external));
  return variable;
}

FailureOr<Value> SubgraphImporter::getValue(int32_t index) {
  ImportedTensor &entry = tensors[index];
  entry.isUsed = true;
  if (entry.value)
    return entry.value;
  entry.value = entry.data ? createConstant(index) : createVariable(index);
  entry.value.getDefiningOp()->setLoc(
      NameLoc::get(builder.getStringAttr(toStringRef(entry.tensor->name()))));
  FailureOr<TensorAttr> info = getInfo(index);
  if (failed(info))
    return failure();
  setTensorInfo(entry.value, *info);
  return entry.value;
}
