//===- Program.cpp - A function apart from its data -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include "CallGraph.h"
#include "ExpandCalls.h"
#include "KernelPipeline.h"
#include "ProfileMarks.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mopt/Dialect/Mopt/IR/ControlOps.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"
#include "mopt/Dialect/Mopt/IR/SparseEncoding.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/FoldConstants.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

#include <map>

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

/// Fails where the size of a value that `func` takes or gives is not known.
static Error checkSignature(func::FuncOp func) {
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
  return Error::success();
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

namespace {

/// Copies a function and what it calls into a module of their own, with large
/// constants and variables as extra arguments.
class ProgramBuilder {
public:
  ProgramBuilder(Program &program, RequantizeMode mode, StringRef mcpu,
                 ComputeType compute)
      : program(program), mode(mode), mcpu(mcpu), compute(compute) {}

  Expected<OwningOpRef<ModuleOp>> build(func::FuncOp func, bool numbered) {
    program.type = func.getFunctionType();
    program.name = func.getName().str();
    Expected<SmallVector<func::FuncOp>> functions = collectFunctions(func);
    if (!functions)
      return functions.takeError();
    OwningOpRef<ModuleOp> module(ModuleOp::create(func.getLoc()));
    for (func::FuncOp function : *functions) {
      if (Error error = checkSignature(function))
        return std::move(error);
      func::FuncOp copy = function.clone();
      module->push_back(copy);
      if (Error error = addFunction(copy, function == func && numbered))
        return std::move(error);
    }
    func::FuncOp entry = copies.back().func;
    entry.setName(func.getName());
    entry.setPublic();
    returnUnshaped(entry);
    for (const Copy &copy : copies)
      passData(copy);
    Builder builder(func.getContext());
    for (auto [callee, variable] : firstUses)
      callee->setAttr(kFirstUseAttr,
                      builder.getI64IntegerAttr(getNumber({true, variable})));
    return module;
  }

private:
  /// A weight or a variable, in the order of the arguments.
  struct Data {
    bool isVariable;
    unsigned index;
    bool operator<(const Data &other) const {
      return std::pair(isVariable, index) <
             std::pair(other.isVariable, other.index);
    }
  };

  /// A function, and the data that it takes: its own, which replaces an op, and
  /// that of the functions it calls (null).
  struct Copy {
    func::FuncOp func;
    std::map<Data, Operation *> data;
  };

  /// The place of `data` among that of the program, once it is complete.
  unsigned getNumber(Data data) const {
    return data.isVariable ? program.weights.size() + data.index : data.index;
  }

  Error addFunction(func::FuncOp func, bool numbered);
  Error collectWeights(Copy &copy);
  void collectVariables(Copy &copy);
  Error collectResources(Copy &copy);
  void collectCallees(Copy &copy);
  unsigned addVariable(RankedTensorType type) {
    program.variables.push_back(type);
    return program.variables.size() - 1;
  }
  void passData(const Copy &copy);

  Program &program;
  RequantizeMode mode;
  StringRef mcpu;
  ComputeType compute;
  /// Callees first; by their names in the model.
  SmallVector<Copy> copies;
  llvm::StringMap<unsigned> places;
  /// Resource variables by container and name, what tells whether a function
  /// has run: indices of variables.
  std::map<std::pair<StringRef, StringRef>, unsigned> resources;
  llvm::MapVector<Operation *, unsigned> firstUses;
};

} // namespace

/// Makes sparse constants dense; fails with what is wrong with one.
static Error decodeConstants(func::FuncOp func) {
  std::string message;
  ScopedDiagnosticHandler capture(func.getContext(), [&](Diagnostic &entry) {
    message = entry.str();
    return success();
  });
  if (failed(decodeSparseConstants(func)))
    return makeError("{0}", message);
  return Error::success();
}

/// Adds `func`, a copy.
Error ProgramBuilder::addFunction(func::FuncOp func, bool numbered) {
  places[func.getName()] = copies.size();
  // Names of the model might be those of functions of C.
  func.setName((program.name + "_subgraph_" + Twine(copies.size())).str());
  func.setPrivate();
  // What is said of arguments has no meaning for the code.
  func->removeAttr(func.getArgAttrsAttrName());
  func->removeAttr(func.getResAttrsAttrName());
  if (numbered)
    numberOps(func);
  // Weights that are stored in fewer bits than their readers want, or without
  // their zeros.
  if (Error error = decodeConstants(func))
    return error;
  foldConstants(func, mode);
  if (Error error = selectKernels(func, mode, mcpu, compute))
    return error;
  Copy &copy = copies.emplace_back(Copy{func, {}});
  if (Error error = collectWeights(copy))
    return error;
  collectVariables(copy);
  if (Error error = collectResources(copy))
    return error;
  collectCallees(copy);
  return Error::success();
}

Error ProgramBuilder::collectWeights(Copy &copy) {
  for (auto op : llvm::to_vector(copy.func.getOps<ConstOp>())) {
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
    unsigned index = program.weights.size();
    copy.data[{/*isVariable=*/false, index}] = op;
    // Code that takes packed elements apart would do it at every run.
    program.weights.push_back(isPacked(type) ? unpack(*tensor) : *tensor);
  }
  return Error::success();
}

void ProgramBuilder::collectVariables(Copy &copy) {
  for (auto op : copy.func.getOps<VariableOp>())
    copy.data[{/*isVariable=*/true,
               addVariable(cast<RankedTensorType>(op.getType()))}] = op;
}

/// The type of the value that `op` reads from or assigns to a variable; null if
/// it does neither.
static RankedTensorType getAccessedType(Operation *op) {
  if (auto read = dyn_cast<ReadVariableOp>(op))
    return cast<RankedTensorType>(read.getValue().getType());
  if (auto assign = dyn_cast<AssignVariableOp>(op))
    return cast<RankedTensorType>(assign.getValue().getType());
  return {};
}

/// A handle becomes the variable itself: an argument of the type of its value.
Error ProgramBuilder::collectResources(Copy &copy) {
  for (auto op : llvm::to_vector(copy.func.getOps<VarHandleOp>())) {
    if (op->use_empty()) {
      op.erase();
      continue;
    }
    std::pair key(op.getContainer(), op.getSharedName());
    for (Operation *user : op->getUsers()) {
      RankedTensorType type = getAccessedType(user);
      if (!type)
        return makeError("'{0}' takes the handle of variable '{1}', which only "
                         "read_variable and assign_variable may in code",
                         user->getName().getStringRef(), key.second);
      if (!getStorageBytes(type))
        return makeError("variable '{0}' has values of type {1}, whose size is "
                         "not known",
                         key.second, printType(type));
      auto [entry, isNew] = resources.try_emplace(key, 0);
      if (isNew)
        entry->second = addVariable(type);
      RankedTensorType kept = program.variables[entry->second];
      if (getStorageType(kept) != getStorageType(type))
        return makeError("variable '{0}' has values of type {1} and of {2}",
                         key.second, printType(kept), printType(type));
    }
    auto [entry, isNew] =
        copy.data.try_emplace({/*isVariable=*/true, resources.at(key)}, op);
    if (isNew)
      continue;
    op.replaceAllUsesWith(entry->second);
    op.erase();
  }
  return Error::success();
}

/// Names the copies of the functions that are called, and takes their data.
void ProgramBuilder::collectCallees(Copy &copy) {
  auto visit = [&](FlatSymbolRefAttr name) {
    Copy &callee = copies[places.lookup(name.getValue())];
    for (const auto &[data, op] : callee.data)
      copy.data.try_emplace(data, nullptr);
    return FlatSymbolRefAttr::get(callee.func.getNameAttr());
  };
  copy.func.walk([&](Operation *op) {
    if (auto once = dyn_cast<CallOnceOp>(op)) {
      FlatSymbolRefAttr name = once.getInitSubgraphIndexAttr();
      Operation *callee = copies[places.lookup(name.getValue())].func;
      auto [entry, isNew] = firstUses.insert({callee, 0});
      if (isNew)
        entry->second = addVariable(
            RankedTensorType::get({}, IntegerType::get(op->getContext(), 8)));
      copy.data.try_emplace({/*isVariable=*/true, entry->second}, nullptr);
    }
    if (auto calling = dyn_cast<SubgraphOp>(op)) {
      for (StringRef name : calling.getSubgraphAttrNames())
        op->setAttr(name, visit(op->getAttrOfType<FlatSymbolRefAttr>(name)));
    } else if (auto call = dyn_cast<func::CallOp>(op)) {
      OpBuilder builder(call);
      call.replaceAllUsesWith(mopt::CallOp::create(
          builder, call.getLoc(), call.getResultTypes(), call.getOperands(),
          visit(call.getCalleeAttr())));
      call.erase();
    }
  });
}

/// Makes the data of a function arguments of it.
void ProgramBuilder::passData(const Copy &copy) {
  func::FuncOp func = copy.func;
  Builder builder(func.getContext());
  for (auto [data, op] : copy.data) {
    auto [isVariable, index] = data;
    RankedTensorType type = isVariable ? program.variables[index]
                                       : program.weights[index].getType();
    auto attributes = builder.getDictionaryAttr(builder.getNamedAttr(
        kProgramDataAttr, builder.getI64IntegerAttr(getNumber(data))));
    unsigned position = func.getNumArguments();
    (void)func.insertArgument(position, type, attributes, func.getLoc());
    if (!op)
      continue;
    op->getResult(0).replaceAllUsesWith(func.getArgument(position));
    op->erase();
  }
}

Expected<OwningOpRef<ModuleOp>>
mopt::separateData(func::FuncOp func, Program &program, RequantizeMode mode,
                   StringRef mcpu, ComputeType compute, bool numbered) {
  return ProgramBuilder(program, mode, mcpu, compute).build(func, numbered);
}
