//===- PartitionedExecutor.cpp - A target and the CPU share a model -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/PartitionedExecutor.h"

#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Transforms/Partition/Passes.h"
#include "llvm/ADT/StringExtras.h"

#include <chrono>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

/// The target of what the CPU runs as machine code, while parts are outlined.
static constexpr llvm::StringLiteral kCompiledHost = "host";

namespace {

/// Measures each run of an executor.
class TimedExecutor : public Executor {
public:
  explicit TimedExecutor(std::unique_ptr<Executor> executor)
      : executor(std::move(executor)) {}

  FunctionType getFunctionType() const override {
    return executor->getFunctionType();
  }
  Expected<SmallVector<HostTensor>> run(ArrayRef<HostTensor> inputs) override {
    using Clock = std::chrono::steady_clock;
    Clock::time_point start = Clock::now();
    auto outputs = executor->run(inputs);
    microseconds =
        std::chrono::duration<double, std::micro>(Clock::now() - start).count();
    return outputs;
  }
  void resetState() override { executor->resetState(); }
  std::unique_ptr<Executor> clone() const override {
    return std::make_unique<TimedExecutor>(executor->clone());
  }

  std::unique_ptr<Executor> executor;
  double microseconds = 0;
};

class SharedExecutor : public PartitionedExecutor {
public:
  FunctionType getFunctionType() const override {
    return whole->getFunctionType();
  }
  Expected<SmallVector<HostTensor>> run(ArrayRef<HostTensor> inputs) override {
    auto outputs = whole->run(inputs);
    for (auto [part, timed] : llvm::zip(parts, timers))
      part.microseconds = timed->microseconds;
    return outputs;
  }
  void resetState() override { whole->resetState(); }
  /// A clone has no list of parts: those of the original are asked for.
  std::unique_ptr<Executor> clone() const override {
    auto copy = std::make_unique<SharedExecutor>();
    copy->module = module;
    copy->whole = whole->clone();
    copy->placements = placements;
    return copy;
  }

  ArrayRef<OperatorPlacement> getPlacements() const override {
    return placements;
  }
  ArrayRef<ExecutorPart> getParts() const override { return parts; }

  /// Takes an executor of a part, to give it to the one of the whole.
  std::unique_ptr<Executor> addPart(std::unique_ptr<Executor> executor,
                                    StringRef target, std::string ops) {
    parts.push_back({target.str(), std::move(ops), executor.get(), 0});
    auto timed = std::make_unique<TimedExecutor>(std::move(executor));
    timers.push_back(timed.get());
    return timed;
  }

  // Outlives the executor, which is declared after it.
  std::shared_ptr<OwningOpRef<ModuleOp>> module;
  std::unique_ptr<Executor> whole;
  std::vector<OperatorPlacement> placements;
  std::vector<ExecutorPart> parts;
  std::vector<TimedExecutor *> timers;
};

/// Divides a function and compiles the parts.
class Divider {
public:
  Divider(func::FuncOp func, const PartitionTarget &target,
          const CompilePart &compile, const ExecutorOptions &options)
      : original(func), target(target), compile(compile), options(options),
        result(std::make_unique<SharedExecutor>()) {
    this->options.requantize = getRequantizeMode(func, options);
  }

  Expected<std::unique_ptr<PartitionedExecutor>> run() {
    auto parent = original->getParentOfType<ModuleOp>();
    if (!parent)
      return llvm::createStringError("function @" + original.getName() +
                                     " is in no module");
    result->module = std::make_shared<OwningOpRef<ModuleOp>>(
        cast<ModuleOp>(parent->clone()));
    func = (*result->module)->lookupSymbol<func::FuncOp>(original.getName());
    placed = placeOps(func, target);
    for (const PlacedOp &op : placed)
      result->placements.push_back(describe(op));
    if (tryWhole())
      return std::move(result);
    if (Error error = outline())
      return std::move(error);
    if (Error error = compileParts())
      return std::move(error);
    auto whole = createReferenceExecutor(func, options, std::move(callees));
    if (!whole)
      return whole.takeError();
    result->whole = std::move(*whole);
    return std::move(result);
  }

private:
  OperatorPlacement describe(const PlacedOp &op) const {
    OperatorPlacement placement;
    placement.op = getOperatorName(op.op);
    if (op.op->getNumResults())
      placement.name = getTensorName(op.op->getResult(0)).str();
    if (op.placement == Placement::Mapped) {
      placement.target = target.getName().str();
      placement.note = op.detail;
      return placement;
    }
    placement.target = kHostTarget.str();
    placement.reason = op.status;
    if (!op.detail.empty())
      placement.reason += ": " + op.detail;
    return placement;
  }

  /// Operators of a function, in one line.
  static std::string listOps(func::FuncOp func) {
    SmallVector<std::string> names;
    for (Operation &op : func.getOps())
      if (isModelOperator(&op))
        names.push_back(getOperatorName(&op));
    return llvm::join(names, " ");
  }

  /// Compiles the function as it is, if the target takes all of it.
  bool tryWhole() {
    if (placed.empty() ||
        countPlaced(placed, Placement::Mapped) != int64_t(placed.size()))
      return false;
    Expected<std::unique_ptr<Executor>> executor = compile(func);
    if (!executor) {
      std::string reason = llvm::toString(executor.takeError());
      for (auto [op, placement] : llvm::zip_equal(placed, result->placements)) {
        op.placement = Placement::Unsupported;
        placement.target = kHostTarget.str();
        placement.reason = reason;
      }
      return false;
    }
    std::string ops = listOps(func);
    result->whole =
        result->addPart(std::move(*executor), target.getName(), std::move(ops));
    return true;
  }

  /// Machine code is made of ops whose shapes are known.
  static bool hasKnownTypes(Operation *op) {
    auto isKnown = [](Type type) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      return isa<NoneType>(type) || (tensor && getStorageBytes(tensor));
    };
    return llvm::all_of(op->getOperandTypes(), isKnown) &&
           llvm::all_of(op->getResultTypes(), isKnown) &&
           op->getNumResults() > 0;
  }

  /// Makes functions of the runs of the target and of the CPU.
  Error outline() {
    Builder builder(func.getContext());
    for (const PlacedOp &op : placed) {
      StringRef name = target.getName();
      if (op.placement != Placement::Mapped)
        name = hasKnownTypes(op.op) ? StringRef(kCompiledHost)
                                    : StringRef(kHostTarget);
      op.op->setAttr(kTargetAttr, builder.getStringAttr(name));
    }
    PassManager pm(func.getContext());
    pm.addPass(createOutlinePartitionPass());
    if (failed(pm.run(**result->module)))
      return llvm::createStringError("cannot divide @" + func.getName() +
                                     " into parts");
    return Error::success();
  }

  Error compileParts() {
    // Of the operators that the target took, in order.
    SmallVector<OperatorPlacement *> mapped;
    for (OperatorPlacement &placement : result->placements)
      if (placement.target == target.getName())
        mapped.push_back(&placement);
    size_t next = 0;
    for (func::FuncOp part : (*result->module)->getOps<func::FuncOp>()) {
      auto name = part->getAttrOfType<StringAttr>(kTargetAttr);
      if (!name)
        continue;
      std::string ops = listOps(part);
      if (name == target.getName()) {
        size_t count = llvm::count_if(
            part.getOps(), [](Operation &op) { return isModelOperator(&op); });
        auto mine = llvm::ArrayRef(mapped).slice(next, count);
        next += count;
        Expected<std::unique_ptr<Executor>> executor = compile(part);
        if (executor) {
          callees[part] = result->addPart(std::move(*executor),
                                          target.getName(), std::move(ops));
          continue;
        }
        std::string reason = llvm::toString(executor.takeError());
        for (OperatorPlacement *placement : mine) {
          placement->target = kHostTarget.str();
          placement->reason = reason;
        }
      }
      compileForHost(part, std::move(ops));
    }
    return Error::success();
  }

  void compileForHost(func::FuncOp part, std::string ops) {
    Expected<std::unique_ptr<Executor>> executor =
        createJITExecutor(part, options);
    if (executor)
      callees[part] =
          result->addPart(std::move(*executor), kHostTarget, std::move(ops));
    else
      // The interpreter runs it, or says why it cannot.
      llvm::consumeError(executor.takeError());
  }

  func::FuncOp original, func;
  const PartitionTarget &target;
  const CompilePart &compile;
  ExecutorOptions options;
  std::unique_ptr<SharedExecutor> result;
  std::vector<PlacedOp> placed;
  CalleeExecutors callees;
};

} // namespace

Expected<std::unique_ptr<PartitionedExecutor>> mopt::createPartitionedExecutor(
    func::FuncOp func, const PartitionTarget &target,
    const CompilePart &compile, const ExecutorOptions &options) {
  return Divider(func, target, compile, options).run();
}

llvm::json::Array
mopt::placementsToJSON(ArrayRef<OperatorPlacement> placements) {
  llvm::json::Array array;
  for (const OperatorPlacement &placement : placements) {
    llvm::json::Object object{{"operator", placement.op},
                              {"name", llvm::json::fixUTF8(placement.name)},
                              {"target", placement.target}};
    if (!placement.reason.empty())
      object["reason"] = llvm::json::fixUTF8(placement.reason);
    else if (!placement.note.empty())
      object["note"] = llvm::json::fixUTF8(placement.note);
    array.push_back(std::move(object));
  }
  return array;
}
