//===- SubgraphExporter.cpp - From a function to a subgraph -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CustomOptions.h"
#include "ElementTypes.h"
#include "ModelExporter.h"
#include "OperatorImporter.h"
#include "Quantization.h"

#include "mlir/IR/Builders.h"
#include "mopt/Dialect/Mopt/IR/FormatInterfaces.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Target/TFLite/Attributes.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;
using flatbuffers::Offset;

namespace {

/// The options of an operator, written.
struct WrittenOptions {
  uint8_t type = 0, type2 = 0;
  Offset<void> offset, offset2;
};

class SubgraphExporter {
public:
  SubgraphExporter(ModelExporter &exporter, func::FuncOp function)
      : exporter(exporter), builder(exporter.getBuilder()), vectors(builder),
        function(function) {}

  FailureOr<ExportedSubgraph> run(unsigned index);

private:
  /// What a tensor is made of.
  struct TensorParts {
    RankedTensorType type;
    TensorAttr info;
    uint32_t buffer = 0;
    uint32_t externalBuffer = 0;
    /// Stem of a generated name.
    StringRef stem;
    /// What stands for an open dimension in the shape; the signature is said by
    /// `info` alone then.
    std::optional<int32_t> openDimension = std::nullopt;
  };

  void collectNames();
  std::string chooseName(const TensorParts &parts);
  FailureOr<int32_t> addTensor(const TensorParts &parts, EmitError emitError);
  LogicalResult addValue(Value value, Operation *op);
  FailureOr<int32_t> addDescribedTensor(Attribute attr, uint32_t buffer,
                                        EmitError emitError);
  FailureOr<DictionaryAttr> resolveDetails(DictionaryAttr rest,
                                           EmitError emitError);
  LogicalResult exportOp(Operation *op);
  LogicalResult exportOperator(Operation *op);
  FailureOr<uint32_t> getCode(Operation *op);
  FailureOr<WrittenOptions> writeOptions(Operation *op);
  LogicalResult addOptions(WrittenOptions &options, StringRef table,
                           DictionaryAttr fields, Operation *op);
  SmallVector<int32_t> getIndices(ValueRange values);

  ModelExporter &exporter;
  flatbuffers::FlatBufferBuilder &builder;
  /// Of shapes and quantization parameters.
  VectorPool vectors;
  func::FuncOp function;
  std::vector<Offset<tflite::Tensor>> tensors;
  std::vector<Offset<tflite::Operator>> operators;
  llvm::DenseMap<Value, int32_t> indices;
  llvm::DenseMap<Attribute, int32_t> embedded;
  llvm::StringSet<> names;
  SmallVector<int32_t> outputs;
};

} // namespace

bool tfl::isExportable(Operation *op) {
  return isa<ConstOp, VariableOp, NoValueOp, OpaqueOp, CustomOp, BuiltinOp,
             func::ReturnOp>(op);
}

void SubgraphExporter::collectNames() {
  auto add = [&](Value value) { names.insert(getTensorName(value)); };
  llvm::for_each(function.getArguments(), add);
  for (Operation &op : function.getBody().front())
    llvm::for_each(op.getResults(), add);
}

/// An imported tensor without a name keeps its empty one; a value that a pass
/// created gets one that nothing else in the function has.
std::string SubgraphExporter::chooseName(const TensorParts &parts) {
  if (parts.info && parts.info.getName())
    return parts.info.getName().str();
  std::string name = (parts.stem + "_" + llvm::Twine(tensors.size())).str();
  while (!names.insert(name).second)
    name += "_";
  return name;
}

FailureOr<int32_t> SubgraphExporter::addDescribedTensor(Attribute attr,
                                                        uint32_t buffer,
                                                        EmitError emitError) {
  auto info = dyn_cast<TensorAttr>(attr);
  auto type = info && info.getType()
                  ? dyn_cast<RankedTensorType>(info.getType().getValue())
                  : RankedTensorType();
  if (!type)
    return emitError() << "expected a #mopt.tensor with a ranked tensor type, "
                          "got "
                       << attr;
  return addTensor({type, info, buffer, 0, "tensor"}, emitError);
}

/// Constants that stand for tensor indices in quantization details become
/// tensors, each one once.
FailureOr<DictionaryAttr>
SubgraphExporter::resolveDetails(DictionaryAttr rest, EmitError emitError) {
  auto details = rest.getAs<DictionaryAttr>("details");
  if (!details)
    return rest;
  Builder attrs(rest.getContext());
  NamedAttrList fields(details);
  for (StringRef name : {"scales", "zero_points"}) {
    auto reference = details.getAs<DictionaryAttr>(name);
    if (!reference)
      continue;
    auto found = embedded.find(reference);
    if (found == embedded.end()) {
      auto value = reference.getAs<ElementsAttr>("value");
      if (!value)
        return emitError() << "quantization detail '" << name
                           << "' has no value";
      FailureOr<uint32_t> buffer = exporter.getBuffer(value, emitError);
      if (failed(buffer))
        return failure();
      FailureOr<int32_t> index =
          addDescribedTensor(reference.get("tensor"), *buffer, emitError);
      if (failed(index))
        return failure();
      found = embedded.try_emplace(reference, *index).first;
    }
    fields.set(name, attrs.getI32IntegerAttr(found->second));
  }
  NamedAttrList result(rest);
  result.set("details", fields.getDictionary(rest.getContext()));
  return result.getDictionary(rest.getContext());
}

FailureOr<int32_t> SubgraphExporter::addTensor(const TensorParts &parts,
                                               EmitError emitError) {
  std::optional<tflite::TensorType> type =
      getTensorType(parts.type.getElementType());
  if (!type)
    return emitError() << "the format has no tensors of "
                       << parts.type.getElementType();
  TensorAttr info = parts.info;
  DictionaryAttr rest = info ? info.getQuantization() : DictionaryAttr();
  if (rest) {
    FailureOr<DictionaryAttr> resolved = resolveDetails(rest, emitError);
    if (failed(resolved))
      return failure();
    rest = *resolved;
  }
  auto quantization = exportQuantization(vectors, parts.type.getElementType(),
                                         info, rest, emitError);
  if (failed(quantization))
    return failure();

  // A dynamic dimension is written as runtimes expect it: 1 in the shape, -1
  // in the signature.
  SmallVector<int32_t> shape, signature;
  for (int64_t dim : parts.type.getShape()) {
    if (dim > INT32_MAX)
      return emitError() << "dimension " << dim << " does not fit 32 bits";
    bool isDynamic = ShapedType::isDynamic(dim);
    shape.push_back(isDynamic ? parts.openDimension.value_or(1)
                              : static_cast<int32_t>(dim));
    signature.push_back(isDynamic ? -1 : static_cast<int32_t>(dim));
  }
  auto shapeVector = vectors.get<int32_t>(shape);
  Offset<flatbuffers::Vector<int32_t>> signatureVector;
  if (info && info.getShapeSignature()) {
    ArrayRef<int32_t> given = info.getShapeSignature().asArrayRef();
    signatureVector = vectors.get(given);
  } else if (!parts.type.hasStaticShape() && !parts.openDimension) {
    signatureVector = vectors.get<int32_t>(signature);
  }

  Offset<void> sparsity;
  if (info && info.getSparsity()) {
    FailureOr<Offset<void>> table = writeTable(
        builder, SchemaReflection::get().findTable("SparsityParameters"),
        info.getSparsity(), emitError);
    if (failed(table))
      return failure();
    sparsity = *table;
  }
  Offset<flatbuffers::Vector<Offset<tflite::VariantSubType>>> variants;
  if (info && info.getVariantTensors()) {
    std::vector<Offset<tflite::VariantSubType>> offsets;
    for (Attribute entry : info.getVariantTensors()) {
      auto fields = dyn_cast<DictionaryAttr>(entry);
      if (!fields)
        return emitError() << "variant_tensors must hold dictionaries";
      FailureOr<Offset<void>> table = writeTable(
          builder, SchemaReflection::get().findTable("VariantSubType"), fields,
          emitError);
      if (failed(table))
        return failure();
      offsets.push_back(Offset<tflite::VariantSubType>(table->o));
    }
    variants = builder.CreateVector(offsets);
  }
  auto name = builder.CreateString(chooseName(parts));
  tflite::TensorBuilder tensor(builder);
  tensor.add_shape(shapeVector);
  tensor.add_type(*type);
  tensor.add_buffer(parts.buffer);
  tensor.add_name(name);
  tensor.add_quantization(*quantization);
  tensor.add_is_variable(info && info.getIsVariable());
  tensor.add_sparsity(Offset<tflite::SparsityParameters>(sparsity.o));
  tensor.add_shape_signature(signatureVector);
  tensor.add_has_rank(info && info.getHasRank());
  tensor.add_variant_tensors(variants);
  tensor.add_external_buffer(parts.externalBuffer);
  tensors.push_back(tensor.Finish());
  return static_cast<int32_t>(tensors.size() - 1);
}

LogicalResult SubgraphExporter::addValue(Value value, Operation *op) {
  // What an optional operand or result leaves out has no tensor.
  if (isa<NoneType>(value.getType())) {
    indices[value] = -1;
    return success();
  }
  auto emitError = [&] {
    return op->emitOpError() << "cannot be exported to .tflite: ";
  };
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type)
    return emitError() << "type " << value.getType() << " is no ranked tensor";
  TensorParts parts{type, getTensorInfo(value), 0, 0, {}};
  parts.stem = isa<BlockArgument>(value) ? StringRef("input")
                                         : op->getName().stripDialect();
  if (auto constant = dyn_cast<ConstOp>(op)) {
    FailureOr<uint32_t> buffer =
        exporter.getBuffer(constant.getValue(), emitError);
    if (failed(buffer))
      return failure();
    parts.buffer = *buffer;
  }
  if (auto external = op->getAttrOfType<IntegerAttr>(kExternalBufferAttr))
    parts.externalBuffer =
        static_cast<uint32_t>(external.getValue().getZExtValue());
  if (auto size = op->getAttrOfType<IntegerAttr>(kFileDimensionAttr);
      size && isa<OpenShapeOp>(op))
    parts.openDimension = static_cast<int32_t>(size.getInt());
  FailureOr<int32_t> index = addTensor(parts, emitError);
  if (failed(index))
    return failure();
  indices[value] = *index;
  return success();
}

SmallVector<int32_t> SubgraphExporter::getIndices(ValueRange values) {
  return llvm::map_to_vector(
      values, [&](Value value) { return indices.lookup(value); });
}

FailureOr<uint32_t> SubgraphExporter::getCode(Operation *op) {
  std::string name = op->getName().stripDialect().upper();
  StringRef customCode;
  if (auto attr = op->getAttrOfType<StringAttr>(kCustomCodeAttr))
    customCode = attr.getValue();
  int32_t version = 1;
  if (auto typed = dyn_cast<CustomCodeOp>(op)) {
    name = "CUSTOM";
    customCode = typed.getCustomCode();
  } else if (auto opaque = dyn_cast<OpaqueOp>(op)) {
    name = opaque.getOpcode().str();
  } else if (auto custom = dyn_cast<CustomOp>(op)) {
    name = "CUSTOM";
    customCode = custom.getCustomCode();
  } else {
    version = cast<BuiltinOp>(op).getMinVersion();
  }
  if (auto attr = op->getAttrOfType<IntegerAttr>(kVersionAttr))
    version = attr.getInt();
  std::optional<int64_t> code =
      getEnumValue(SchemaReflection::get().findEnum("BuiltinOperator"), name);
  if (!code)
    return op->emitOpError() << "cannot be exported to .tflite: the format has "
                                "no operator '"
                             << name << "'";
  return exporter.getOperatorCode(static_cast<tflite::BuiltinOperator>(*code),
                                  customCode, version);
}

LogicalResult SubgraphExporter::addOptions(WrittenOptions &options,
                                           StringRef table,
                                           DictionaryAttr fields,
                                           Operation *op) {
  const SchemaReflection &schema = SchemaReflection::get();
  std::optional<int64_t> member =
      getEnumValue(schema.findEnum("BuiltinOptions"), table);
  std::optional<int64_t> member2 =
      getEnumValue(schema.findEnum("BuiltinOptions2"), table);
  auto emitError = [&] {
    return op->emitOpError() << "cannot be exported to .tflite: ";
  };
  if (!schema.findTable(table) || (!member && !member2))
    return emitError() << "the format has no options table '" << table << "'";
  FailureOr<Offset<void>> offset =
      writeTable(builder, schema.findTable(table), fields, emitError);
  if (failed(offset))
    return failure();
  (member ? options.type : options.type2) =
      static_cast<uint8_t>(member ? *member : *member2);
  (member ? options.offset : options.offset2) = *offset;
  return success();
}

FailureOr<WrittenOptions> SubgraphExporter::writeOptions(Operation *op) {
  WrittenOptions options;
  const SchemaReflection &schema = SchemaReflection::get();
  if (auto builtin = dyn_cast<BuiltinOp>(op);
      builtin && !builtin.getOptionsTableName().empty()) {
    StringRef name = builtin.getOptionsTableName();
    const reflection::Object *table = schema.findTable(name);
    DictionaryAttr fields = getOptionFields(op, [&](FlatSymbolRefAttr symbol) {
      return exporter.getSubgraphIndex(symbol);
    });
    bool isAbsent = false;
    if (table && op->hasAttr(kNoOptionsAttr)) {
      FailureOr<DictionaryAttr> defaults = readTable(
          nullptr, table, op->getContext(), [&] { return op->emitError(); });
      isAbsent = succeeded(defaults) && *defaults == fields;
    }
    if (!isAbsent && failed(addOptions(options, name, fields, op)))
      return failure();
  }
  if (auto opaque = dyn_cast<OpaqueOp>(op))
    if (auto name = opaque.getOptionsTableAttr()) {
      DictionaryAttr fields = opaque.getOptionsAttr();
      if (!fields)
        fields = DictionaryAttr::get(op->getContext());
      if (failed(addOptions(options, name, fields, op)))
        return failure();
    }
  auto extraTable = op->getAttrOfType<StringAttr>(kExtraOptionsTableAttr);
  auto extra = op->getAttrOfType<DictionaryAttr>(kExtraOptionsAttr);
  if (extraTable && extra && failed(addOptions(options, extraTable, extra, op)))
    return failure();
  return options;
}

LogicalResult SubgraphExporter::exportOperator(Operation *op) {
  auto emitError = [&] {
    return op->emitOpError() << "cannot be exported to .tflite: ";
  };
  for (Value value : op->getResults())
    if (failed(addValue(value, op)))
      return failure();
  FailureOr<uint32_t> code = getCode(op);
  if (failed(code))
    return failure();
  FailureOr<WrittenOptions> options = writeOptions(op);
  if (failed(options))
    return failure();

  SmallVector<int32_t> inputs = getIndices(op->getOperands());
  SmallVector<int32_t> results = getIndices(op->getResults());
  SmallVector<int32_t> intermediates;
  if (auto infos = op->getAttrOfType<ArrayAttr>(kIntermediatesAttr))
    for (Attribute attr : infos) {
      auto info = cast<TensorAttr>(attr);
      FailureOr<int32_t> index = info.getType()
                                     ? addDescribedTensor(info, 0, emitError)
                                     : FailureOr<int32_t>(-1);
      if (failed(index))
        return failure();
      intermediates.push_back(*index);
    }
  auto customOptions = op->getAttrOfType<ElementsAttr>(
      isa<OpaqueOp, CustomOp>(op) ? StringRef("custom_options")
                                  : StringRef(kCustomOptionsAttr));
  Offset<flatbuffers::Vector<uint8_t>> customVector;
  if (isa<CustomCodeOp>(op)) {
    std::optional<ConstantData> data;
    if (customOptions)
      data = getConstantData(customOptions);
    std::vector<uint8_t> bytes =
        writeCustomOptions(data ? data->bytes : ArrayRef<char>(), op);
    builder.ForceVectorAlignment(bytes.size(), 1, 16);
    customVector = builder.CreateVector(bytes);
  } else if (customOptions) {
    std::optional<ConstantData> data = getConstantData(customOptions);
    if (!data)
      return emitError() << "custom options have no data";
    builder.ForceVectorAlignment(data->bytes.size(), 1, 16);
    customVector = builder.CreateVector(
        reinterpret_cast<const uint8_t *>(data->bytes.data()),
        data->bytes.size());
  }
  auto mutating = op->getAttrOfType<DenseBoolArrayAttr>(
      isa<OpaqueOp, CustomOp>(op) ? StringRef("mutating_variable_inputs")
                                  : StringRef(kMutatingInputsAttr));
  Offset<flatbuffers::Vector<uint8_t>> mutatingVector;
  if (mutating) {
    SmallVector<uint8_t> flags(mutating.asArrayRef());
    mutatingVector = builder.CreateVector(flags.data(), flags.size());
  }
  auto getInteger = [&](StringRef name, int64_t fallback) {
    auto attr = op->getAttrOfType<IntegerAttr>(name);
    return attr ? attr.getInt() : fallback;
  };

  auto inputVector = builder.CreateVector(inputs.data(), inputs.size());
  auto resultVector = builder.CreateVector(results.data(), results.size());
  Offset<flatbuffers::Vector<int32_t>> intermediateVector;
  if (!intermediates.empty())
    intermediateVector =
        builder.CreateVector(intermediates.data(), intermediates.size());
  tflite::OperatorBuilder table(builder);
  table.add_opcode_index(*code);
  table.add_inputs(inputVector);
  table.add_outputs(resultVector);
  table.add_builtin_options_type(
      static_cast<tflite::BuiltinOptions>(options->type));
  table.add_builtin_options(options->offset);
  table.add_builtin_options_2_type(
      static_cast<tflite::BuiltinOptions2>(options->type2));
  table.add_builtin_options_2(options->offset2);
  table.add_custom_options(customVector);
  table.add_custom_options_format(static_cast<tflite::CustomOptionsFormat>(
      getInteger(kCustomOptionsFormatAttr, 0)));
  table.add_mutating_variable_inputs(mutatingVector);
  table.add_intermediates(intermediateVector);
  table.add_debug_metadata_index(
      static_cast<int32_t>(getInteger(kDebugMetadataIndexAttr, -1)));
  operators.push_back(table.Finish());
  return success();
}

LogicalResult SubgraphExporter::exportOp(Operation *op) {
  if (isa<func::ReturnOp>(op)) {
    outputs = getIndices(op->getOperands());
    if (llvm::is_contained(outputs, -1))
      return op->emitOpError("cannot be exported to .tflite: a result has no "
                             "tensor");
    return success();
  }
  if (!isa<ConstOp, VariableOp, NoValueOp>(op))
    return exportOperator(op);
  return addValue(op->getResult(0), op);
}

FailureOr<ExportedSubgraph> SubgraphExporter::run(unsigned index) {
  collectNames();
  for (BlockArgument argument : function.getArguments())
    if (failed(addValue(argument, function)))
      return failure();
  for (Operation &op : function.getBody().front())
    if (failed(exportOp(&op)))
      return failure();
  if (auto unused = function->getAttrOfType<ArrayAttr>(kUnusedTensorsAttr))
    for (Attribute attr : unused)
      if (failed(addDescribedTensor(attr, 0, [&] {
            return function.emitError()
                   << "attribute '" << kUnusedTensorsAttr << "': ";
          })))
        return failure();

  ExportedSubgraph result;
  result.index = index;
  result.inputs = getIndices(function.getArguments());
  result.outputs = outputs;
  StringRef name = function.getSymName();
  if (auto attr = function->getAttrOfType<StringAttr>(kSubgraphNameAttr))
    name = attr.getValue();
  auto tensorVector = builder.CreateVector(tensors);
  auto inputVector =
      builder.CreateVector(result.inputs.data(), result.inputs.size());
  auto outputVector =
      builder.CreateVector(result.outputs.data(), result.outputs.size());
  auto operatorVector = builder.CreateVector(operators);
  Offset<flatbuffers::String> nameText;
  if (!name.empty())
    nameText = builder.CreateString(name.data(), name.size());
  tflite::SubGraphBuilder table(builder);
  table.add_tensors(tensorVector);
  table.add_inputs(inputVector);
  table.add_outputs(outputVector);
  table.add_operators(operatorVector);
  table.add_name(nameText);
  if (auto attr = function->getAttrOfType<IntegerAttr>(kDebugMetadataIndexAttr))
    table.add_debug_metadata_index(static_cast<int32_t>(attr.getInt()));
  result.offset = table.Finish();
  return result;
}

FailureOr<ExportedSubgraph> tfl::exportSubgraph(ModelExporter &exporter,
                                                func::FuncOp function,
                                                unsigned index) {
  return SubgraphExporter(exporter, function).run(index);
}
