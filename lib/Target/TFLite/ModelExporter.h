//===- ModelExporter.h - State of one export -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_MODELEXPORTER_H
#define MOPT_LIB_TARGET_TFLITE_MODELEXPORTER_H

#include "ConstantData.h"
#include "SchemaReflection.h"
#include "tflite_generated.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Target/TFLite/Export.h"

#include <deque>
#include <map>

namespace mlir::mopt::tfl {

/// What signatures need to know of an exported subgraph.
struct ExportedSubgraph {
  flatbuffers::Offset<tflite::SubGraph> offset;
  unsigned index = 0;
  SmallVector<int32_t> inputs, outputs;
};

/// Writes one model. The order of everything is that of the module, so that
/// the same module gives the same bytes.
class ModelExporter {
public:
  ModelExporter(ModuleOp module, const TFLiteExportOptions &options);

  LogicalResult run(llvm::raw_ostream &os);

  flatbuffers::FlatBufferBuilder &getBuilder() { return *builder; }

  /// The number of the buffer with the bytes of `value`; resources that are
  /// the same, and attributes that are equal, share one.
  FailureOr<uint32_t> getBuffer(ElementsAttr value, EmitError emitError);

  /// The number of the function `symbol` of the module.
  int64_t getSubgraphIndex(FlatSymbolRefAttr symbol);

  uint32_t getOperatorCode(tflite::BuiltinOperator code, StringRef customCode,
                           int32_t version);

private:
  /// Everything between the first byte and the end of the flatbuffer. Buffers
  /// outside it begin at `externalBase`; 0 puts them inside.
  LogicalResult build(uint64_t externalBase);
  LogicalResult findFunctions();
  LogicalResult checkOps();
  size_t estimateSize();
  FailureOr<std::vector<flatbuffers::Offset<tflite::SignatureDef>>>
  buildSignatures();
  FailureOr<std::vector<flatbuffers::Offset<tflite::Metadata>>> buildMetadata();
  FailureOr<std::vector<int32_t>> buildMetadataBuffers();
  flatbuffers::Offset<
      flatbuffers::Vector<flatbuffers::Offset<tflite::OperatorCode>>>
  buildOperatorCodes();
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<tflite::Buffer>>>
  buildBuffers(uint64_t externalBase);
  template <typename T>
  FailureOr<std::vector<flatbuffers::Offset<T>>>
  buildTables(StringRef attrName, StringRef table, StringRef field);
  /// Where the last external buffer ends if the first one begins behind
  /// `position`.
  uint64_t getEndOfBuffers(uint64_t position) const;
  void writeExternalBuffers(llvm::raw_ostream &os, uint64_t position) const;
  /// The zip archive for the place `position` of the file; empty without one.
  FailureOr<std::vector<char>> getAssociatedFiles(uint64_t position);

  /// The flatbuffer with the data of its buffers in place.
  void writeFlatbuffer(llvm::raw_ostream &os) const;

  /// Data that the builder has left a place for; its length field begins so
  /// many bytes before the end of the flatbuffer.
  struct InlineData {
    flatbuffers::uoffset_t distanceFromEnd;
    ArrayRef<char> bytes;
  };

  struct Code {
    tflite::BuiltinOperator code;
    std::string customCode;
    int32_t version;
  };

  ModuleOp module;
  TFLiteExportOptions options;
  SmallVector<func::FuncOp> functions;
  std::optional<flatbuffers::FlatBufferBuilder> builder;
  std::vector<Code> codes;
  /// Buffer n is buffers[n - 1]: buffer 0 is the empty one.
  std::deque<ConstantData> buffers;
  std::vector<InlineData> inlineData;
  std::map<std::pair<const char *, size_t>, uint32_t> bufferOfBytes;
  llvm::DenseMap<Attribute, uint32_t> bufferOfAttr;
  llvm::DenseMap<StringAttr, ExportedSubgraph> subgraphs;
};

/// Writes `function`, number `index` of the model.
FailureOr<ExportedSubgraph>
exportSubgraph(ModelExporter &exporter, func::FuncOp function, unsigned index);

/// True for an op that has a place in the format.
bool isExportable(Operation *op);

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_MODELEXPORTER_H
