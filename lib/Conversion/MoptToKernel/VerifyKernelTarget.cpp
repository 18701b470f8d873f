//===- VerifyKernelTarget.cpp - What a CPU can compute -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToKernel/VerifyKernelTarget.h"

#include "Strategy.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Conversion/Passes.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::DotKind;
using kernel::TileAttr;
using llvm::formatv;

namespace mlir::mopt {
#define GEN_PASS_DEF_VERIFYKERNELTARGETPASS
#include "mopt/Conversion/Passes.h.inc"
} // namespace mlir::mopt

static bool hasInstruction(const KernelTarget &target, DotKind dot) {
  switch (dot) {
  case DotKind::PMADDWD:
    // Every x86-64 multiplies pairs; newer ones add them up as well.
    return target.pairs.has_value();
  case DotKind::FMA:
    return target.fuses;
  case DotKind::MULADD:
    return bool(target);
  default:
    break;
  }
  return dot == target.bytes || dot == target.pairs || dot == target.matrices ||
         dot == target.halves;
}

/// Vector registers of the innermost loop of `op`; 0 if they are not what its
/// tile chooses.
static int64_t getRegisters(Operation &op, TileAttr tile) {
  if (isa<kernel::FloatConv2DOp>(op))
    return tile.getVectors() * tile.getPixels() + tile.getVectors() + 1 +
           (tile.getDot() == DotKind::MULADD ? 1 : 0);
  // Sums of rows and chains are in registers together.
  if (auto conv = dyn_cast<kernel::SparseFloatConv2DOp>(op))
    return tile.getVectors() * (tile.getPixels() * conv.getChains() + 1) + 1 +
           (tile.getDot() == DotKind::MULADD ? 1 : 0);
  if (auto conv = dyn_cast<kernel::SparseConv2DOp>(op)) {
    int64_t sums = tile.getPixels() * conv.getTileRows() * conv.getChains();
    return getConvolutionRegisters(tile, conv.flipsInput()) +
           (sums - tile.getPixels()) * tile.getVectors();
  }
  auto conv = dyn_cast<kernel::Conv2DOp>(op);
  if (!conv || tile.isMatrix())
    return 0;
  return getConvolutionRegisters(tile, conv.flipsInput());
}

/// What is wrong with the constant `blocks` of a sparse kernel: `lists` lists
/// one after the other, of places inside of a window that spans `span`
/// elements.
template <typename OpT>
static std::string findBlockProblem(OpT op, int64_t lists, int64_t span) {
  auto constant = op.getBlocks().template getDefiningOp<ConstOp>();
  if (!constant)
    return "";
  ArrayRef<char> bytes = constant.getRawBytes();
  ArrayRef<int32_t> values(reinterpret_cast<const int32_t *>(bytes.data()),
                           bytes.size() / sizeof(int32_t));
  ArrayRef<int32_t> starts = values.take_front(lists + 1);
  int64_t rounds = op.getNumBlocks() / op.getChains();
  if (starts.front() != 0 || starts.back() != rounds ||
      !llvm::is_sorted(starts))
    return formatv("lists of blocks must make up {0} rounds, in order", rounds);
  for (int32_t place : values.drop_front(lists + 1))
    if (place < 0 || place >= span)
      return formatv("a block at {0} is outside of the window", place);
  return "";
}

/// The elements of a constant; none if it is no constant.
static std::optional<ArrayRef<int32_t>> getWords(Value value) {
  auto constant = value.getDefiningOp<ConstOp>();
  if (!constant)
    return std::nullopt;
  ArrayRef<char> bytes = constant.getRawBytes();
  return ArrayRef(reinterpret_cast<const int32_t *>(bytes.data()),
                  bytes.size() / sizeof(int32_t));
}

/// What is wrong with the constant lists of windows and outputs.
static std::string findWindowProblem(kernel::SparseFloatMatmulOp op) {
  int64_t groups = op.getNumGroups(), inputs = op.getInputs();
  if (std::optional<ArrayRef<int32_t>> words = getWords(op.getWindows())) {
    ArrayRef<int32_t> starts = words->take_front(groups + 1);
    if (starts.front() != 0 || starts.back() != op.getNumWindows() ||
        !llvm::is_sorted(starts))
      return formatv("lists of windows must make up {0}, in order",
                     op.getNumWindows());
    for (int32_t first : words->drop_front(groups + 1))
      if (first < 0 || first > inputs - kernel::kWindowInputs)
        return formatv("a window at {0} is outside of the input", first);
  }
  std::optional<ArrayRef<int32_t>> order;
  if (!op.getOrder() || !(order = getWords(op.getOrder())))
    return "";
  int64_t outputs = op.getOutputs();
  llvm::BitVector written(outputs);
  for (int32_t output : order->take_front(outputs))
    if (output >= 0 && output < outputs)
      written.set(output);
  if (!written.all())
    return "'order' must have every output once";
  return "";
}

static std::string findBlockProblem(Operation &op) {
  if (auto product = dyn_cast<kernel::SparseFloatMatmulOp>(op))
    return findWindowProblem(product);
  if (auto conv = dyn_cast<kernel::SparseFloatConv2DOp>(op)) {
    int64_t columns = conv.getKernel()[1];
    int64_t lists = conv.getNumGroups() * conv.getKernel()[0] * columns;
    int64_t span =
        ((columns - 1) * conv.getDilations()[1] + 1) * conv.getInputShape()[3];
    return findBlockProblem(conv, lists, span);
  }
  auto conv = dyn_cast<kernel::SparseConv2DOp>(op);
  if (!conv)
    return "";
  int64_t channels = conv.getInputShape()[3];
  int64_t span =
      (conv.getKernel()[0] - 1) * conv.getDilations()[0] *
          conv.getInputLayout().row +
      ((conv.getKernel()[1] - 1) * conv.getDilations()[1] + 1) * channels;
  return findBlockProblem(conv, conv.getNumGroups(), span);
}

/// Why `target` cannot compute `op`; nothing if it can.
static std::string findProblem(Operation &op, TileAttr tile,
                               const KernelTarget &target) {
  if (!hasInstruction(target, tile.getDot()))
    return formatv("there is no instruction '{0}'",
                   stringifyDotKind(tile.getDot()));
  if (tile.getLanes() > target.lanes)
    return formatv("vectors of {0} lanes are wider than {1}", tile.getLanes(),
                   target.lanes);
  if (isa<kernel::SparseFloatMatmulOp, kernel::PaletteFloatMatmulOp>(op) &&
      !target.looksUp)
    return "no instruction finds floats in a table";
  int64_t registers = getRegisters(op, tile);
  if (registers > target.registers)
    return formatv(
        "{0} vectors of channels times {1} pixels take {2} registers, "
        "there are {3}",
        tile.getVectors(), tile.getPixels(), registers, target.registers);
  auto residual = op.getAttrOfType<kernel::ResidualAttr>("residual");
  if (residual && residual.getLinear() && !target.fuses)
    return "there is no fused multiply-add";
  if (tile.getPack() > target.pack)
    return formatv("{0} vectors are narrowed at once, not more than {1} can be",
                   tile.getPack(), target.pack);
  return findBlockProblem(op);
}

/// The same of a recurrent kernel, which chooses no instruction.
static std::string findProblem(kernel::LSTMOp op, const KernelTarget &target) {
  if (int64_t(op.getLanes()) > target.lanes)
    return formatv("vectors of {0} lanes are wider than {1}", op.getLanes(),
                   target.lanes);
  if (op.getFuses() && !target.fuses)
    return "there is no fused multiply-add";
  return "";
}

LogicalResult mopt::verifyKernelTarget(func::FuncOp func,
                                       const KernelTarget &target) {
  SmallVector<std::pair<Operation *, std::string>> problems;
  func.walk([&](Operation *op) {
    std::string problem;
    if (auto tile = op->getAttrOfType<TileAttr>("tile"))
      problem = findProblem(*op, tile, target);
    else if (auto lstm = dyn_cast<kernel::LSTMOp>(op))
      problem = findProblem(lstm, target);
    if (!problem.empty())
      problems.emplace_back(op, std::move(problem));
  });
  if (problems.empty())
    return success();
  InFlightDiagnostic error = func.emitError()
                             << "@" << func.getName()
                             << " has kernels that the CPU cannot compute; "
                                "mopt-convert-mopt-to-kernel with its name "
                                "chooses those that it can";
  for (auto &[op, problem] : problems)
    error.attachNote(op->getLoc()) << op->getName() << ": " << problem;
  return error;
}

namespace {

struct VerifyKernelTargetPass
    : mopt::impl::VerifyKernelTargetPassBase<VerifyKernelTargetPass> {
  using VerifyKernelTargetPassBase::VerifyKernelTargetPassBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    FailureOr<KernelTarget> target =
        getKernelTarget(func, mcpu, triple, features);
    if (failed(target))
      return signalPassFailure();
    if (failed(verifyKernelTarget(func, *target)))
      signalPassFailure();
  }
};

} // namespace
