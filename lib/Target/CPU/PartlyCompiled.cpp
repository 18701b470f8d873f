//===- PartlyCompiled.cpp - Compiled parts between evaluated ops ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The function and all that it calls are copied. A function whose ops all have
// a lowering is compiled as it is. In any other one, each run of ops that have
// one becomes a function of its own, which the rest calls. The interpreter runs
// what is left, and calls the machine code.
//
//===----------------------------------------------------------------------===//

#include "PartlyCompiled.h"

#include "CallGraph.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Conversion/Passes.h"
#include "mopt/Dialect/Mopt/IR/FormatInterfaces.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"
#include "mopt/Dialect/Mopt/Reference/HostedOp.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/Threading.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Expected;

/// On the ops of a function whose lowering is tried: the position of the op.
static constexpr llvm::StringLiteral kPositionAttr = "mopt.position";

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// Ops that bring a value and compute nothing.
static bool isLeaf(Operation *op) {
  return isa<ConstOp, NoValueOp, VariableOp>(op);
}

//===----------------------------------------------------------------------===//
// What can be compiled
//===----------------------------------------------------------------------===//

/// Positions in the body of `func` of the ops that are not compiled: a copy is
/// lowered, and what is left of it is looked at. std::nullopt if that fails.
static std::optional<llvm::DenseSet<int64_t>>
findEvaluatedOps(func::FuncOp func, RequantizeMode mode) {
  MLIRContext *context = func.getContext();
  Builder builder(context);
  OwningOpRef<ModuleOp> module(ModuleOp::create(func.getLoc()));
  func::FuncOp copy = func.clone();
  module->push_back(copy);
  llvm::DenseSet<int64_t> evaluated;
  for (auto [position, op] : llvm::enumerate(copy.getBody().front())) {
    op.setAttr(kPositionAttr, builder.getI64IntegerAttr(position));
    // State belongs to the interpreter, and functions to it or to executors of
    // their own.
    if (isa<HostedOp, func::CallOp>(op))
      evaluated.insert(position);
  }

  // The remarks about ops without a lowering are no news to the user.
  uint64_t thread = llvm::get_threadid();
  ScopedDiagnosticHandler silence(context, [&](Diagnostic &) {
    return success(llvm::get_threadid() == thread);
  });
  PassManager pm(context);
  // The functions that the copy calls are not in its module.
  pm.enableVerifier(false);
  ConvertMoptToLinalgPassOptions conversion;
  conversion.requantize = stringifyRequantizeMode(mode).str();
  pm.addPass(createConvertMoptToLinalgPass(conversion));
  if (failed(pm.run(*module)))
    return std::nullopt;

  module->walk([&](Operation *op) {
    if (!isa_and_present<MoptDialect>(op->getDialect()) || isLeaf(op))
      return;
    if (auto position = op->getAttrOfType<IntegerAttr>(kPositionAttr))
      evaluated.insert(position.getInt());
  });
  return evaluated;
}

/// The runs of ops of `func` that can be compiled, in order.
static SmallVector<SmallVector<Operation *>>
findParts(func::FuncOp func, const llvm::DenseSet<int64_t> &evaluated) {
  SmallVector<SmallVector<Operation *>> parts(1);
  for (auto [position, op] :
       llvm::enumerate(func.getBody().front().without_terminator())) {
    if (isLeaf(&op))
      continue;
    // A state belongs to one executor: that of the only op that uses it.
    bool sharesState = llvm::any_of(op.getOperands(), [](Value operand) {
      return operand.getDefiningOp<VariableOp>() && !operand.hasOneUse();
    });
    if (!evaluated.contains(position) && !sharesState)
      parts.back().push_back(&op);
    else if (!parts.back().empty())
      parts.emplace_back();
  }
  llvm::erase_if(parts, [](auto &part) { return part.empty(); });
  return parts;
}

//===----------------------------------------------------------------------===//
// Parts as functions
//===----------------------------------------------------------------------===//

/// Moves `part`, ops of `func`, into the function `name`, which takes their
/// place. Null if nothing uses their results.
static func::FuncOp outline(func::FuncOp func, ArrayRef<Operation *> part,
                            const Twine &name) {
  llvm::SmallPtrSet<Operation *, 16> inside(part.begin(), part.end());
  llvm::SetVector<Value> arguments, results;
  llvm::SetVector<Operation *> leaves;
  for (Operation *op : part) {
    for (Value operand : op->getOperands()) {
      Operation *producer = operand.getDefiningOp();
      if (producer && isLeaf(producer))
        leaves.insert(producer);
      else if (!producer || !inside.contains(producer))
        arguments.insert(operand);
    }
    for (Value result : op->getResults())
      if (llvm::any_of(result.getUsers(),
                       [&](Operation *user) { return !inside.contains(user); }))
        results.insert(result);
  }
  if (results.empty())
    return {};

  Location loc = part.front()->getLoc();
  OpBuilder builder(func);
  auto outlined = func::FuncOp::create(
      builder, loc, name.str(),
      builder.getFunctionType(ValueRange(arguments.getArrayRef()).getTypes(),
                              ValueRange(results.getArrayRef()).getTypes()));
  Block *body = outlined.addEntryBlock();
  builder.setInsertionPointToEnd(body);
  IRMapping mapping;
  mapping.map(arguments.getArrayRef(), body->getArguments());
  for (Operation *leaf : leaves)
    builder.clone(*leaf, mapping);
  for (Operation *op : part)
    builder.clone(*op, mapping);
  func::ReturnOp::create(builder, loc,
                         llvm::map_to_vector(results, [&](Value result) {
                           return mapping.lookup(result);
                         }));

  // After the last op all arguments are there; before it nothing outside used
  // the results.
  builder.setInsertionPointAfter(part.back());
  auto call =
      func::CallOp::create(builder, loc, outlined, arguments.getArrayRef());
  for (auto [old, value] : llvm::zip_equal(results, call.getResults()))
    Value(old).replaceUsesWithIf(value, [&](OpOperand &use) {
      return !inside.contains(use.getOwner());
    });
  for (Operation *op : llvm::reverse(part))
    op->erase();
  for (Operation *leaf : leaves)
    if (leaf->use_empty())
      leaf->erase();
  return outlined;
}

namespace {

/// The interpreter and the module that it runs.
class PartlyCompiledExecutor : public Executor {
public:
  PartlyCompiledExecutor(std::shared_ptr<OwningOpRef<ModuleOp>> module,
                         std::unique_ptr<Executor> executor)
      : module(std::move(module)), executor(std::move(executor)) {}

  FunctionType getFunctionType() const override {
    return executor->getFunctionType();
  }
  Expected<SmallVector<HostTensor>> run(ArrayRef<HostTensor> inputs) override {
    return executor->run(inputs);
  }
  void resetState() override { executor->resetState(); }
  std::unique_ptr<Executor> clone() const override {
    return std::make_unique<PartlyCompiledExecutor>(module, executor->clone());
  }

private:
  // Outlives the executor, which is declared after it.
  std::shared_ptr<OwningOpRef<ModuleOp>> module;
  std::unique_ptr<Executor> executor;
};

} // namespace

/// Adds the machine code of `func` to what is called.
static llvm::Error compile(func::FuncOp func, const ExecutorOptions &options,
                           CalleeExecutors &compiled) {
  Expected<std::unique_ptr<Executor>> executor =
      createCompiledExecutor(func, options);
  if (!executor)
    return executor.takeError();
  compiled[func] = std::move(*executor);
  return llvm::Error::success();
}

/// True if the types of the values that `func` takes and gives tell their
/// sizes.
static bool hasKnownSizes(TypeRange types) {
  return llvm::all_of(types, [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && getStorageBytes(tensor);
  });
}

/// Compiles what can be compiled of `func`: the whole of a callee, or parts.
static llvm::Error compileParts(func::FuncOp func, bool isCallee,
                                const llvm::DenseSet<int64_t> &evaluated,
                                const ExecutorOptions &options,
                                CalleeExecutors &compiled) {
  SmallVector<SmallVector<Operation *>> parts = findParts(func, evaluated);
  if (isCallee && evaluated.empty() && !parts.empty() &&
      hasKnownSizes(func.getArgumentTypes()) &&
      hasKnownSizes(func.getResultTypes()))
    return compile(func, options, compiled);
  std::string name = (func.getName() + "_part").str();
  for (auto [i, part] : llvm::enumerate(parts))
    if (func::FuncOp outlined = outline(func, part, name + Twine(i)))
      if (llvm::Error error = compile(outlined, options, compiled))
        return error;
  return llvm::Error::success();
}

Expected<std::unique_ptr<Executor>>
mopt::createPartlyCompiledExecutor(func::FuncOp func,
                                   const ExecutorOptions &options) {
  if (!hasKnownSizes(func.getArgumentTypes()))
    return nullptr;
  ExecutorOptions resolved = options;
  resolved.requantize = getRequantizeMode(func, options);
  auto module =
      std::make_shared<OwningOpRef<ModuleOp>>(ModuleOp::create(func.getLoc()));
  Expected<SmallVector<func::FuncOp>> functions = collectFunctions(func);
  if (!functions) {
    llvm::consumeError(functions.takeError());
    return nullptr;
  }
  for (func::FuncOp &function : *functions) {
    function = function.clone();
    (*module)->push_back(function);
  }
  func::FuncOp entry = functions->back();
  Expected<std::unique_ptr<Executor>> plain =
      createReferenceExecutor(entry, resolved);
  if (!plain) {
    llvm::consumeError(plain.takeError());
    return nullptr;
  }

  CalleeExecutors compiled;
  for (func::FuncOp function : *functions) {
    std::optional<llvm::DenseSet<int64_t>> evaluated =
        findEvaluatedOps(function, *resolved.requantize);
    // Nothing that the compiler does not know keeps it from compiling this.
    if (!evaluated || (function == entry && evaluated->empty()))
      return nullptr;
    if (llvm::Error error = compileParts(function, function != entry,
                                         *evaluated, resolved, compiled))
      return std::move(error);
  }
  Expected<std::unique_ptr<Executor>> executor =
      createReferenceExecutor(entry, resolved, std::move(compiled));
  if (!executor)
    return executor.takeError();
  return std::make_unique<PartlyCompiledExecutor>(std::move(module),
                                                  std::move(*executor));
}
