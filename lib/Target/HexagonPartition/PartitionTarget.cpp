//===- PartitionTarget.cpp - What Hexagon takes of a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/Hexagon/PartitionTarget.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Conversion/MoptToHVX/MoptToHVX.h"
#include "mopt/Conversion/MoptToLinalg/LoweredOps.h"
#include "mopt/Conversion/MoptToLinalg/MoptToLinalg.h"
#include "mopt/Conversion/Passes.h"
#include "mopt/Dialect/Mopt/IR/FormatInterfaces.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/HostedOp.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Target/Hexagon/AddRuntime.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Threading.h"

using namespace mlir;
using namespace mlir::mopt;

using Result = std::optional<Refusal>;

static Refusal refusal(const char *status, const Twine &detail) {
  return {status, detail.str()};
}

/// Ops that bring a value and compute nothing.
static bool isLeaf(Operation *op) {
  return isa_and_present<ConstOp, NoValueOp, VariableOp>(op);
}

/// What `op` calls of libm, if mopt has no code for that; else null.
static const char *getMissingFunction(Operation *op) {
  if (isa<math::SinOp>(op))
    return "sinf";
  if (isa<math::CosOp>(op))
    return "cosf";
  if (isa<math::Atan2Op>(op))
    return "atan2f";
  if (isa<math::PowFOp>(op))
    return "powf";
  if (isa<math::ErfOp>(op))
    return "erff";
  if (isa<math::ErfcOp>(op))
    return "erfcf";
  if (!op->getNumResults() || !op->getResult(0).getType().isF64())
    return nullptr;
  if (isa<math::ExpOp>(op))
    return "exp";
  if (isa<math::LogOp>(op))
    return "log";
  if (isa<math::TanhOp>(op))
    return "tanh";
  if (isa<math::FmaOp>(op))
    return "fma";
  return nullptr;
}

/// The first function that `module` calls and mopt has no code for; empty if
/// there is none.
static std::string findMissingFunction(ModuleOp module) {
  static const llvm::StringSet<> runtime = [] {
    llvm::Expected<llvm::StringSet<>> names = getHexagonRuntimeFunctions();
    if (names)
      return std::move(*names);
    llvm::consumeError(names.takeError());
    return llvm::StringSet<>();
  }();
  for (auto func : module.getOps<func::FuncOp>())
    if (func.isExternal() && !runtime.contains(func.getName()))
      return func.getName().str();
  std::string missing;
  module->walk([&](Operation *op) {
    if (const char *name = getMissingFunction(op); name && missing.empty())
      missing = name;
  });
  return missing;
}

/// A module with a function of nothing but a copy of `op`.
static OwningOpRef<ModuleOp> isolate(Operation *op) {
  Location loc = op->getLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  SmallVector<Value> arguments;
  for (Value operand : op->getOperands())
    if (!isLeaf(operand.getDefiningOp()) &&
        !llvm::is_contained(arguments, operand))
      arguments.push_back(operand);
  OpBuilder builder(module->getBodyRegion());
  auto func = func::FuncOp::create(
      builder, loc, "op",
      builder.getFunctionType(TypeRange(ValueRange(arguments)),
                              op->getResultTypes()));
  Block *body = func.addEntryBlock();
  builder.setInsertionPointToEnd(body);
  IRMapping mapping;
  mapping.map(ValueRange(arguments), body->getArguments());
  for (Value operand : op->getOperands())
    if (!mapping.contains(operand))
      builder.clone(*operand.getDefiningOp(), mapping);
  Operation *copy = builder.clone(*op, mapping);
  func::ReturnOp::create(builder, loc, copy->getResults());
  return module;
}

/// Lowers a copy of `op`; std::nullopt if that is all that it takes.
static Result tryLowering(Operation *op) {
  OwningOpRef<ModuleOp> module = isolate(op);
  std::string message;
  uint64_t thread = llvm::get_threadid();
  ScopedDiagnosticHandler handler(op->getContext(), [&](Diagnostic &entry) {
    if (llvm::get_threadid() != thread)
      return failure();
    if (message.empty())
      message = entry.str();
    return success();
  });
  PassManager pm(op->getContext());
  ConvertMoptToLinalgPassOptions conversion;
  conversion.requantize = stringifyRequantizeMode(RequantizeMode::Fixed).str();
  conversion.rejectRemaining = true;
  pm.addPass(createConvertMoptToLinalgPass(conversion));
  if (failed(pm.run(*module))) {
    // What stands before the reason names the op, as the report does.
    StringRef reason = message;
    size_t place = reason.find(": ");
    if (place != StringRef::npos)
      reason = reason.substr(place + 2);
    return refusal("no lowering", reason);
  }
  std::string missing = findMissingFunction(*module);
  if (!missing.empty())
    return refusal("no function",
                   "calls " + missing + ", which mopt has no code for");
  return std::nullopt;
}

namespace {

class HexagonTarget : public PartitionTarget {
public:
  explicit HexagonTarget(std::optional<RequantizeMode> mode) : mode(mode) {}

  StringRef getName() const override { return kHexagonTarget; }

  bool knows(StringRef op) const override {
    static const llvm::StringSet<> known = findKnownOps();
    return known.contains(op);
  }

  Result refuse(Operation *op) const override {
    // Of operands and results.
    auto isOpen = [](Value value) {
      auto tensor = dyn_cast<RankedTensorType>(value.getType());
      return !isa<NoneType>(value.getType()) &&
             (!tensor || !tensor.hasStaticShape());
    };
    SmallVector<Value> values(op->getOperands());
    llvm::append_range(values, op->getResults());
    if (auto open = llvm::find_if(values, isOpen); open != values.end())
      return refusal("open shape", "the size of '" + getTensorName(*open) +
                                       "' is known at run time only");
    if (isa<HostedOp>(op))
      return refusal("not alone",
                     "control flow and variables are compiled with "
                     "the function that they are in");
    return tryLowering(op);
  }

  std::string describe(Operation *op) const override {
    // What these compute, others do.
    if (isa<HostedOp>(op))
      return {};
    std::optional<std::string> reason = explainNoHVXKernel(op, getMode(op));
    return reason ? "scalar code: " + *reason : std::string();
  }

private:
  /// What compilation for Hexagon takes where nobody asks for another one.
  RequantizeMode getMode(Operation *op) const {
    if (mode)
      return *mode;
    auto module = op->getParentOfType<ModuleOp>();
    bool isGiven = module && module->hasAttr(kRequantizeAttr);
    return isGiven ? getRequantizeMode(op, ExecutorOptions())
                   : RequantizeMode::Fixed;
  }

  /// All ops that have a lowering, some forms of which may call too much.
  static llvm::StringSet<> findKnownOps() {
    MLIRContext context;
    context.getOrLoadDialect<MoptDialect>();
    LoweredOps lowered(context);
    llvm::StringSet<> known;
    for (RegisteredOperationName op : context.getRegisteredOperationsByDialect(
             MoptDialect::getDialectNamespace()))
      if (lowered.contains(op))
        known.insert(op.getStringRef());
    return known;
  }

  std::optional<RequantizeMode> mode;
};

} // namespace

std::unique_ptr<PartitionTarget>
mopt::createHexagonTarget(std::optional<RequantizeMode> mode) {
  return std::make_unique<HexagonTarget>(mode);
}

void mopt::registerHexagonTarget() {
  registerPartitionTarget(kHexagonTarget, [] { return createHexagonTarget(); });
}
