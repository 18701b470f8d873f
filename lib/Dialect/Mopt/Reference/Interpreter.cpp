//===- Interpreter.cpp - Runs a function with the reference evaluators -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/SymbolTable.h"
#include "mopt/Dialect/Mopt/IR/FormatInterfaces.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/SparseEncoding.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"
#include "mopt/Dialect/Mopt/Reference/HostedOp.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Threading.h"

#include <deque>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

// A larger tensor is a mistake in the model: the format cannot store it, and
// allocating it would end the process.
static constexpr uint64_t kMaxTensorBytes = uint64_t(1) << 32;

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

/// Emits an error unless a tensor of `type` can be allocated.
static LogicalResult checkAllocatable(Operation *op, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  std::optional<uint64_t> bytes;
  if (tensor)
    bytes = getStorageBytes(tensor);
  if (!bytes)
    return op->emitOpError("has a result of unknown size, ") << type;
  if (*bytes > kMaxTensorBytes)
    return op->emitOpError("has a result of more than ")
           << kMaxTensorBytes << " bytes, " << type;
  return success();
}

RequantizeMode mopt::getRequantizeMode(Operation *op,
                                       const ExecutorOptions &options) {
  if (options.requantize)
    return *options.requantize;
  Operation *module = op;
  while (Operation *parent = module->getParentOp())
    module = parent;
  auto attr = module->getAttrOfType<RequantizeModeAttr>(kRequantizeAttr);
  return attr ? attr.getValue() : RequantizeMode::Float;
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// Writes the elements of `value` in the storage form: sub-byte elements
/// packed with the first in the lowest bits, booleans one byte.
static void packElements(DenseElementsAttr value, MutableArrayRef<char> bytes) {
  unsigned width = value.getElementType().getIntOrFloatBitWidth();
  unsigned perByte = width == 1 ? 1 : 8 / width;
  for (auto [i, element] : llvm::enumerate(value.getValues<APInt>()))
    bytes[i / perByte] |=
        static_cast<char>(element.getZExtValue() << (i % perByte * width));
}

Expected<HostTensor> mopt::getConstantTensor(ConstOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  std::optional<uint64_t> size = getStorageBytes(type);
  if (size && *size > kMaxTensorBytes)
    return makeError("constant '{0}' of type {1} is larger than {2} bytes",
                     getTensorName(op.getResult()), printType(type),
                     kMaxTensorBytes);
  TensorAttr info = getTensorInfo(op.getResult());
  if (info && info.getSparsity()) {
    Expected<std::vector<char>> bytes =
        densify(type, info.getSparsity(), op.getRawBytes());
    if (!bytes)
      return makeError("constant '{0}': {1}", getTensorName(op.getResult()),
                       llvm::toString(bytes.takeError()));
    HostTensor tensor = HostTensor::allocate(type);
    llvm::copy(*bytes, tensor.getMutableBytes().begin());
    return tensor;
  }
  auto dense = dyn_cast<DenseElementsAttr>(op.getValue());
  bool isPacked = dense && dense.getElementType().isIntOrFloat() &&
                  dense.getElementType().getIntOrFloatBitWidth() < 8;
  if (dense && size && isPacked) {
    HostTensor tensor = HostTensor::allocate(type);
    packElements(dense, tensor.getMutableBytes());
    return tensor;
  }
  if (dense && size && dense.isSplat()) {
    HostTensor tensor = HostTensor::allocate(type);
    MutableArrayRef<char> bytes = tensor.getMutableBytes();
    ArrayRef<char> element = dense.getRawData();
    for (size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = element[i % element.size()];
    return tensor;
  }
  ArrayRef<char> bytes = op.getRawBytes();
  if (size && bytes.size() != *size)
    return makeError("constant '{0}' of type {1} has {2} bytes, expected {3}",
                     getTensorName(op.getResult()), printType(type),
                     bytes.size(), *size);
  return HostTensor::borrow(type, bytes);
}

HostTensor mopt::getConstantBytes(Value value) {
  auto op = value ? value.getDefiningOp<ConstOp>() : ConstOp();
  if (!op)
    return {};
  Expected<HostTensor> tensor = getConstantTensor(op);
  if (!tensor) {
    llvm::consumeError(tensor.takeError());
    return {};
  }
  return *tensor;
}

std::optional<SmallVector<int64_t>> mopt::getConstantIntegers(Value value) {
  HostTensor tensor = getConstantBytes(value);
  if (!tensor)
    return std::nullopt;
  return getIntegers(tensor);
}

//===----------------------------------------------------------------------===//
// Program
//===----------------------------------------------------------------------===//

namespace {

/// What is known of a function before it runs; shared by clones.
struct Program {
  DenseMap<Operation *, HostTensor> constants;
  /// By op and symbol reference.
  DenseMap<std::pair<Operation *, Attribute>, func::FuncOp> callees;
  /// The values that nothing reads after an op.
  DenseMap<Operation *, SmallVector<Value, 2>> deaths;
};

/// Collects a Program from a function and everything it calls.
class ProgramBuilder {
public:
  explicit ProgramBuilder(Program &program) : program(program) {}

  Error addFunction(func::FuncOp func) {
    if (llvm::is_contained(path, func))
      return makeError("function @{0} calls itself; recursion has no reference "
                       "evaluation",
                       func.getName());
    if (!done.insert(func))
      return Error::success();
    if (!llvm::hasSingleElement(func.getBody()))
      return makeError("function @{0} must have a body of one block",
                       func.getName());
    path.push_back(func);
    Block &block = func.getBody().front();
    for (BlockArgument arg : block.getArguments())
      addDeath(arg);
    for (Operation &op : block) {
      if (Error error = addOp(op))
        return error;
      for (Value result : op.getResults())
        addDeath(result);
    }
    path.pop_back();
    return Error::success();
  }

private:
  Error addOp(Operation &op) {
    if (auto constant = dyn_cast<ConstOp>(op)) {
      Expected<HostTensor> tensor = getConstantTensor(constant);
      if (!tensor)
        return tensor.takeError();
      program.constants[&op] = *tensor;
      return Error::success();
    }
    if (auto call = dyn_cast<func::CallOp>(op))
      return addCallee(op, call.getCalleeAttr());
    if (auto calling = dyn_cast<SubgraphOp>(op))
      for (StringRef name : calling.getSubgraphAttrNames())
        if (Error error =
                addCallee(op, op.getAttrOfType<FlatSymbolRefAttr>(name)))
          return error;
    if (isa<EvaluableOp, HostedOp, NoValueOp, VariableOp, func::ReturnOp>(op))
      return Error::success();
    std::string what = op.getName().getStringRef().str();
    if (auto opaque = dyn_cast<OpaqueOp>(op))
      what += (" (" + opaque.getOpcode() + ")").str();
    else if (auto custom = dyn_cast<CustomOp>(op))
      what += (" (" + custom.getCustomCode() + ")").str();
    return makeError("'{0}' has no reference evaluation", what);
  }

  Error addCallee(Operation &op, FlatSymbolRefAttr symbol) {
    auto callee =
        SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(&op, symbol);
    if (!callee)
      return makeError("call of an unknown function @{0}", symbol.getValue());
    program.callees[{&op, symbol}] = callee;
    return addFunction(callee);
  }

  void addDeath(Value value) {
    Operation *last = value.getDefiningOp();
    for (Operation *user : value.getUsers())
      if (!last || last->isBeforeInBlock(user))
        last = user;
    if (last)
      program.deaths[last].push_back(value);
  }

  Program &program;
  llvm::SetVector<Operation *> done;
  SmallVector<func::FuncOp> path;
};

//===----------------------------------------------------------------------===//
// Executor
//===----------------------------------------------------------------------===//

class ReferenceExecutor : public Executor, private EvalHost {
public:
  ReferenceExecutor(func::FuncOp func, std::shared_ptr<const Program> program,
                    RequantizeMode mode, EvaluationObserver observer,
                    CalleeExecutors callees)
      : func(func), program(std::move(program)), mode(mode),
        observer(std::move(observer)), callees(std::move(callees)) {}

  FunctionType getFunctionType() const override {
    return const_cast<func::FuncOp &>(func).getFunctionType();
  }

  Expected<SmallVector<HostTensor>> run(ArrayRef<HostTensor> inputs) override;

  void resetState() override {
    state = State();
    for (auto &[callee, executor] : callees)
      executor->resetState();
  }

  std::unique_ptr<Executor> clone() const override {
    CalleeExecutors copies;
    for (auto &[callee, executor] : callees)
      copies[callee] = executor->clone();
    return std::make_unique<ReferenceExecutor>(func, program, mode, observer,
                                               std::move(copies));
  }

private:
  using Frame = DenseMap<Value, HostTensor>;

  /// What lives from run to run.
  struct State {
    DenseMap<Operation *, HostTensor> variables;
    /// Resources by container and name; a handle is an index of the values. A
    /// deque, so that a value stays where it is.
    DenseMap<std::pair<StringAttr, StringAttr>, int32_t> handles;
    std::deque<HostTensor> resources;
    llvm::DenseSet<Attribute> usedFunctions;
  };

  LogicalResult call(Operation *op, FlatSymbolRefAttr callee,
                     ArrayRef<HostTensor> inputs,
                     SmallVectorImpl<HostTensor> &results) override;
  bool isFirstUse(FlatSymbolRefAttr function) override {
    return state.usedFunctions.insert(function).second;
  }
  int32_t getResource(StringAttr container, StringAttr name) override;
  HostTensor *getResourceValue(int32_t handle) override {
    bool isKnown =
        handle >= 0 && static_cast<size_t>(handle) < state.resources.size();
    return isKnown ? &state.resources[handle] : nullptr;
  }

  LogicalResult runFunction(func::FuncOp callee, ArrayRef<HostTensor> inputs,
                            SmallVectorImpl<HostTensor> &results);
  LogicalResult runOp(Operation &op, Frame &frame);
  LogicalResult evaluate(Operation &op, ArrayRef<HostTensor> inputs,
                         SmallVectorImpl<HostTensor> &outputs);
  HostTensor getVariable(VariableOp op);

  func::FuncOp func;
  std::shared_ptr<const Program> program;
  RequantizeMode mode;
  EvaluationObserver observer;
  CalleeExecutors callees;
  State state;
};

} // namespace

void mopt::fillWithInitialState(HostTensor &tensor) {
  QuantParams params = getQuantParams(tensor.getType());
  char value = 0;
  if (tensor.getStorageElementType().isSignlessInteger(8) &&
      params.isQuantized() && !params.isPerAxis())
    value = static_cast<char>(params.zeroPoint());
  llvm::fill(tensor.getMutableBytes(), value);
}

HostTensor ReferenceExecutor::getVariable(VariableOp op) {
  HostTensor &tensor = state.variables[op];
  if (!tensor) {
    tensor = HostTensor::allocate(cast<RankedTensorType>(op.getType()));
    fillWithInitialState(tensor);
  }
  return tensor;
}

LogicalResult
ReferenceExecutor::evaluate(Operation &op, ArrayRef<HostTensor> inputs,
                            SmallVectorImpl<HostTensor> &outputs) {
  if (auto hosted = dyn_cast<HostedOp>(op))
    return hosted.evaluateIn(*this, inputs, outputs);
  for (Type type : op.getResultTypes()) {
    if (failed(checkAllocatable(&op, type)))
      return failure();
    outputs.push_back(HostTensor::allocate(cast<RankedTensorType>(type)));
  }
  EvalContext context(inputs, outputs, mode);
  return cast<EvaluableOp>(op).evaluate(context);
}

LogicalResult ReferenceExecutor::runOp(Operation &op, Frame &frame) {
  if (isa<ConstOp>(op)) {
    frame[op.getResult(0)] = program->constants.lookup(&op);
    return success();
  }
  if (isa<NoValueOp>(op)) {
    frame[op.getResult(0)] = HostTensor();
    return success();
  }
  if (auto variable = dyn_cast<VariableOp>(op)) {
    if (failed(checkAllocatable(variable, variable.getType())))
      return failure();
    frame[op.getResult(0)] = getVariable(variable);
    return success();
  }
  SmallVector<HostTensor> inputs, outputs;
  for (Value operand : op.getOperands())
    inputs.push_back(frame.lookup(operand));
  if (auto caller = dyn_cast<func::CallOp>(op)) {
    if (failed(call(&op, caller.getCalleeAttr(), inputs, outputs)))
      return failure();
  } else {
    if (failed(evaluate(op, inputs, outputs)))
      return failure();
    if (observer)
      observer(&op, outputs);
  }
  for (auto [result, tensor] : llvm::zip_equal(op.getResults(), outputs))
    frame[result] = tensor;
  return success();
}

LogicalResult ReferenceExecutor::call(Operation *op, FlatSymbolRefAttr callee,
                                      ArrayRef<HostTensor> inputs,
                                      SmallVectorImpl<HostTensor> &results) {
  return runFunction(program->callees.lookup({op, callee}), inputs, results);
}

int32_t ReferenceExecutor::getResource(StringAttr container, StringAttr name) {
  auto [entry, isNew] = state.handles.try_emplace(
      {container, name}, static_cast<int32_t>(state.resources.size()));
  if (isNew)
    state.resources.emplace_back();
  return entry->second;
}

LogicalResult
ReferenceExecutor::runFunction(func::FuncOp callee, ArrayRef<HostTensor> inputs,
                               SmallVectorImpl<HostTensor> &results) {
  if (auto compiled = callees.find(callee); compiled != callees.end()) {
    Expected<SmallVector<HostTensor>> values = compiled->second->run(inputs);
    if (!values)
      return callee.emitError(llvm::toString(values.takeError()));
    results.append(*values);
    return success();
  }
  Frame frame;
  Block &block = callee.getBody().front();
  for (auto [arg, tensor] : llvm::zip_equal(block.getArguments(), inputs))
    frame[arg] = asType(tensor, cast<RankedTensorType>(arg.getType()));
  for (Operation &op : block.without_terminator()) {
    if (failed(runOp(op, frame)))
      return failure();
    if (auto deaths = program->deaths.find(&op);
        deaths != program->deaths.end())
      for (Value value : deaths->second)
        frame.erase(value);
  }
  for (Value operand : block.getTerminator()->getOperands())
    results.push_back(frame.lookup(operand));
  return success();
}

Expected<SmallVector<HostTensor>>
ReferenceExecutor::run(ArrayRef<HostTensor> inputs) {
  ArrayRef<Type> types = getFunctionType().getInputs();
  if (inputs.size() != types.size())
    return makeError("function @{0} takes {1} inputs, {2} given",
                     func.getName(), types.size(), inputs.size());
  for (auto [i, type] : llvm::enumerate(types)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    std::optional<uint64_t> bytes;
    if (tensor)
      bytes = getStorageBytes(tensor);
    if (bytes && inputs[i].getBytes().size() != *bytes)
      return makeError("input {0} of @{1} has {2} bytes, {3} needs {4}", i,
                       func.getName(), inputs[i].getBytes().size(),
                       printType(type), *bytes);
  }
  // The caller gets one error, not a diagnostic and an error. Other threads'
  // diagnostics pass on to their own handlers.
  std::string message;
  uint64_t thread = llvm::get_threadid();
  ScopedDiagnosticHandler handler(
      func.getContext(), [&](Diagnostic &diagnostic) -> LogicalResult {
        if (llvm::get_threadid() != thread)
          return failure();
        if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
          return failure();
        if (!message.empty())
          message += "; ";
        message += diagnostic.str();
        return success();
      });
  // The evaluators read the types of the function, whatever the caller's
  // tensors are called (the storage type is enough for a caller).
  SmallVector<HostTensor> arguments;
  for (auto [type, input] : llvm::zip_equal(types, inputs)) {
    HostTensor argument = input;
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      argument = HostTensor::borrow(tensor, input.getBytes());
    arguments.push_back(argument);
  }
  SmallVector<HostTensor> values;
  if (failed(runFunction(func, arguments, values)))
    return llvm::createStringError(message.empty() ? "evaluation failed"
                                                   : message);
  SmallVector<HostTensor> results;
  for (const HostTensor &value : values) {
    // A result may be an input, a constant or a variable: not the caller's.
    HostTensor copy =
        HostTensor::allocate(value.getType(), value.getBytes().size());
    llvm::copy(value.getBytes(), copy.getMutableBytes().begin());
    results.push_back(copy);
  }
  return results;
}

static Expected<std::unique_ptr<Executor>>
createExecutor(func::FuncOp func, const ExecutorOptions &options,
               EvaluationObserver observer, CalleeExecutors callees) {
  auto program = std::make_shared<Program>();
  if (Error error = ProgramBuilder(*program).addFunction(func))
    return std::move(error);
  return std::make_unique<ReferenceExecutor>(
      func, std::move(program), getRequantizeMode(func, options),
      std::move(observer), std::move(callees));
}

Expected<std::unique_ptr<Executor>>
mopt::createReferenceExecutor(func::FuncOp func, const ExecutorOptions &options,
                              EvaluationObserver observer) {
  return createExecutor(func, options, std::move(observer), CalleeExecutors());
}

Expected<std::unique_ptr<Executor>>
mopt::createReferenceExecutor(func::FuncOp func, const ExecutorOptions &options,
                              CalleeExecutors callees) {
  return createExecutor(func, options, {}, std::move(callees));
}

Expected<std::unique_ptr<Executor>>
mopt::createReferenceExecutor(func::FuncOp func,
                              const ExecutorOptions &options) {
  return createExecutor(func, options, {}, CalleeExecutors());
}
