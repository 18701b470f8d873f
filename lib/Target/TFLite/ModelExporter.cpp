//===- ModelExporter.cpp - The model around its subgraphs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelExporter.h"

#include "AssociatedFiles.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Target/TFLite/Attributes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;
using flatbuffers::Offset;

static constexpr size_t kBufferAlignment = 16;
static constexpr int kSchemaVersion = 3;

ModelExporter::ModelExporter(ModuleOp module,
                             const TFLiteExportOptions &options)
    : module(module), options(options) {}

LogicalResult ModelExporter::findFunctions() {
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isExternal() || !function.getBody().hasOneBlock())
      return function.emitOpError()
             << "cannot be exported to .tflite: it has "
             << (function.isExternal() ? "no body" : "more than one block");
    functions.push_back(function);
  }
  if (functions.empty())
    return module.emitError("cannot be exported to .tflite: there is no "
                            "func.func in the module");
  // The first subgraph is the one that runtimes run.
  auto main = llvm::find_if(functions, [](func::FuncOp function) {
    return function.getSymName() == "main";
  });
  if (main != functions.end())
    std::rotate(functions.begin(), main, std::next(main));
  return success();
}

LogicalResult ModelExporter::checkOps() {
  llvm::MapVector<StringRef, unsigned> refused;
  Location firstLoc = module.getLoc();
  auto check = [&](Operation *op) {
    if (isExportable(op))
      return;
    if (refused.empty())
      firstLoc = op->getLoc();
    ++refused[op->getName().getStringRef()];
  };
  for (Operation &op : *module.getBody())
    if (!isa<func::FuncOp>(op))
      check(&op);
  for (func::FuncOp function : functions)
    for (Operation &op : function.getBody().front())
      check(&op);
  if (refused.empty())
    return success();
  InFlightDiagnostic error =
      emitError(firstLoc, "cannot be exported to .tflite: these ops have no "
                          "counterpart there: ");
  llvm::interleaveComma(refused, error, [&](auto &entry) {
    error << entry.first << " (" << entry.second << ")";
  });
  return error << "; convert them to mopt ops first";
}

/// An upper bound, mostly: a builder that has to grow copies all weights.
size_t ModelExporter::estimateSize() {
  size_t bytes = 1 << 20;
  auto add = [&](Attribute attr) {
    if (auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(attr))
      if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
        bytes += blob->getData().size() + kBufferAlignment;
  };
  module.walk([&](Operation *op) {
    bytes += 1024;
    for (NamedAttribute attr : op->getAttrs())
      add(attr.getValue());
  });
  if (auto metadata = module->getAttrOfType<ArrayAttr>(kMetadataAttr))
    for (Attribute entry : metadata)
      if (auto typed = dyn_cast<MetadataAttr>(entry))
        add(typed.getData());
  return bytes;
}

FailureOr<uint32_t> ModelExporter::getBuffer(ElementsAttr value,
                                             EmitError emitError) {
  if (auto found = bufferOfAttr.find(value); found != bufferOfAttr.end())
    return found->second;
  std::optional<ConstantData> data = getConstantData(value);
  if (!data)
    return emitError() << "constant has no data; resources must not be elided";
  uint32_t index = buffers.size() + 1;
  if (data->storage.empty()) {
    // One resource may be seen with more than one type.
    auto [entry, isNew] = bufferOfBytes.try_emplace(
        {data->bytes.data(), data->bytes.size()}, index);
    if (!isNew)
      return bufferOfAttr[value] = entry->second;
  }
  buffers.push_back(std::move(*data));
  if (!buffers.back().storage.empty())
    buffers.back().bytes = buffers.back().storage;
  return bufferOfAttr[value] = index;
}

int64_t ModelExporter::getSubgraphIndex(FlatSymbolRefAttr symbol) {
  auto found = llvm::find_if(functions, [&](func::FuncOp function) {
    return function.getSymNameAttr() == symbol.getAttr();
  });
  return found - functions.begin();
}

uint32_t ModelExporter::getOperatorCode(tflite::BuiltinOperator code,
                                        StringRef customCode, int32_t version) {
  for (auto [index, entry] : llvm::enumerate(codes))
    if (entry.code == code && entry.customCode == customCode &&
        entry.version == version)
      return index;
  codes.push_back({code, customCode.str(), version});
  return codes.size() - 1;
}

FailureOr<std::vector<Offset<tflite::SignatureDef>>>
ModelExporter::buildSignatures() {
  std::vector<Offset<tflite::SignatureDef>> result;
  auto tags = module->getAttrOfType<ArrayAttr>(kSignatureTagsAttr);
  auto signatures = module->getAttrOfType<ArrayAttr>(kSignaturesAttr);
  for (auto [index, attr] : llvm::enumerate(
           signatures ? signatures.getValue() : ArrayRef<Attribute>())) {
    auto signature = dyn_cast<SignatureAttr>(attr);
    if (!signature)
      return module.emitError() << "attribute '" << kSignaturesAttr
                                << "' must be an array of #mopt.signature";
    auto found = subgraphs.find(signature.getFunction().getAttr());
    if (found == subgraphs.end())
      return module.emitError() << "signature " << signature.getKey()
                                << " names a function that does not exist: "
                                << signature.getFunction();
    auto buildMaps = [&](ArrayAttr pairs, ArrayRef<int32_t> tensors)
        -> FailureOr<Offset<flatbuffers::Vector<Offset<tflite::TensorMap>>>> {
      std::vector<Offset<tflite::TensorMap>> maps;
      for (Attribute pair : pairs) {
        auto parts = dyn_cast<ArrayAttr>(pair);
        auto name = parts && parts.size() == 2 ? dyn_cast<StringAttr>(parts[0])
                                               : StringAttr();
        auto number = name ? dyn_cast<IntegerAttr>(parts[1]) : IntegerAttr();
        if (!number || number.getInt() < 0 ||
            number.getInt() >= static_cast<int64_t>(tensors.size()))
          return module.emitError()
                 << "signature " << signature.getKey()
                 << " has an entry that is no [name, index] of "
                 << signature.getFunction() << ": " << pair;
        auto text = builder->CreateString(name.data(), name.size());
        maps.push_back(
            tflite::CreateTensorMap(*builder, text, tensors[number.getInt()]));
      }
      return builder->CreateVector(maps);
    };
    auto inputs = buildMaps(signature.getInputs(), found->second.inputs);
    if (failed(inputs))
      return failure();
    auto outputs = buildMaps(signature.getOutputs(), found->second.outputs);
    if (failed(outputs))
      return failure();
    auto key = builder->CreateString(signature.getKey().data(),
                                     signature.getKey().size());
    Offset<flatbuffers::String> tag;
    if (tags && index < tags.size())
      if (auto text = dyn_cast<StringAttr>(tags[index]); text && !text.empty())
        tag = builder->CreateString(text.data(), text.size());
    tflite::SignatureDefBuilder table(*builder);
    table.add_inputs(*inputs);
    table.add_outputs(*outputs);
    table.add_signature_key(key);
    table.add_deprecated_tag(tag);
    table.add_subgraph_index(found->second.index);
    result.push_back(table.Finish());
  }
  return result;
}

FailureOr<std::vector<Offset<tflite::Metadata>>>
ModelExporter::buildMetadata() {
  std::vector<Offset<tflite::Metadata>> result;
  auto entries = module->getAttrOfType<ArrayAttr>(kMetadataAttr);
  for (Attribute attr : entries ? entries.getValue() : ArrayRef<Attribute>()) {
    auto metadata = dyn_cast<MetadataAttr>(attr);
    if (!metadata)
      return module.emitError() << "attribute '" << kMetadataAttr
                                << "' must be an array of #mopt.metadata";
    FailureOr<uint32_t> buffer = getBuffer(metadata.getData(), [&] {
      return module.emitError() << "metadata " << metadata.getName() << ": ";
    });
    if (failed(buffer))
      return failure();
    auto name = builder->CreateString(metadata.getName().data(),
                                      metadata.getName().size());
    result.push_back(tflite::CreateMetadata(*builder, name, *buffer));
  }
  return result;
}

FailureOr<std::vector<int32_t>> ModelExporter::buildMetadataBuffers() {
  std::vector<int32_t> result;
  auto collect = [&](StringRef name,
                     llvm::function_ref<void(uint32_t)> add) -> LogicalResult {
    auto entries = module->getAttrOfType<ArrayAttr>(name);
    for (Attribute attr :
         entries ? entries.getValue() : ArrayRef<Attribute>()) {
      auto value = dyn_cast<ElementsAttr>(attr);
      if (!value)
        return module.emitError()
               << "attribute '" << name << "' must be an array of elements";
      FailureOr<uint32_t> buffer =
          getBuffer(value, [&] { return module.emitError(); });
      if (failed(buffer))
        return failure();
      add(*buffer);
    }
    return success();
  };
  if (failed(collect(kMetadataBufferAttr,
                     [&](uint32_t index) { result.push_back(index); })) ||
      failed(collect(kUnusedBuffersAttr, [](uint32_t) {})))
    return failure();
  return result;
}

template <typename T>
FailureOr<std::vector<Offset<T>>> ModelExporter::buildTables(StringRef attrName,
                                                             StringRef table,
                                                             StringRef field) {
  std::vector<Offset<T>> result;
  auto entries = module->getAttrOfType<ArrayAttr>(attrName);
  Builder attrs(module.getContext());
  for (Attribute attr : entries ? entries.getValue() : ArrayRef<Attribute>()) {
    // A table of one field is written as that field.
    auto fields =
        field.empty()
            ? dyn_cast<DictionaryAttr>(attr)
            : attrs.getDictionaryAttr(attrs.getNamedAttr(field, attr));
    if (!fields)
      return module.emitError()
             << "attribute '" << attrName << "' must be an array of "
             << "dictionaries";
    FailureOr<Offset<void>> offset = writeTable(
        *builder, SchemaReflection::get().findTable(table), fields, [&] {
          return module.emitError() << "attribute '" << attrName << "': ";
        });
    if (failed(offset))
      return failure();
    result.push_back(Offset<T>(offset->o));
  }
  return result;
}

Offset<flatbuffers::Vector<Offset<tflite::OperatorCode>>>
ModelExporter::buildOperatorCodes() {
  std::vector<Offset<tflite::OperatorCode>> offsets;
  for (const Code &entry : codes) {
    bool isCustom = entry.code == tflite::BuiltinOperator::CUSTOM;
    Offset<flatbuffers::String> custom;
    if (isCustom || !entry.customCode.empty())
      custom = builder->CreateString(entry.customCode);
    // Readers that know only the byte see the placeholder for larger codes.
    auto small = static_cast<int8_t>(
        std::min<int32_t>(static_cast<int32_t>(entry.code), 127));
    offsets.push_back(tflite::CreateOperatorCode(*builder, small, custom,
                                                 entry.version, entry.code));
  }
  return builder->CreateVector(offsets);
}

Offset<flatbuffers::Vector<Offset<tflite::Buffer>>>
ModelExporter::buildBuffers(uint64_t externalBase) {
  std::vector<Offset<tflite::Buffer>> offsets;
  offsets.push_back(tflite::CreateBuffer(*builder));
  uint64_t position = externalBase;
  for (const ConstantData &data : buffers) {
    if (externalBase && !data.bytes.empty()) {
      offsets.push_back(
          tflite::CreateBuffer(*builder, 0, position, data.bytes.size()));
      position += llvm::alignTo(data.bytes.size(), kBufferAlignment);
      continue;
    }
    // Only the place is taken here; writeFlatbuffer fills it from the source,
    // so that weights are never copied in memory.
    builder->ForceVectorAlignment(data.bytes.size(), 1, kBufferAlignment);
    uint8_t *place = nullptr;
    Offset<flatbuffers::Vector<uint8_t>> bytes =
        builder->CreateUninitializedVector(data.bytes.size(), 1, &place);
    inlineData.push_back({bytes.o, data.bytes});
    offsets.push_back(tflite::CreateBuffer(*builder, bytes));
  }
  return builder->CreateVector(offsets);
}

LogicalResult ModelExporter::build(uint64_t externalBase) {
  codes.clear();
  buffers.clear();
  inlineData.clear();
  bufferOfBytes.clear();
  bufferOfAttr.clear();
  subgraphs.clear();
  builder.emplace(externalBase ? size_t(1) << 20 : estimateSize());

  std::vector<Offset<tflite::SubGraph>> subgraphOffsets;
  for (auto [index, function] : llvm::enumerate(functions)) {
    FailureOr<ExportedSubgraph> subgraph =
        exportSubgraph(*this, function, index);
    if (failed(subgraph))
      return failure();
    subgraphOffsets.push_back(subgraph->offset);
    subgraphs[function.getSymNameAttr()] = *subgraph;
  }
  auto signatures = buildSignatures();
  if (failed(signatures))
    return failure();
  auto metadata = buildMetadata();
  if (failed(metadata))
    return failure();
  auto metadataBuffers = buildMetadataBuffers();
  if (failed(metadataBuffers))
    return failure();
  auto groups = buildTables<tflite::ExternalBufferGroup>(
      kExternalBufferGroupsAttr, "ExternalBufferGroup", "name");
  if (failed(groups))
    return failure();
  auto externals = buildTables<tflite::ExternalBuffer>(kExternalBuffersAttr,
                                                       "ExternalBuffer", "");
  if (failed(externals))
    return failure();

  auto vector = [&](auto &offsets) {
    using Vector = decltype(builder->CreateVector(offsets));
    return offsets.empty() ? Vector(0) : builder->CreateVector(offsets);
  };
  auto subgraphVector = builder->CreateVector(subgraphOffsets);
  auto signatureVector = vector(*signatures);
  auto metadataVector = vector(*metadata);
  auto metadataBufferVector = vector(*metadataBuffers);
  auto groupVector = vector(*groups);
  auto externalVector = vector(*externals);
  auto codeVector = buildOperatorCodes();
  auto bufferVector = buildBuffers(externalBase);
  Offset<flatbuffers::String> description;
  if (auto text = module->getAttrOfType<StringAttr>(kDescriptionAttr))
    description = builder->CreateString(text.data(), text.size());

  tflite::ModelBuilder model(*builder);
  model.add_version(kSchemaVersion);
  model.add_operator_codes(codeVector);
  model.add_subgraphs(subgraphVector);
  model.add_description(description);
  model.add_buffers(bufferVector);
  model.add_metadata_buffer(metadataBufferVector);
  model.add_metadata(metadataVector);
  model.add_signature_defs(signatureVector);
  model.add_external_buffer_groups(groupVector);
  model.add_external_buffers(externalVector);
  tflite::FinishModelBuffer(*builder, model.Finish());
  return success();
}

uint64_t ModelExporter::getEndOfBuffers(uint64_t position) const {
  for (const ConstantData &data : buffers)
    if (!data.bytes.empty())
      position = llvm::alignTo(position, kBufferAlignment) + data.bytes.size();
  return position;
}

void ModelExporter::writeExternalBuffers(llvm::raw_ostream &os,
                                         uint64_t position) const {
  for (const ConstantData &data : buffers) {
    if (data.bytes.empty())
      continue;
    uint64_t start = llvm::alignTo(position, kBufferAlignment);
    os.write_zeros(start - position);
    os.write(data.bytes.data(), data.bytes.size());
    position = start + data.bytes.size();
  }
}

FailureOr<std::vector<char>>
ModelExporter::getAssociatedFiles(uint64_t position) {
  auto value = module->getAttrOfType<ElementsAttr>(kAssociatedFilesAttr);
  if (!value)
    return std::vector<char>();
  std::optional<ConstantData> data = getConstantData(value);
  std::vector<char> archive;
  if (data)
    archive = rebaseAssociatedFiles(data->bytes, position);
  if (archive.empty())
    return module.emitError() << "attribute '" << kAssociatedFilesAttr
                              << "' must hold a zip archive, and the file "
                                 "must be smaller than 4 GiB";
  return archive;
}

void ModelExporter::writeFlatbuffer(llvm::raw_ostream &os) const {
  const char *begin =
      reinterpret_cast<const char *>(builder->GetBufferPointer());
  uint64_t size = builder->GetSize(), written = 0;
  // A flatbuffer grows towards its front: what was created last comes first.
  for (const InlineData &data : llvm::reverse(inlineData)) {
    uint64_t position =
        size - data.distanceFromEnd + sizeof(flatbuffers::uoffset_t);
    os.write(begin + written, position - written);
    os.write(data.bytes.data(), data.bytes.size());
    written = position + data.bytes.size();
  }
  os.write(begin + written, size - written);
}

LogicalResult ModelExporter::run(llvm::raw_ostream &os) {
  auto version = module->getAttrOfType<IntegerAttr>(kSchemaVersionAttr);
  if (version && version.getInt() != kSchemaVersion)
    return module.emitError() << "attribute '" << kSchemaVersionAttr
                              << "' must be " << kSchemaVersion;
  if (failed(findFunctions()) || failed(checkOps()))
    return failure();
  bool isExternal = estimateSize() > options.maxInlineBytes;
  // Where the data begins depends on the size of the flatbuffer, which does
  // not depend on where the data begins: the second build has the same size.
  uint64_t externalBase = isExternal ? kBufferAlignment : 0;
  if (failed(build(externalBase)))
    return failure();
  if (isExternal) {
    externalBase = llvm::alignTo(builder->GetSize(), kBufferAlignment);
    if (failed(build(externalBase)))
      return failure();
  }
  uint64_t size = builder->GetSize();
  FailureOr<std::vector<char>> archive =
      getAssociatedFiles(isExternal ? getEndOfBuffers(size) : size);
  if (failed(archive))
    return failure();
  writeFlatbuffer(os);
  if (isExternal)
    writeExternalBuffers(os, size);
  os.write(archive->data(), archive->size());
  return success();
}

LogicalResult mopt::exportTFLite(ModuleOp module, llvm::raw_ostream &os,
                                 const TFLiteExportOptions &options) {
  return ModelExporter(module, options).run(os);
}
