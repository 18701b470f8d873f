//===- MoptDialect.cpp - The mopt dialect -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

#include "MoptBytecode.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/DialectImplementation.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::mopt;

#include "mopt/Dialect/Mopt/IR/MoptDialect.cpp.inc"
#include "mopt/Dialect/Mopt/IR/MoptEnums.cpp.inc"

static FailureOr<DenseF32ArrayAttr> parseExactFloats(AsmParser &parser) {
  SmallVector<float> values;
  auto parseValue = [&]() -> ParseResult {
    APFloat value(APFloat::IEEEsingle());
    if (parser.parseFloat(APFloat::IEEEsingle(), value))
      return failure();
    values.push_back(value.convertToFloat());
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseValue))
    return failure();
  return DenseF32ArrayAttr::get(parser.getContext(), values);
}

static void printExactFloats(AsmPrinter &printer, DenseF32ArrayAttr values) {
  printer << '[';
  llvm::interleaveComma(values.asArrayRef(), printer, [&](float value) {
    printer.printFloat(APFloat(value));
  });
  printer << ']';
}

#define GET_ATTRDEF_CLASSES
#include "mopt/Dialect/Mopt/IR/MoptAttrs.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "mopt/Dialect/Mopt/IR/MoptTypes.cpp.inc"

void MoptDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "mopt/Dialect/Mopt/IR/MoptOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "mopt/Dialect/Mopt/IR/MoptAttrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "mopt/Dialect/Mopt/IR/MoptTypes.cpp.inc"
      >();
  addBytecodeInterface(this);
}

LogicalResult MoptDialect::verifyOperationAttribute(Operation *op,
                                                    NamedAttribute attr) {
  StringRef name = attr.getName();
  if (name == kTensorsAttr || name == kIntermediatesAttr) {
    auto array = dyn_cast<ArrayAttr>(attr.getValue());
    if (!array || !llvm::all_of(array, llvm::IsaPred<TensorAttr>))
      return op->emitOpError()
             << "attribute '" << name << "' must be an array of #mopt.tensor";
    if (name == kTensorsAttr && array.size() != op->getNumResults())
      return op->emitOpError()
             << "attribute '" << name << "' has " << array.size()
             << " elements for " << op->getNumResults() << " results";
    return success();
  }
  if (name == kVersionAttr) {
    auto version = dyn_cast<IntegerAttr>(attr.getValue());
    if (!version || version.getInt() < 1)
      return op->emitOpError()
             << "attribute '" << name << "' must be a positive integer";
    return success();
  }
  if (name == kRequantizeAttr && !isa<RequantizeModeAttr>(attr.getValue()))
    return op->emitOpError()
           << "attribute '" << name << "' must be #mopt.requantize<...>";
  return success();
}

LogicalResult MoptDialect::verifyRegionArgAttribute(Operation *op,
                                                    unsigned regionIndex,
                                                    unsigned argIndex,
                                                    NamedAttribute attr) {
  if (attr.getName() == kTensorAttr && !isa<TensorAttr>(attr.getValue()))
    return op->emitOpError() << "argument " << argIndex << ": attribute '"
                             << kTensorAttr << "' must be a #mopt.tensor";
  return success();
}

TensorAttr mopt::getTensorInfo(Value value) {
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    auto func = dyn_cast<FunctionOpInterface>(arg.getOwner()->getParentOp());
    if (!func || !arg.getOwner()->isEntryBlock())
      return {};
    return func.getArgAttrOfType<TensorAttr>(arg.getArgNumber(), kTensorAttr);
  }
  auto result = cast<OpResult>(value);
  auto infos = result.getOwner()->getAttrOfType<ArrayAttr>(kTensorsAttr);
  if (!infos || result.getResultNumber() >= infos.size())
    return {};
  return cast<TensorAttr>(infos[result.getResultNumber()]);
}

void mopt::setTensorInfo(Value value, TensorAttr info) {
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    auto func = cast<FunctionOpInterface>(arg.getOwner()->getParentOp());
    func.setArgAttr(arg.getArgNumber(), kTensorAttr, info);
    return;
  }
  auto result = cast<OpResult>(value);
  Operation *op = result.getOwner();
  MLIRContext *context = op->getContext();
  auto old = op->getAttrOfType<ArrayAttr>(kTensorsAttr);
  SmallVector<Attribute> infos;
  if (old)
    infos.assign(old.begin(), old.end());
  infos.resize(op->getNumResults(), TensorAttr::get(context, {}, {}, {}, {}, {},
                                                    {}, {}, {}, {}, {}));
  infos[result.getResultNumber()] = info;
  op->setAttr(kTensorsAttr, ArrayAttr::get(context, infos));
}

StringRef mopt::getTensorName(Value value) {
  TensorAttr info = getTensorInfo(value);
  return info && info.getName() ? info.getName().getValue() : StringRef();
}
