//===- ImportBatch.cpp - Another batch than the file's -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A converter that leaves the batch open writes static shapes for batch 1 and a
// shape signature with -1 in front. Giving the model another batch means: the
// leading dimension of every such tensor is scaled, and so is that of state
// tensors; constants that spell out a shape are replaced (reshape) or make the
// import fail, because what other operators do with them is theirs to know.
// The verifiers of the typed ops check that the shapes fit together.
//
//===----------------------------------------------------------------------===//

#include "SubgraphImporter.h"

#include "mopt/Dialect/Mopt/IR/ModelOps.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;

static bool hasOpenBatch(const tflite::Tensor &tensor) {
  ArrayRef<int32_t> signature = toArrayRef(tensor.shape_signature());
  return !signature.empty() && signature.front() == -1 &&
         signature.size() == toArrayRef(tensor.shape()).size();
}

LogicalResult SubgraphImporter::findBatch() {
  auto error = [&] {
    return importer.error("--batch=" + Twine(importer.getBatch()));
  };
  if (subgraphIndex != 0)
    return error() << "the model has more than one subgraph; only models with "
                      "one can be given another batch";
  std::optional<int64_t> batch;
  for (int32_t index : toArrayRef(subgraph.inputs())) {
    if (index < 0 || static_cast<size_t>(index) >= tensors.size() ||
        !hasOpenBatch(*tensors[index].tensor))
      continue;
    int64_t size = tensors[index].tensor->shape()->Get(0);
    if (size < 1 || (batch && *batch != size))
      return error() << "the inputs with an open leading dimension do not "
                        "agree on its size in the file";
    batch = size;
  }
  if (!batch)
    return error() << "no input of the model has an open leading dimension "
                      "(-1 in its shape_signature)";
  fileBatch = *batch;
  return success();
}

LogicalResult SubgraphImporter::applyBatch(int32_t index,
                                           SmallVectorImpl<int64_t> &shape) {
  const ImportedTensor &entry = tensors[index];
  if (entry.data || shape.empty())
    return success();
  ArrayRef<int32_t> signature = toArrayRef(entry.tensor->shape_signature());
  bool isOpen = hasOpenBatch(*entry.tensor);
  auto error = [&] {
    return importer.error(describeTensor(index))
           << "cannot be given a batch of " << importer.getBatch() << ": ";
  };
  if (!signature.empty() && llvm::is_contained(signature.drop_front(), -1))
    return error() << "another dimension than the leading one is dynamic";
  bool isState = entry.tensor->is_variable() && shape.front() == fileBatch;
  if (!isOpen && !isState)
    return success();
  // A reshape may have folded other dimensions into the leading one.
  if (shape.front() % fileBatch != 0)
    return error() << "its leading dimension " << shape.front()
                   << " is no multiple of the file's batch " << fileBatch;
  shape.front() = shape.front() / fileBatch * importer.getBatch();
  return success();
}

/// The values of a constant of 32-bit integers; empty for anything else.
static ArrayRef<int32_t> getIntegers(Value value) {
  auto constant = value.getDefiningOp<ConstOp>();
  if (!constant || !constant.getValue().getElementType().isInteger(32))
    return {};
  ArrayRef<char> bytes = constant.getRawBytes();
  return ArrayRef<int32_t>(reinterpret_cast<const int32_t *>(bytes.data()),
                           bytes.size() / sizeof(int32_t));
}

LogicalResult SubgraphImporter::applyBatch(int32_t index,
                                           const OperatorCode &code,
                                           MutableArrayRef<Value> operands) {
  ArrayRef<int32_t> outputs =
      toArrayRef(subgraph.operators()->Get(index)->outputs());
  if (outputs.empty() || outputs[0] < 0 ||
      !hasOpenBatch(*tensors[outputs[0]].tensor))
    return success();
  ArrayRef<int64_t> shape = tensors[outputs[0]].type.getShape();
  for (Value &operand : operands) {
    ArrayRef<int32_t> values = getIntegers(operand);
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (values.size() != shape.size() || !type || type.getRank() != 1 ||
        values.front() != tensors[outputs[0]].tensor->shape()->Get(0) ||
        values.front() == shape.front())
      continue;
    if (code.code != tflite::BuiltinOperator::RESHAPE)
      return importer.error(describeOperator(index))
             << "(" << code.name << ") cannot be given a batch of "
             << importer.getBatch()
             << ": a constant operand begins with the file's batch";
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointAfterValue(operand);
    SmallVector<int32_t> dims(shape.begin(), shape.end());
    auto replaced =
        ConstOp::create(builder, operand.getLoc(), type,
                        DenseElementsAttr::get(type, ArrayRef<int32_t>(dims)));
    operand = replaced;
  }
  return success();
}
