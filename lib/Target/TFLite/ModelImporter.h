//===- ModelImporter.h - State of one import -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_MODELIMPORTER_H
#define MOPT_LIB_TARGET_TFLITE_MODELIMPORTER_H

#include "SchemaReflection.h"
#include "tflite_generated.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mopt/Dialect/Mopt/IR/LargeMemory.h"
#include "mopt/Target/TFLite/Import.h"

namespace mlir::mopt::tfl {

/// `text` as a StringRef, empty if null.
inline StringRef toStringRef(const flatbuffers::String *text) {
  return text ? StringRef(text->c_str(), text->size()) : StringRef();
}

template <typename T>
ArrayRef<T> toArrayRef(const flatbuffers::Vector<T> *vector) {
  if (!vector)
    return {};
  return ArrayRef<T>(reinterpret_cast<const T *>(vector->Data()),
                     vector->size());
}

/// The name and number of an operator of the file.
struct OperatorCode {
  StringRef name;
  tflite::BuiltinOperator code;
  StringRef customCode;
  int32_t version;
};

/// What signatures need to know of an imported subgraph.
struct ImportedSubgraph {
  func::FuncOp function;
  /// Tensor index to argument and to (first) result index.
  llvm::DenseMap<int32_t, int32_t> arguments, results;
};

/// Imports one model; the parts share its resources and its way of reporting
/// errors.
class ModelImporter {
public:
  ModelImporter(MLIRContext *context,
                std::shared_ptr<llvm::MemoryBuffer> buffer,
                const TFLiteImportOptions &options);

  OwningOpRef<ModuleOp> run();

  MLIRContext *getContext() { return builder.getContext(); }
  Builder &getBuilder() { return builder; }
  Location getFileLoc() { return fileLoc; }

  /// The batch that was asked for, 0 for that of the file.
  int64_t getBatch() const { return options.batch; }

  /// An error about the file as a whole; `where` names the part.
  InFlightDiagnostic error(const Twine &where);
  InFlightDiagnostic warning(const Twine &where);

  /// The operator code `index`, checked.
  FailureOr<OperatorCode> getOperatorCode(uint32_t index, const Twine &where);

  /// The name of the function of subgraph `index`, null if there is none.
  FlatSymbolRefAttr getSubgraphSymbol(int64_t index);

  /// The bytes of buffer `index`, in the flatbuffer or outside it.
  /// std::nullopt if the buffer has none, which is how a file says that a
  /// tensor is no constant.
  FailureOr<std::optional<ArrayRef<char>>> getBufferData(uint32_t index,
                                                         const Twine &where);

  /// The resource that stands for buffer `index`, one for all tensors that
  /// share it. `type` is the type to see its bytes with.
  ElementsAttr getBufferAttr(uint32_t index, ArrayRef<char> data,
                             RankedTensorType type);
  /// The same as bytes.
  ElementsAttr getBufferBytesAttr(uint32_t index, ArrayRef<char> data);

  /// A resource over `data`, which must lie in the file's buffer. Resources
  /// are named in the order of these calls.
  DenseResourceElementsHandle addResource(ArrayRef<char> data);
  ElementsAttr addBytesAttr(ArrayRef<char> data);
  ElementsAttr getBytesAttr(DenseResourceElementsHandle handle, size_t size);

  /// The bytes [offset, offset + size) of the file, if it has them.
  std::optional<ArrayRef<char>> getFileRange(uint64_t offset, uint64_t size);

private:
  LogicalResult openModel();
  LogicalResult importModule(ModuleOp module);
  void checkSubgraphOps(ModuleOp module);
  LogicalResult importSignatures(ModuleOp module);
  LogicalResult importMetadata(ModuleOp module);
  LogicalResult importExternalBuffers(ModuleOp module);
  void importUnusedBuffers(ModuleOp module);
  LogicalResult importAssociatedFiles(ModuleOp module);
  void warnAboutUnknownFields();
  std::string chooseSymbolName(unsigned index, StringRef name);

  Builder builder;
  std::shared_ptr<llvm::MemoryBuffer> buffer;
  TFLiteImportOptions options;
  Location fileLoc;
  const tflite::Model *model = nullptr;
  llvm::DenseMap<uint32_t, DenseResourceElementsHandle> bufferResources;
  /// Two buffers of a file may lie in the same bytes: they are one resource.
  llvm::DenseMap<std::pair<const char *, size_t>, DenseResourceElementsHandle>
      resourceOfBytes;
  unsigned resourceCount = 0;
  /// What the file does not align.
  BlobArena copies;
  SmallVector<ImportedSubgraph> subgraphs;
  llvm::StringMap<char> symbolNames;
};

/// Imports `subgraph`, number `index` of the model, into `function`, whose type
/// and body are set here. `where` names it in errors.
LogicalResult importSubgraph(ModelImporter &importer,
                             const tflite::SubGraph &subgraph, unsigned index,
                             ImportedSubgraph &result);

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_MODELIMPORTER_H
