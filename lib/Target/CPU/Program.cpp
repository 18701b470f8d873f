//===- Program.cpp - A function apart from its data -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include "KernelPipeline.h"
#include "ProfileMarks.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/FoldConstants.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

/// Constants up to this size become part of the code; larger ones are passed
/// by their address in the model.
static constexpr uint64_t kInlineConstantBytes = 256;

template <typename... Args>
static Error makeError(const char *format, Args &&...args) {
  return llvm::createStringError(
      llvm::formatv(format, std::forward<Args>(args)...).str());
}

static std::string printType(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// True if the elements of `type` are signed and lie several in a byte.
static bool isPacked(RankedTensorType type) {
  Type storage = getStorageElementType(type.getElementType());
  return storage.isSignlessInteger() && !storage.isInteger(1) &&
         storage.getIntOrFloatBitWidth() < 8;
}

/// The packed type `elementType` with 8 bits of storage for the same values.
static Type getUnpackedType(Type elementType) {
  auto i8 = IntegerType::get(elementType.getContext(), 8);
  if (auto type = dyn_cast<quant::UniformQuantizedType>(elementType))
    return quant::UniformQuantizedType::get(
        type.getFlags(), i8, type.getExpressedType(), type.getScale(),
        type.getZeroPoint(), type.getStorageTypeMin(),
        type.getStorageTypeMax());
  if (auto type = dyn_cast<quant::UniformQuantizedPerAxisType>(elementType))
    return quant::UniformQuantizedPerAxisType::get(
        type.getFlags(), i8, type.getExpressedType(), type.getScales(),
        type.getZeroPoints(), type.getQuantizedDimension(),
        type.getStorageTypeMin(), type.getStorageTypeMax());
  return i8;
}

/// The elements of a packed tensor, one a byte.
static HostTensor unpack(const HostTensor &tensor) {
  HostTensor bytes = HostTensor::allocate(RankedTensorType::get(
      tensor.getShape(), getUnpackedType(tensor.getType().getElementType())));
  llvm::copy(unpackSubByte(tensor), bytes.asMutable<int8_t>().begin());
  return bytes;
}

namespace {

/// Copies the function into a module of its own, with large constants and
/// variables as extra arguments.
class ProgramBuilder {
public:
  explicit ProgramBuilder(Program &program) : program(program) {}

  Expected<OwningOpRef<ModuleOp>> build(func::FuncOp func, RequantizeMode mode,
                                        StringRef mcpu, bool numbered) {
    if (!llvm::hasSingleElement(func.getBody()))
      return makeError("function @{0} must have a body of one block",
                       func.getName());
    for (Type type : llvm::concat<const Type>(func.getArgumentTypes(),
                                              func.getResultTypes())) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (!tensor || !getStorageBytes(tensor))
        return makeError("function @{0} has an input or result of type {1}, "
                         "whose size is not known",
                         func.getName(), printType(type));
    }
    program.type = func.getFunctionType();
    program.name = func.getName().str();

    OwningOpRef<ModuleOp> module(ModuleOp::create(func.getLoc()));
    auto copy = cast<func::FuncOp>(func->clone());
    module->push_back(copy);
    // What is said of arguments has no meaning for the code.
    copy.setPublic();
    copy->removeAttr(copy.getArgAttrsAttrName());
    copy->removeAttr(copy.getResAttrsAttrName());
    if (numbered)
      numberOps(copy);
    // Weights that are stored in fewer bits than their readers want.
    foldConstants(copy, mode);
    if (Error error = selectKernels(copy, mode, mcpu))
      return std::move(error);
    if (Error error = hoistWeights(copy))
      return std::move(error);
    hoistVariables(copy);
    returnUnshaped(copy);
    return module;
  }

private:
  Error hoistWeights(func::FuncOp func) {
    for (auto op : llvm::to_vector(func.getOps<ConstOp>())) {
      if (op->use_empty()) {
        op.erase();
        continue;
      }
      auto type = cast<RankedTensorType>(op.getType());
      std::optional<uint64_t> bytes = getStorageBytes(type);
      if (!bytes || (*bytes <= kInlineConstantBytes && !isPacked(type)))
        continue;
      Expected<HostTensor> tensor = getConstantTensor(op);
      if (!tensor)
        return tensor.takeError();
      // Code that takes packed elements apart would do it at every run.
      program.weights.push_back(isPacked(type) ? unpack(*tensor) : *tensor);
      replaceByArgument(func, op, program.weights.back().getType());
    }
    return Error::success();
  }

  void hoistVariables(func::FuncOp func) {
    for (auto op : llvm::to_vector(func.getOps<VariableOp>())) {
      auto type = cast<RankedTensorType>(op.getType());
      program.variables.push_back(type);
      replaceByArgument(func, op, type);
    }
  }

  /// Returns what a last reshape takes instead of its result: the caller, who
  /// knows the shape, gets the same bytes, and nothing has to be copied from
  /// where they were computed.
  static void returnUnshaped(func::FuncOp func) {
    Operation *terminator = func.getBody().front().getTerminator();
    for (OpOperand &operand : terminator->getOpOperands()) {
      Operation *op = operand.get().getDefiningOp();
      while (isa_and_present<ReshapeOp, SqueezeOp, ExpandDimsOp>(op)) {
        auto from = dyn_cast<RankedTensorType>(op->getOperand(0).getType());
        auto to = dyn_cast<RankedTensorType>(op->getResult(0).getType());
        if (!from || !to || getStorageBytes(from) != getStorageBytes(to) ||
            getStorageElementType(from.getElementType()) !=
                getStorageElementType(to.getElementType()))
          break;
        operand.set(op->getOperand(0));
        if (op->use_empty())
          op->erase();
        op = operand.get().getDefiningOp();
      }
    }
    func.setFunctionType(FunctionType::get(func.getContext(),
                                           func.getArgumentTypes(),
                                           terminator->getOperandTypes()));
  }

  static void replaceByArgument(func::FuncOp func, Operation *op,
                                RankedTensorType type) {
    unsigned index = func.getNumArguments();
    (void)func.insertArgument(index, type, {}, op->getLoc());
    op->getResult(0).replaceAllUsesWith(func.getArgument(index));
    op->erase();
  }

  Program &program;
};

} // namespace

Expected<OwningOpRef<ModuleOp>>
mopt::separateData(func::FuncOp func, Program &program, RequantizeMode mode,
                   StringRef mcpu, bool numbered) {
  return ProgramBuilder(program).build(func, mode, mcpu, numbered);
}
