//===- DivideLoops.cpp - Work of a function in items -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DivideLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mopt/Dialect/Kernel/IR/IndependentLoops.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// Cost model
//===----------------------------------------------------------------------===//

/// Work is counted in instructions, roughly; a core does about 7 in a
/// nanosecond. A function with less than some 10 us is not worth the time that
/// it takes to wake a thread, an item should have about one.
static constexpr double kLeastWork = 70e3;
static constexpr double kItemWork = 7e3;

/// Scalar loops become loops over vectors of about so many elements.
static constexpr double kAssumedVector = 8;
static constexpr double kFunctionCall = 20;

/// Of loops whose bounds are computed: the rows of a window inside of an image.
static constexpr int64_t kAssumedTrips = 3;

static std::optional<int64_t> getTripCount(scf::ForOp loop) {
  auto lower = getConstantIntValue(loop.getLowerBound()),
       upper = getConstantIntValue(loop.getUpperBound()),
       step = getConstantIntValue(loop.getStep());
  if (!lower || !upper || !step || *step <= 0)
    return std::nullopt;
  return std::max<int64_t>(llvm::divideCeil(*upper - *lower, *step), 0);
}

static double getWork(Block &block);

static double getWork(Operation &op) {
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    int64_t assumed = kAssumedTrips;
    if (auto trips =
            loop->getAttrOfType<IntegerAttr>(kernel::kAssumedTripsAttr))
      assumed = trips.getInt();
    return getTripCount(loop).value_or(assumed) * getWork(*loop.getBody());
  }
  if (op.getNumRegions() > 0) {
    double work = 0;
    for (Region &region : op.getRegions())
      for (Block &block : region)
        work += getWork(block);
    return work;
  }
  if (isa<func::CallOp>(op) || isa<math::MathDialect>(op.getDialect()))
    return kFunctionCall;
  // Addresses and constants.
  if (op.hasTrait<OpTrait::ConstantLike>() ||
      (op.getNumResults() == 1 && op.getResult(0).getType().isIndex()))
    return 0;
  return 1;
}

static double getWork(Block &block) {
  double work = 0;
  bool isInnermost = isa<scf::ForOp>(block.getParentOp()), hasVectors = false;
  for (Operation &op : block) {
    work += getWork(op);
    isInnermost &= op.getNumRegions() == 0;
    hasVectors |= llvm::any_of(op.getResultTypes(), llvm::IsaPred<VectorType>);
  }
  return isInnermost && !hasVectors ? work / kAssumedVector : work;
}

//===----------------------------------------------------------------------===//
// Items
//===----------------------------------------------------------------------===//

static bool isIndependent(Operation &op) {
  auto loop = dyn_cast<scf::ForOp>(op);
  return loop && loop->hasAttr(kernel::kIndependentAttr) &&
         loop->getNumResults() == 0 && getTripCount(loop);
}

/// True if `op` may be done in every item, or in none that needs no result. Who
/// calls the function has memory on the stack of its own.
static bool isRepeatable(Operation &op) {
  return isMemoryEffectFree(&op) || hasSingleEffect<MemoryEffects::Read>(&op) ||
         isa<memref::AllocaOp>(op);
}

namespace {

/// A loop in items: `grain` iterations each, or, if its body is divided too,
/// `inner` of them in each iteration.
struct LoopItems {
  int64_t trips, grain = 1, inner = 1;
  bool isNested = false;

  int64_t getCount() const {
    return isNested ? trips * inner : llvm::divideCeil(trips, grain);
  }
};

class Divider {
public:
  explicit Divider(bool everything)
      : leastWork(everything ? 0 : kLeastWork),
        itemWork(everything ? 1 : kItemWork) {}

  /// True if all that `func` does can be divided, into at least two items.
  bool plan(func::FuncOp func);
  int64_t getCount() const { return count; }
  /// Does the items of [begin, end) only.
  void divide(func::FuncOp func, Value begin, Value end);

private:
  LoopItems planLoop(scf::ForOp loop);
  /// Items of the loops of `block`; nothing if it does anything else.
  std::optional<int64_t> planBlock(Block &block);
  void restrict(ImplicitLocOpBuilder &b, scf::ForOp loop, Value begin,
                Value end);
  void restrict(Block &block, Value begin, Value end);

  double leastWork, itemWork;
  DenseMap<Operation *, LoopItems> items;
  /// Ops of the function besides its loops; an item if they write something.
  SmallVector<Operation *> rest;
  bool hasRest = false;
  int64_t count = 0;
};

} // namespace

LoopItems Divider::planLoop(scf::ForOp loop) {
  LoopItems plan;
  plan.trips = *getTripCount(loop);
  double work = getWork(*loop.getBody());
  if (work >= 2 * itemWork) {
    if (std::optional<int64_t> inner = planBlock(*loop.getBody())) {
      plan.isNested = true;
      plan.inner = *inner;
    }
  } else if (work < itemWork) {
    // A power of two, so that elements that lie side by side divide between
    // cache lines.
    plan.grain = llvm::PowerOf2Ceil(
        std::max<int64_t>(itemWork / std::max(work, 1e-3), 1));
  }
  items[loop] = plan;
  return plan;
}

std::optional<int64_t> Divider::planBlock(Block &block) {
  int64_t sum = 0;
  for (Operation &op : block.without_terminator()) {
    if (isIndependent(op))
      sum += planLoop(cast<scf::ForOp>(op)).getCount();
    else if (!isRepeatable(op))
      return std::nullopt;
  }
  if (sum < 2)
    return std::nullopt;
  return sum;
}

bool Divider::plan(func::FuncOp func) {
  Block &block = func.getBody().front();
  if (getWork(block) < leastWork)
    return false;
  for (Operation &op : block.without_terminator()) {
    if (isIndependent(op)) {
      count += planLoop(cast<scf::ForOp>(op)).getCount();
      continue;
    }
    rest.push_back(&op);
    if (isRepeatable(op))
      continue;
    // Registers of a unit of the thread that runs it.
    if (isa<LLVM::CallIntrinsicOp>(op))
      return false;
    hasRest = true;
    // It will be done in one item only.
    for (Operation *user : op.getUsers())
      if (isIndependent(*block.findAncestorOpInBlock(*user)))
        return false;
  }
  count += hasRest;
  return count > 1;
}

void Divider::restrict(ImplicitLocOpBuilder &b, scf::ForOp loop, Value begin,
                       Value end) {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  LoopItems plan = items.lookup(loop);
  auto at = [&](Value iteration) -> Value {
    Value offset = arith::MulIOp::create(b, iteration, loop.getStep());
    return arith::AddIOp::create(b, loop.getLowerBound(), offset);
  };
  if (!plan.isNested) {
    Value first = arith::MulIOp::create(b, begin, index(plan.grain));
    Value last = arith::MulIOp::create(b, end, index(plan.grain));
    last = arith::MinSIOp::create(b, last, index(plan.trips));
    Value lowerBound = at(first), upperBound = at(last);
    loop.setLowerBound(lowerBound);
    loop.setUpperBound(upperBound);
    return;
  }
  Value inner = index(plan.inner);
  Value first = arith::DivUIOp::create(b, begin, inner);
  Value last = arith::CeilDivUIOp::create(b, end, inner);
  Value lowerBound = at(first), upperBound = at(last);
  Value from = loop.getLowerBound();
  loop.setLowerBound(lowerBound);
  loop.setUpperBound(upperBound);

  b.setInsertionPointToStart(loop.getBody());
  Value iteration = arith::DivUIOp::create(
      b, arith::SubIOp::create(b, loop.getInductionVar(), from),
      loop.getStep());
  Value done = arith::MulIOp::create(b, iteration, inner);
  restrict(*loop.getBody(), arith::SubIOp::create(b, begin, done),
           arith::SubIOp::create(b, end, done));
}

/// The loops of `block` do what of [begin, end) is theirs; the range may reach
/// beyond on both sides.
void Divider::restrict(Block &block, Value begin, Value end) {
  int64_t offset = 0;
  for (auto loop : llvm::to_vector(block.getOps<scf::ForOp>())) {
    auto plan = items.find(loop);
    if (plan == items.end())
      continue;
    int64_t size = plan->second.getCount();
    OpBuilder builder(loop);
    ImplicitLocOpBuilder b(loop.getLoc(), builder);
    auto index = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, value);
    };
    auto clamp = [&](Value value) -> Value {
      value = arith::SubIOp::create(b, value, index(offset));
      value = arith::MaxSIOp::create(b, value, index(0));
      return arith::MinSIOp::create(b, value, index(size));
    };
    Value first = clamp(begin), last = clamp(end);
    restrict(b, loop, first, last);
    offset += size;
  }
}

void Divider::divide(func::FuncOp func, Value begin, Value end) {
  Block &block = func.getBody().front();
  if (hasRest) {
    // The last item. What the loops use as well stays where it is.
    OpBuilder builder(block.getTerminator());
    Location loc = func.getLoc();
    Value last = arith::ConstantIndexOp::create(builder, loc, count);
    Value isAsked = arith::CmpIOp::create(builder, loc,
                                          arith::CmpIPredicate::eq, end, last);
    // An empty range may stand at the end.
    Value isSome = arith::CmpIOp::create(builder, loc,
                                         arith::CmpIPredicate::ult, begin, end);
    Value holds = arith::AndIOp::create(builder, loc, isAsked, isSome);
    auto branch = scf::IfOp::create(builder, loc, holds, /*withElse=*/false);
    builder.setInsertionPoint(branch.thenBlock()->getTerminator());
    IRMapping mapping;
    for (Operation *op : rest)
      builder.clone(*op, mapping);
    for (Operation *op : llvm::reverse(rest))
      if (op->use_empty())
        op->erase();
  }
  restrict(block, begin, end);
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

void mopt::lowerToIndependentLoops(func::FuncOp func) {
  IRRewriter rewriter(func.getContext());
  for (auto op :
       llvm::to_vector(func.getBody().front().getOps<linalg::LinalgOp>())) {
    if (!op.hasPureBufferSemantics())
      continue;
    rewriter.setInsertionPoint(op);
    SmallVector<utils::IteratorType> kinds = op.getIteratorTypesArray();
    FailureOr<linalg::LinalgLoops> loops =
        linalg::linalgOpToLoops(rewriter, op);
    if (failed(loops))
      continue;
    for (auto [loop, kind] : llvm::zip(*loops, kinds)) {
      if (kind != utils::IteratorType::parallel)
        break;
      loop->setAttr(kernel::kIndependentAttr, rewriter.getUnitAttr());
    }
    rewriter.eraseOp(op);
  }
}

void mopt::divideFunctions(func::FuncOp caller, bool everything) {
  auto module = caller->getParentOfType<ModuleOp>();
  SymbolTableCollection tables;
  SymbolUserMap users(tables, module);
  SymbolTable &symbols = tables.getSymbolTable(module);
  for (auto call :
       llvm::to_vector(caller.getBody().front().getOps<func::CallOp>())) {
    auto func = symbols.lookup<func::FuncOp>(call.getCallee());
    // Kernels and loops that were outlined, not functions of the model.
    if (!func || func.isExternal() || !func.isPrivate() ||
        func.getNumResults() != 0 || !func.getBody().hasOneBlock() ||
        !llvm::hasSingleElement(users.getUsers(func)))
      continue;
    Divider divider(everything);
    if (!divider.plan(func))
      continue;
    OpBuilder builder(call);
    Location loc = call.getLoc();
    Type index = builder.getIndexType();
    unsigned first = func.getNumArguments();
    (void)func.insertArguments({first, first}, {index, index}, {{}, {}},
                               {loc, loc});
    divider.divide(func, func.getArgument(first), func.getArgument(first + 1));
    // Attributes of this name reach LLVM IR.
    func->setAttr("passthrough",
                  builder.getArrayAttr({builder.getStrArrayAttr(
                      {kItemsAttr, std::to_string(divider.getCount())})}));
    SmallVector<Value> operands(call.getOperands());
    operands.push_back(arith::ConstantIndexOp::create(builder, loc, 0));
    operands.push_back(
        arith::ConstantIndexOp::create(builder, loc, divider.getCount()));
    func::CallOp::create(builder, loc, func, operands);
    call.erase();
  }
}
