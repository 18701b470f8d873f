//===- ImportOperators.cpp - The graph of a subgraph -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OperatorImporter.h"
#include "SubgraphImporter.h"

#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Target/TFLite/Attributes.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;

SubgraphImporter::SubgraphImporter(ModelImporter &importer,
                                   const tflite::SubGraph &subgraph,
                                   unsigned index, ImportedSubgraph &result)
    : importer(importer), subgraph(subgraph), subgraphIndex(index),
      result(result), function(result.function),
      builder(importer.getContext()) {}

std::string SubgraphImporter::describeOperator(int32_t index) {
  return "subgraph " + std::to_string(subgraphIndex) + ", operator " +
         std::to_string(index);
}

LogicalResult SubgraphImporter::findProducers() {
  unsigned count = subgraph.operators() ? subgraph.operators()->size() : 0;
  for (unsigned index = 0; index < count; ++index)
    for (int32_t output :
         toArrayRef(subgraph.operators()->Get(index)->outputs())) {
      if (output == -1)
        continue;
      std::string where = describeOperator(index);
      if (failed(checkIndex(output, where)))
        return failure();
      ImportedTensor &entry = tensors[output];
      if (entry.producer >= 0 || entry.isInput || entry.data)
        return importer.error(where)
               << "writes tensor " << output << ", which is already "
               << (entry.isInput ? "an input of the subgraph"
                   : entry.data  ? "a constant"
                                 : "written by operator " +
                                       std::to_string(entry.producer));
      entry.producer = index;
      entry.isUsed = true;
    }
  return success();
}

LogicalResult SubgraphImporter::createArguments() {
  std::string where = "subgraph " + std::to_string(subgraphIndex);
  Block *body = function.addEntryBlock();
  for (int32_t index : toArrayRef(subgraph.inputs())) {
    if (failed(checkIndex(index, where + ", inputs")))
      return failure();
    ImportedTensor &entry = tensors[index];
    if (entry.isInput || entry.data)
      return importer.error(describeTensor(index))
             << (entry.data ? "is an input and has constant data"
                            : "is listed twice among the inputs");
    result.arguments.try_emplace(index, body->getNumArguments());
    entry.isInput = entry.isUsed = true;
    entry.value = body->addArgument(
        entry.type,
        NameLoc::get(builder.getStringAttr(toStringRef(entry.tensor->name()))));
  }
  function.setType(builder.getFunctionType(body->getArgumentTypes(), {}));
  for (int32_t index : toArrayRef(subgraph.inputs())) {
    FailureOr<TensorAttr> info = getInfo(index);
    if (failed(info))
      return failure();
    setTensorInfo(tensors[index].value, *info);
  }
  builder.setInsertionPointToEnd(body);
  return success();
}

Value SubgraphImporter::getNoValue() {
  if (!noValue)
    noValue = NoValueOp::create(builder, importer.getFileLoc(),
                                builder.getNoneType());
  return noValue;
}

/// Creates the constants and variables that operators and results use.
LogicalResult SubgraphImporter::createLeaves() {
  unsigned count = subgraph.operators() ? subgraph.operators()->size() : 0;
  auto createLeaf = [&](int32_t index, const Twine &where) -> LogicalResult {
    if (failed(checkIndex(index, where)))
      return failure();
    if (tensors[index].producer < 0 && failed(getValue(index)))
      return failure();
    return success();
  };
  for (unsigned index = 0; index < count; ++index)
    for (int32_t input :
         toArrayRef(subgraph.operators()->Get(index)->inputs())) {
      if (input == -1)
        getNoValue();
      else if (failed(createLeaf(input, describeOperator(index))))
        return failure();
    }
  std::string where = "subgraph " + std::to_string(subgraphIndex) + ", outputs";
  for (int32_t output : toArrayRef(subgraph.outputs()))
    if (failed(createLeaf(output, where)))
      return failure();
  return success();
}

/// Converters leave the shape of a fake-quantised weight out where they
/// transpose it: no dimensions, and no word of that being a scalar's shape.
/// Runtimes give results of these operators the shape of the input.
void SubgraphImporter::completeShape(StringRef opcode, Value input,
                                     int32_t output) {
  ImportedTensor &entry = tensors[output];
  auto type = dyn_cast<RankedTensorType>(input.getType());
  if ((opcode == "QUANTIZE" || opcode == "DEQUANTIZE") && type &&
      entry.type.getRank() == 0 && !entry.tensor->has_rank())
    entry.type =
        RankedTensorType::get(type.getShape(), entry.type.getElementType());
}

LogicalResult SubgraphImporter::importOperator(int32_t index) {
  const tflite::Operator &op = *subgraph.operators()->Get(index);
  std::string where = describeOperator(index);
  FailureOr<OperatorCode> code =
      importer.getOperatorCode(op.opcode_index(), where);
  if (failed(code))
    return failure();
  where += (" (" + code->name + ")").str();

  OperatorParts parts{op, *code, where, {}, {}, {}, {}};
  for (int32_t input : toArrayRef(op.inputs())) {
    if (input == -1) {
      parts.operands.push_back(getNoValue());
      continue;
    }
    if (tensors[input].producer >= index)
      return importer.error(where)
             << "reads tensor " << input << " before operator "
             << tensors[input].producer
             << " writes it; operators must be in the order in which they run";
    parts.operands.push_back(tensors[input].value);
  }
  if (importer.getBatch() && failed(applyBatch(index, *code, parts.operands)))
    return failure();
  for (int32_t output : toArrayRef(op.outputs())) {
    // A result that is left out has no tensor.
    if (output == -1) {
      parts.resultTypes.push_back(builder.getNoneType());
      parts.resultInfos.push_back(TensorAttr::get(
          importer.getContext(), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}));
      continue;
    }
    if (!parts.operands.empty())
      completeShape(code->name, parts.operands.front(), output);
    FailureOr<TensorAttr> info = getInfo(output);
    if (failed(info))
      return failure();
    parts.resultTypes.push_back(tensors[output].type);
    parts.resultInfos.push_back(*info);
  }
  for (int32_t intermediate : toArrayRef(op.intermediates())) {
    if (intermediate == -1) {
      parts.intermediates.push_back(TensorAttr::get(
          importer.getContext(), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}));
      continue;
    }
    if (failed(checkIndex(intermediate, where)))
      return failure();
    ImportedTensor &entry = tensors[intermediate];
    if (entry.data)
      return importer.error(where) << "has the constant tensor " << intermediate
                                   << " as intermediate";
    entry.isUsed = true;
    FailureOr<TensorAttr> info = getInfo(intermediate, /*withType=*/true);
    if (failed(info))
      return failure();
    parts.intermediates.push_back(*info);
  }
  FailureOr<Operation *> created = createOperator(importer, builder, parts);
  if (failed(created))
    return failure();
  for (auto [output, value] :
       llvm::zip_equal(toArrayRef(op.outputs()), (*created)->getResults()))
    if (output != -1)
      tensors[output].value = value;
  return success();
}

LogicalResult SubgraphImporter::importOperators() {
  unsigned count = subgraph.operators() ? subgraph.operators()->size() : 0;
  for (unsigned index = 0; index < count; ++index)
    if (failed(importOperator(index)))
      return failure();
  return success();
}

/// Tensors that nothing refers to are kept too: constants as constants without
/// uses, the others as an attribute of the function.
LogicalResult SubgraphImporter::importUnusedTensors() {
  SmallVector<Attribute> unused;
  for (size_t index = 0; index < tensors.size(); ++index) {
    if (tensors[index].isUsed)
      continue;
    if (tensors[index].data) {
      if (failed(getValue(index)))
        return failure();
      continue;
    }
    FailureOr<TensorAttr> info = getInfo(index, /*withType=*/true);
    if (failed(info))
      return failure();
    unused.push_back(*info);
  }
  if (!unused.empty())
    function->setAttr(kUnusedTensorsAttr, builder.getArrayAttr(unused));
  return success();
}

LogicalResult SubgraphImporter::createReturn() {
  SmallVector<Value> values;
  for (int32_t index : toArrayRef(subgraph.outputs())) {
    result.results.try_emplace(index, values.size());
    values.push_back(tensors[index].value);
  }
  func::ReturnOp::create(builder, importer.getFileLoc(), values);
  function.setType(builder.getFunctionType(function.getArgumentTypes(),
                                           ValueRange(values).getTypes()));
  return success();
}

LogicalResult SubgraphImporter::run() {
  if (subgraph.debug_metadata_index() != -1)
    function->setAttr(
        kDebugMetadataIndexAttr,
        builder.getI32IntegerAttr(subgraph.debug_metadata_index()));
  if (failed(importTensorTypes()) || failed(createArguments()) ||
      failed(findProducers()) || failed(createLeaves()) ||
      failed(importOperators()) || failed(importUnusedTensors()))
    return failure();
  return createReturn();
}

LogicalResult tfl::importSubgraph(ModelImporter &importer,
                                  const tflite::SubGraph &subgraph,
                                  unsigned index, ImportedSubgraph &result) {
  return SubgraphImporter(importer, subgraph, index, result).run();
}
