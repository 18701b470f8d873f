//===- Profile.cpp - Time of each op of a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/CPU/Profile.h"

#include "HostCalls.h"
#include "KernelPipeline.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mopt/Dialect/Kernel/IR/KernelOps.h"
#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/SparseEncoding.h"
#include "mopt/Dialect/Mopt/Reference/FoldConstants.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

#include <chrono>

using namespace mlir;
using namespace mlir::mopt;
using Clock = std::chrono::steady_clock;

namespace {
/// The times of the run that this thread is in.
struct Timeline {
  SmallVector<double> microseconds;
  int64_t current = -1;
  Clock::time_point begin;
};
} // namespace

static thread_local Timeline timeline;

static void mark(int64_t number) {
  Clock::time_point now = Clock::now();
  if (timeline.current >= 0)
    timeline.microseconds[timeline.current] +=
        std::chrono::duration<double, std::micro>(now - timeline.begin).count();
  timeline.current = number;
  // What was done here is nobody's time.
  timeline.begin = Clock::now();
}

/// Each element of the result is a sum over the weights of its channel, the
/// last dimension.
static int64_t countMACs(Operation *op) {
  if (!isa<Conv2DOp, DepthwiseConv2DOp, FullyConnectedOp>(op))
    return 0;
  auto weights = cast<RankedTensorType>(op->getOperand(1).getType());
  auto result = cast<RankedTensorType>(op->getResult(0).getType());
  int64_t channels = result.getRank() ? result.getShape().back() : 1;
  if (!weights.hasStaticShape() || !result.hasStaticShape() || channels == 0)
    return 0;
  return result.getNumElements() * (weights.getNumElements() / channels);
}

static OpProfile describe(Operation &op) {
  OpProfile profile;
  profile.op = op.getName().stripDialect().str();
  profile.name = getTensorName(op.getResult(0)).str();
  if (auto type = dyn_cast<RankedTensorType>(op.getResult(0).getType()))
    profile.shape = llvm::to_vector(type.getShape());
  profile.macs = countMACs(&op);
  return profile;
}

SmallVector<OpProfile> mopt::describeOps(func::FuncOp func) {
  SmallVector<OpProfile> ops;
  for (auto [number, op] : llvm::enumerate(func.getBody().front())) {
    if (isa<ConstOp, VariableOp, NoValueOp>(op) || op.getNumResults() == 0)
      continue;
    ops.push_back(describe(op));
    ops.back().number = number;
  }
  return ops;
}

/// By the number of an op: what part of the steps its kernel takes, if that is
/// one that leaves out zeros.
static llvm::Expected<DenseMap<int64_t, double>>
findSparseKernels(func::FuncOp func, const ExecutorOptions &options) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(func.getLoc());
  func::FuncOp copy = func.clone();
  module->push_back(copy);
  // As code is made of it.
  RequantizeMode mode = getRequantizeMode(func, options);
  numberOps(copy);
  if (failed(decodeSparseConstants(copy)))
    return llvm::createStringError("a sparse constant cannot be made dense");
  foldConstants(copy, mode);
  if (llvm::Error error =
          selectKernels(copy, mode, options.mcpu, options.compute))
    return std::move(error);
  DenseMap<int64_t, double> parts;
  auto add = [&](auto conv) {
    double steps = double(conv.getNumDenseSteps()) * conv.getNumGroups();
    parts[getOpNumber(conv.getLoc())] = conv.getNumBlocks() / steps;
  };
  copy.walk([&](kernel::SparseConv2DOp conv) { add(conv); });
  copy.walk([&](kernel::SparseFloatConv2DOp conv) { add(conv); });
  copy.walk([&](kernel::SparseFloatMatmulOp product) { add(product); });
  return parts;
}

static double getMedian(SmallVectorImpl<double> &values) {
  auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

llvm::Expected<SmallVector<OpProfile>>
mopt::profileOps(func::FuncOp func, const ExecutorOptions &options,
                 ArrayRef<HostTensor> inputs, int64_t repetitions) {
  HostCalls calls;
  calls.mark = mark;
  auto executor = createCallingExecutor(func, options, calls);
  if (!executor)
    return executor.takeError();
  Block &body = func.getBody().front();
  size_t count = body.getOperations().size();
  auto run = [&]() -> llvm::Error {
    timeline = {};
    timeline.microseconds.assign(count, 0.0);
    return (*executor)->run(inputs).takeError();
  };
  auto secondsSince = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };

  Clock::time_point start = Clock::now();
  do {
    if (llvm::Error error = run())
      return std::move(error);
  } while (secondsSince(start) < 0.2);

  SmallVector<SmallVector<double>> times(count);
  int64_t least = repetitions ? repetitions : 5, done = 0;
  double budget = repetitions ? 0.0 : 1.0;
  start = Clock::now();
  for (; done < least || secondsSince(start) < budget; ++done) {
    if (llvm::Error error = run())
      return std::move(error);
    for (auto [all, one] : llvm::zip_equal(times, timeline.microseconds))
      all.push_back(one);
  }

  auto sparse = findSparseKernels(func, options);
  if (!sparse)
    return sparse.takeError();
  SmallVector<OpProfile> profile = describeOps(func);
  for (OpProfile &op : profile) {
    op.microseconds = getMedian(times[op.number]);
    if (auto found = sparse->find(op.number); found != sparse->end())
      op.blocks = found->second;
  }
  return profile;
}
