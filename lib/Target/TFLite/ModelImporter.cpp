//===- ModelImporter.cpp - The model around its subgraphs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelImporter.h"

#include "AssociatedFiles.h"
#include "OpenModel.h"
#include "OperatorImporter.h"

#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Verifier.h"
#include "mopt/Dialect/Mopt/IR/FormatInterfaces.h"
#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h"
#include "mopt/Target/TFLite/Attributes.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;

/// The format aligns buffers to this many bytes, and so do our resources.
static constexpr size_t kBufferAlignment = 16;

ModelImporter::ModelImporter(MLIRContext *context,
                             std::shared_ptr<llvm::MemoryBuffer> buffer,
                             const TFLiteImportOptions &options)
    : builder(context), buffer(std::move(buffer)), options(options),
      fileLoc(NameLoc::get(
          builder.getStringAttr(this->buffer->getBufferIdentifier()))) {}

InFlightDiagnostic ModelImporter::error(const Twine &where) {
  return emitError(fileLoc) << where << ": ";
}

InFlightDiagnostic ModelImporter::warning(const Twine &where) {
  return emitWarning(fileLoc) << where << ": ";
}

LogicalResult ModelImporter::openModel() {
  llvm::Expected<const tflite::Model *> opened =
      tfl::openModel(buffer->getBuffer());
  if (!opened)
    return emitError(fileLoc) << llvm::toString(opened.takeError());
  model = *opened;
  return success();
}

void ModelImporter::warnAboutUnknownFields() {
  unsigned count = 0;
  std::string first;
  findUnknownFields(reinterpret_cast<const flatbuffers::Table *>(model),
                    SchemaReflection::get().findTable("Model"),
                    [&](const Twine &path) {
                      if (count++ == 0)
                        first = path.str();
                    });
  if (count)
    warning(first) << "this field is newer than the schema that "
                      "mopt knows; it is dropped, as are "
                   << (count - 1) << " others like it";
}

OwningOpRef<ModuleOp> ModelImporter::run() {
  if (failed(openModel()))
    return {};
  OwningOpRef<ModuleOp> module = ModuleOp::create(fileLoc);
  if (failed(importModule(*module)) || failed(mlir::verify(*module)))
    return {};
  warnAboutUnknownFields();
  return module;
}

std::string ModelImporter::chooseSymbolName(unsigned index, StringRef name) {
  std::string symbol = name.str();
  if (index == 0)
    symbol = "main";
  else if (symbol.empty())
    symbol = "subgraph_" + std::to_string(index);
  while (!symbolNames.try_emplace(symbol).second)
    symbol += "_" + std::to_string(index);
  return symbol;
}

LogicalResult ModelImporter::importModule(ModuleOp module) {
  module->setAttr(kSchemaVersionAttr,
                  builder.getI32IntegerAttr(model->version()));
  if (model->description())
    module->setAttr(kDescriptionAttr,
                    builder.getStringAttr(toStringRef(model->description())));
  if (!model->subgraphs() || model->subgraphs()->size() == 0)
    return emitError(fileLoc) << "the model has no subgraphs";
  // Operators may name any subgraph.
  for (auto [index, subgraph] : llvm::enumerate(*model->subgraphs())) {
    StringRef name = toStringRef(subgraph->name());
    std::string symbol = chooseSymbolName(index, name);
    auto function =
        func::FuncOp::create(fileLoc, symbol, builder.getFunctionType({}, {}));
    module.push_back(function);
    if (name != symbol)
      function->setAttr(kSubgraphNameAttr, builder.getStringAttr(name));
    subgraphs.emplace_back().function = function;
  }
  for (auto [index, subgraph] : llvm::enumerate(*model->subgraphs()))
    if (failed(importSubgraph(*this, *subgraph, index, subgraphs[index])))
      return failure();
  checkSubgraphOps(module);
  if (failed(importSignatures(module)) || failed(importMetadata(module)) ||
      failed(importExternalBuffers(module)))
    return failure();
  importUnusedBuffers(module);
  return importAssociatedFiles(module);
}

FlatSymbolRefAttr ModelImporter::getSubgraphSymbol(int64_t index) {
  if (index < 0 || static_cast<size_t>(index) >= subgraphs.size())
    return {};
  return FlatSymbolRefAttr::get(subgraphs[index].function);
}

/// Ops that name functions can be checked only when all functions are there.
/// Those that do not fit theirs are carried as they are.
void ModelImporter::checkSubgraphOps(ModuleOp module) {
  SymbolTableCollection symbols;
  SmallVector<std::pair<Operation *, std::string>> refused;
  module.walk([&](SubgraphOp op) {
    std::string message;
    ScopedDiagnosticHandler capture(getContext(), [&](Diagnostic &diagnostic) {
      message = diagnostic.str();
      return success();
    });
    auto user = dyn_cast<SymbolUserOpInterface>(op.getOperation());
    if (user && failed(user.verifySymbolUses(symbols)))
      refused.emplace_back(op, message);
  });
  auto getIndex = [&](FlatSymbolRefAttr symbol) -> int64_t {
    return llvm::find_if(subgraphs,
                         [&](ImportedSubgraph &subgraph) {
                           return subgraph.function.getSymNameAttr() ==
                                  symbol.getAttr();
                         }) -
           subgraphs.begin();
  };
  for (auto &[op, reason] : refused) {
    emitWarning(fileLoc) << cast<NameLoc>(op->getLoc()).getName().getValue()
                         << ": carried as mopt.opaque, because " << reason;
    carryAsOpaque(op, getIndex);
  }
}

LogicalResult ModelImporter::importSignatures(ModuleOp module) {
  if (!model->signature_defs() || model->signature_defs()->size() == 0)
    return success();
  SmallVector<Attribute> signatures, tags;
  bool hasTags = false;
  for (const tflite::SignatureDef *signature : *model->signature_defs()) {
    StringRef key = toStringRef(signature->signature_key());
    std::string where = ("signature '" + key + "'").str();
    if (signature->subgraph_index() >= subgraphs.size())
      return error(where) << "refers to subgraph "
                          << signature->subgraph_index() << " of "
                          << subgraphs.size();
    ImportedSubgraph &subgraph = subgraphs[signature->subgraph_index()];
    using Maps = flatbuffers::Vector<flatbuffers::Offset<tflite::TensorMap>>;
    auto importMaps = [&](const Maps *maps,
                          const llvm::DenseMap<int32_t, int32_t> &indices,
                          StringRef kind) -> FailureOr<ArrayAttr> {
      SmallVector<Attribute> pairs;
      for (unsigned i = 0, size = maps ? maps->size() : 0; i < size; ++i) {
        const tflite::TensorMap *map = maps->Get(i);
        auto found = indices.find(static_cast<int32_t>(map->tensor_index()));
        if (found == indices.end())
          return error(where) << kind << " '" << toStringRef(map->name())
                              << "' refers to tensor " << map->tensor_index()
                              << ", which is no " << kind << " of subgraph "
                              << signature->subgraph_index();
        pairs.push_back(builder.getArrayAttr(
            {builder.getStringAttr(toStringRef(map->name())),
             builder.getI32IntegerAttr(found->second)}));
      }
      return builder.getArrayAttr(pairs);
    };
    FailureOr<ArrayAttr> inputs =
        importMaps(signature->inputs(), subgraph.arguments, "input");
    if (failed(inputs))
      return failure();
    FailureOr<ArrayAttr> outputs =
        importMaps(signature->outputs(), subgraph.results, "output");
    if (failed(outputs))
      return failure();
    signatures.push_back(SignatureAttr::get(
        getContext(), builder.getStringAttr(key),
        FlatSymbolRefAttr::get(subgraph.function), *inputs, *outputs));
    StringRef tag = toStringRef(signature->deprecated_tag());
    hasTags |= !tag.empty();
    tags.push_back(builder.getStringAttr(tag));
  }
  if (hasTags)
    module->setAttr(kSignatureTagsAttr, builder.getArrayAttr(tags));
  module->setAttr(kSignaturesAttr, builder.getArrayAttr(signatures));
  return success();
}

LogicalResult ModelImporter::importMetadata(ModuleOp module) {
  auto importBuffer = [&](uint32_t index,
                          const Twine &where) -> FailureOr<ElementsAttr> {
    FailureOr<std::optional<ArrayRef<char>>> data = getBufferData(index, where);
    if (failed(data))
      return failure();
    return getBufferBytesAttr(index, data->value_or(ArrayRef<char>()));
  };
  SmallVector<Attribute> entries;
  for (unsigned i = 0, size = model->metadata() ? model->metadata()->size() : 0;
       i < size; ++i) {
    const tflite::Metadata *metadata = model->metadata()->Get(i);
    StringRef name = toStringRef(metadata->name());
    FailureOr<ElementsAttr> data =
        importBuffer(metadata->buffer(), "metadata '" + name + "'");
    if (failed(data))
      return failure();
    entries.push_back(
        MetadataAttr::get(getContext(), builder.getStringAttr(name), *data));
  }
  if (!entries.empty())
    module->setAttr(kMetadataAttr, builder.getArrayAttr(entries));

  SmallVector<Attribute> oldEntries;
  for (int32_t index : toArrayRef(model->metadata_buffer())) {
    FailureOr<ElementsAttr> data = importBuffer(index, "metadata_buffer");
    if (failed(data))
      return failure();
    oldEntries.push_back(*data);
  }
  if (!oldEntries.empty())
    module->setAttr(kMetadataBufferAttr, builder.getArrayAttr(oldEntries));
  return success();
}

LogicalResult ModelImporter::importExternalBuffers(ModuleOp module) {
  SmallVector<Attribute> groups, buffers;
  if (auto *table = model->external_buffer_groups())
    for (const tflite::ExternalBufferGroup *group : *table)
      groups.push_back(builder.getStringAttr(toStringRef(group->name())));
  if (auto *table = model->external_buffers())
    for (const tflite::ExternalBuffer *entry : *table) {
      FailureOr<DictionaryAttr> fields =
          readTable(reinterpret_cast<const flatbuffers::Table *>(entry),
                    SchemaReflection::get().findTable("ExternalBuffer"),
                    getContext(), [&] { return error("external buffer"); });
      if (failed(fields))
        return failure();
      buffers.push_back(*fields);
    }
  if (!groups.empty())
    module->setAttr(kExternalBufferGroupsAttr, builder.getArrayAttr(groups));
  if (!buffers.empty())
    module->setAttr(kExternalBuffersAttr, builder.getArrayAttr(buffers));
  return success();
}

void ModelImporter::importUnusedBuffers(ModuleOp module) {
  SmallVector<Attribute> unused;
  unsigned count = model->buffers() ? model->buffers()->size() : 0;
  for (uint32_t index = 0; index < count; ++index) {
    if (bufferResources.contains(index))
      continue;
    auto *data = model->buffers()->Get(index)->data();
    if (!data || data->size() == 0)
      continue;
    ArrayRef<char> bytes(reinterpret_cast<const char *>(data->data()),
                         data->size());
    if (!resourceOfBytes.contains({bytes.data(), bytes.size()}))
      unused.push_back(getBufferBytesAttr(index, bytes));
  }
  if (!unused.empty())
    module->setAttr(kUnusedBuffersAttr, builder.getArrayAttr(unused));
}

LogicalResult ModelImporter::importAssociatedFiles(ModuleOp module) {
  std::optional<std::vector<char>> archive =
      extractAssociatedFiles(buffer->getBuffer());
  if (!archive)
    return success();
  std::string name = "t" + std::to_string(resourceCount++);
  auto &manager =
      DenseResourceElementsHandle::getManagerInterface(getContext());
  auto handle = manager.insert(
      name, HeapAsmResourceBlob::allocateAndCopyWithAlign(
                *archive, kBufferAlignment, /*dataIsMutable=*/false));
  module->setAttr(kAssociatedFilesAttr, getBytesAttr(handle, archive->size()));
  return success();
}

FailureOr<OperatorCode> ModelImporter::getOperatorCode(uint32_t index,
                                                       const Twine &where) {
  unsigned count =
      model->operator_codes() ? model->operator_codes()->size() : 0;
  if (index >= count)
    return error(where) << "refers to operator code " << index << " of "
                        << count;
  const tflite::OperatorCode *entry = model->operator_codes()->Get(index);
  auto code = std::max<tflite::BuiltinOperator>(
      entry->builtin_code(),
      static_cast<tflite::BuiltinOperator>(entry->deprecated_builtin_code()));
  StringRef name =
      getEnumName(SchemaReflection::get().findEnum("BuiltinOperator"),
                  static_cast<int64_t>(code));
  if (name.empty())
    return error(where) << "has builtin operator code "
                        << static_cast<int64_t>(code)
                        << ", which the schema does not know; the model needs "
                           "a newer version of mopt";
  if (entry->version() < 1)
    return error(where) << "has operator version " << entry->version()
                        << "; versions start at 1";
  return OperatorCode{name, code, toStringRef(entry->custom_code()),
                      entry->version()};
}

std::optional<ArrayRef<char>> ModelImporter::getFileRange(uint64_t offset,
                                                          uint64_t size) {
  StringRef data = buffer->getBuffer();
  if (offset > data.size() || size > data.size() - offset)
    return std::nullopt;
  return ArrayRef<char>(data.data() + offset, size);
}

FailureOr<std::optional<ArrayRef<char>>>
ModelImporter::getBufferData(uint32_t index, const Twine &where) {
  unsigned count = model->buffers() ? model->buffers()->size() : 0;
  // Buffer 0 means "no data" even in a file without any buffer.
  if (index == 0 && count == 0)
    return std::optional<ArrayRef<char>>();
  if (index >= count)
    return error(where) << "refers to buffer " << index << " of " << count;
  const tflite::Buffer *entry = model->buffers()->Get(index);
  // An offset of 0 or 1 means that the data is in the flatbuffer.
  if (entry->offset() > 1) {
    std::optional<ArrayRef<char>> data =
        getFileRange(entry->offset(), entry->size());
    if (!data)
      return error(where) << "buffer " << index << " lies at ["
                          << entry->offset() << ", +" << entry->size()
                          << "), outside the file of "
                          << buffer->getBufferSize() << " bytes";
    return data;
  }
  if (!entry->data())
    return std::optional<ArrayRef<char>>();
  return std::optional<ArrayRef<char>>(
      ArrayRef<char>(reinterpret_cast<const char *>(entry->data()->data()),
                     entry->data()->size()));
}

DenseResourceElementsHandle ModelImporter::addResource(ArrayRef<char> data) {
  std::string name = "t" + std::to_string(resourceCount++);
  auto &manager =
      DenseResourceElementsHandle::getManagerInterface(getContext());
  // Compiled code may load whole vectors, so that data which is not aligned as
  // the format asks (by an old or careless writer) is copied.
  bool aligned =
      reinterpret_cast<uintptr_t>(data.data()) % kBufferAlignment == 0;
  if (!aligned)
    return manager.insert(name, copies.copy(data, kBufferAlignment));
  // Pages of a mapped file that nobody reads any more are given back; should
  // someone, they come from the file again.
  bool isMapped =
      buffer->getBufferKind() == llvm::MemoryBuffer::MemoryBuffer_MMap;
  auto keepAlive = [owner = buffer, isMapped](void *bytes, size_t size,
                                              size_t) {
    if (isMapped)
      dropPages(bytes, size);
  };
  return manager.insert(name, AsmResourceBlob(data, kBufferAlignment,
                                              std::move(keepAlive),
                                              /*dataIsMutable=*/false));
}

ElementsAttr ModelImporter::getBufferAttr(uint32_t index, ArrayRef<char> data,
                                          RankedTensorType type) {
  auto found = bufferResources.find(index);
  if (found == bufferResources.end()) {
    std::pair<const char *, size_t> key(data.data(), data.size());
    auto shared = resourceOfBytes.find(key);
    if (shared == resourceOfBytes.end())
      shared = resourceOfBytes.try_emplace(key, addResource(data)).first;
    found = bufferResources.try_emplace(index, shared->second).first;
  }
  return DenseResourceElementsAttr::get(type, found->second);
}

ElementsAttr ModelImporter::getBytesAttr(DenseResourceElementsHandle handle,
                                         size_t size) {
  Type byte = builder.getIntegerType(8, /*isSigned=*/false);
  return DenseResourceElementsAttr::get(
      RankedTensorType::get({static_cast<int64_t>(size)}, byte), handle);
}

ElementsAttr ModelImporter::getBufferBytesAttr(uint32_t index,
                                               ArrayRef<char> data) {
  Type byte = builder.getIntegerType(8, /*isSigned=*/false);
  return getBufferAttr(
      index, data,
      RankedTensorType::get({static_cast<int64_t>(data.size())}, byte));
}

ElementsAttr ModelImporter::addBytesAttr(ArrayRef<char> data) {
  return getBytesAttr(addResource(data), data.size());
}

bool mopt::isTFLite(StringRef data) {
  return data.size() >= 8 && tflite::ModelBufferHasIdentifier(data.data());
}

OwningOpRef<ModuleOp>
mopt::importTFLite(MLIRContext *context,
                   std::shared_ptr<llvm::MemoryBuffer> buffer,
                   const TFLiteImportOptions &options) {
  context->loadDialect<func::FuncDialect, quant::QuantDialect, MoptDialect>();
  return ModelImporter(context, std::move(buffer), options).run();
}

void mopt::registerTFLiteDialects(DialectRegistry &registry) {
  registry.insert<func::FuncDialect, quant::QuantDialect, MoptDialect>();
}
