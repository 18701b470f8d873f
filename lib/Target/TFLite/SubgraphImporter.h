//===- SubgraphImporter.h - State of one subgraph's import -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_SUBGRAPHIMPORTER_H
#define MOPT_LIB_TARGET_TFLITE_SUBGRAPHIMPORTER_H

#include "ModelImporter.h"
#include "Quantization.h"

namespace mlir::mopt::tfl {

/// A tensor of the subgraph on its way to a value.
struct ImportedTensor {
  const tflite::Tensor *tensor = nullptr;
  RankedTensorType type;
  ImportedQuantization quantization;
  /// Constant data, unless the tensor is computed.
  std::optional<ArrayRef<char>> data;
  /// Index of the operator that writes it, -1 if none does.
  int32_t producer = -1;
  bool isInput = false;
  /// Some operator, result list or other tensor refers to it.
  bool isUsed = false;
  Value value;
};

/// Imports tensors and operators in file order. Constants and variables come
/// first in the function, in the order in which the operators use them; that
/// order, and the numbering of resources with it, depends on the graph only,
/// not on the tensor indices of the file.
class SubgraphImporter {
public:
  SubgraphImporter(ModelImporter &importer, const tflite::SubGraph &subgraph,
                   unsigned index, ImportedSubgraph &result);

  LogicalResult run();

private:
  // ImportTensors.cpp.
  LogicalResult importTensorTypes();
  LogicalResult importTensorType(int32_t index);
  LogicalResult checkDataSize(int32_t index);
  /// The value of tensor `index`; a constant or variable is created where the
  /// builder stands if nothing produces it.
  FailureOr<Value> getValue(int32_t index);
  Value createConstant(int32_t index);
  Value createVariable(int32_t index);
  /// What the file says of tensor `index` beyond its type.
  FailureOr<TensorAttr> getInfo(int32_t index, bool withType = false);
  FailureOr<DictionaryAttr> resolveDetails(int32_t index, DictionaryAttr rest);
  /// True if `entry` can hold the zero points to the scales in tensor `scales`.
  bool isZeroPointsOf(const ImportedTensor &entry, int64_t scales) const;
  FailureOr<Attribute> embedTensor(int32_t index);
  std::string describeTensor(int32_t index);
  /// Fails unless `index` is a tensor of the subgraph.
  LogicalResult checkIndex(int32_t index, const Twine &where);

  // ImportBatch.cpp: --batch.
  /// Finds the batch that the file's static shapes have.
  LogicalResult findBatch();
  /// Gives the shape of tensor `index` the batch that was asked for.
  LogicalResult applyBatch(int32_t index, SmallVectorImpl<int64_t> &shape);
  /// Replaces or refuses constant operands that hold the old batch.
  LogicalResult applyBatch(int32_t index, const OperatorCode &code,
                           MutableArrayRef<Value> operands);

  // ImportOperators.cpp.
  LogicalResult findProducers();
  LogicalResult createArguments();
  LogicalResult createLeaves();
  LogicalResult importOperators();
  void completeShape(StringRef opcode, Value input, int32_t output);
  LogicalResult importOperator(int32_t index);
  LogicalResult importUnusedTensors();
  LogicalResult createReturn();
  std::string describeOperator(int32_t index);
  Value getNoValue();

  ModelImporter &importer;
  const tflite::SubGraph &subgraph;
  unsigned subgraphIndex;
  ImportedSubgraph &result;
  func::FuncOp function;
  OpBuilder builder;
  std::vector<ImportedTensor> tensors;
  Value noValue;
  /// The leading dimension of the file's dynamic inputs.
  int64_t fileBatch = 1;
};

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_SUBGRAPHIMPORTER_H
