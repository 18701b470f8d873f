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
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
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

namespace mlir::mopt::detail {
// One function a family; see OpFamily.cpp.in.
#define MOPT_OP_FAMILY(name) void register##name##Ops(MoptDialect &dialect);
#include "mopt/Dialect/Mopt/IR/MoptOpFamilies.def"
#undef MOPT_OP_FAMILY
} // namespace mlir::mopt::detail

void MoptDialect::initialize() {
#define MOPT_OP_FAMILY(name) detail::register##name##Ops(*this);
#include "mopt/Dialect/Mopt/IR/MoptOpFamilies.def"
#undef MOPT_OP_FAMILY
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

/// An i32 attribute, whose value getInt() can give.
static bool isI32(Attribute attr) {
  auto integer = dyn_cast<IntegerAttr>(attr);
  return integer && integer.getType().isSignlessInteger(32);
}

template <typename AttrT>
static bool isArrayOf(Attribute attr) {
  auto array = dyn_cast<ArrayAttr>(attr);
  return array && llvm::all_of(array, llvm::IsaPred<AttrT>);
}

/// `pairs` is an array of ["name", index] with 0 <= index < count.
static LogicalResult verifySignatureSide(Operation *op, SignatureAttr signature,
                                         StringRef side, ArrayAttr pairs,
                                         int64_t count) {
  for (Attribute element : pairs) {
    auto pair = dyn_cast<ArrayAttr>(element);
    if (!pair || pair.size() != 2 || !isa<StringAttr>(pair[0]) ||
        !isI32(pair[1]))
      return op->emitOpError() << "signature " << signature.getKey() << ": "
                               << side << "s must be [\"name\", index : i32] "
                               << "pairs, got " << element;
    int64_t index = cast<IntegerAttr>(pair[1]).getInt();
    if (index < 0 || index >= count)
      return op->emitOpError()
             << "signature " << signature.getKey() << ": " << side << " "
             << pair[0] << " has index " << index << ", but function "
             << signature.getFunction() << " has " << count << " " << side
             << "s";
  }
  return success();
}

/// The function exists, and every pair names one of its arguments or results.
static LogicalResult verifySignature(Operation *op, SignatureAttr signature) {
  auto func = dyn_cast_or_null<func::FuncOp>(
      op->getNumRegions() == 1 && op->hasTrait<OpTrait::SymbolTable>()
          ? SymbolTable::lookupSymbolIn(op, signature.getFunction())
          : nullptr);
  // The function itself may not be verified yet.
  auto type =
      func ? func->getAttrOfType<TypeAttr>("function_type") : TypeAttr();
  auto functionType =
      type ? dyn_cast<FunctionType>(type.getValue()) : FunctionType();
  if (!functionType)
    return op->emitOpError()
           << "signature " << signature.getKey() << " refers to "
           << signature.getFunction() << ", which is no function of the module";
  if (failed(verifySignatureSide(op, signature, "input", signature.getInputs(),
                                 functionType.getNumInputs())))
    return failure();
  return verifySignatureSide(op, signature, "output", signature.getOutputs(),
                             functionType.getNumResults());
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
    if (!isI32(attr.getValue()) ||
        cast<IntegerAttr>(attr.getValue()).getInt() < 1)
      return op->emitOpError()
             << "attribute '" << name << "' must be a positive i32";
    return success();
  }
  if (name == kSchemaVersionAttr && !isI32(attr.getValue()))
    return op->emitOpError() << "attribute '" << name << "' must be an i32";
  if ((name == kDescriptionAttr || name == kSubgraphNameAttr ||
       name == kPreprocessAttr) &&
      !isa<StringAttr>(attr.getValue()))
    return op->emitOpError() << "attribute '" << name << "' must be a string";
  if (name == kMetadataAttr && !isArrayOf<MetadataAttr>(attr.getValue()))
    return op->emitOpError()
           << "attribute '" << name << "' must be an array of #mopt.metadata";
  if (name == kRequantizeAttr && !isa<RequantizeModeAttr>(attr.getValue()))
    return op->emitOpError()
           << "attribute '" << name << "' must be #mopt.requantize<...>";
  if (name == kSignaturesAttr) {
    if (!isArrayOf<SignatureAttr>(attr.getValue()))
      return op->emitOpError()
             << "attribute '" << name << "' must be an array of "
             << "#mopt.signature";
    for (auto signature :
         cast<ArrayAttr>(attr.getValue()).getAsRange<SignatureAttr>())
      if (failed(verifySignature(op, signature)))
        return failure();
  }
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
  return dyn_cast<TensorAttr>(infos[result.getResultNumber()]);
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
