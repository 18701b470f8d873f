//===- EncodeSparseWeights.cpp - Weights without zeros -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Remarks.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"
#include "mopt/Dialect/Mopt/IR/IndexingOps.h"
#include "mopt/Dialect/Mopt/IR/QuantOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/SparseEncoding.h"
#include "mopt/Transforms/Sparsity/Passes.h"
#include "mopt/Transforms/Utils/OpFilter.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_ENCODESPARSEWEIGHTSPASS
#include "mopt/Transforms/Sparsity/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// A shape of blocks: output channels by neighbours in the last dimension.
struct BlockShape {
  int64_t rows, columns;
};

/// What a constant is read by.
struct Readers {
  /// Layers, those behind a dequantize too.
  SmallVector<Operation *> layers;
  /// All are fully connected layers that read the constant itself.
  bool areFullyConnected = true;
  /// Why they cannot read it sparsely; empty if they can.
  std::string refusal;
};

} // namespace

/// What densify restores may have any of these.
static constexpr BlockShape kAnyBlocks[] = {{1, 1},  {1, 4}, {1, 8}, {1, 16},
                                            {16, 1}, {4, 4}, {16, 4}};
/// Blocks that the kernels of fully connected layers compute with.
static constexpr BlockShape kFloatKernelBlocks[] = {{1, 1}, {1, 4}};
static constexpr BlockShape kInt8KernelBlocks[] = {{1, 16}};
/// The tables of the encoding and an operator, about.
static constexpr uint64_t kOverheadBytes = 256;

static bool isEightBits(Type type) {
  Type element = cast<ShapedType>(type).getElementType();
  return isa<quant::QuantizedType>(element) &&
         getStorageElementType(element).getIntOrFloatBitWidth() == 8;
}

/// Why LiteRT with its delegate cannot prepare `op` whose weights come from a
/// densify op; empty if it can. Found by running it: see docs/Sparsity.md.
static StringRef getReasonAgainstDelegate(Operation *op) {
  auto weighted = cast<WeightedOp>(op);
  unsigned position = weighted.getWeightOperands().front();
  if (!isEightBits(op->getOperand(position).getType()))
    return "";
  unsigned inputPosition = isa<TransposeConvOp>(op) ? 2 : 0;
  Value input = op->getOperand(inputPosition);
  bool isHybrid =
      isa<FloatType>(cast<ShapedType>(input.getType()).getElementType());
  if (isa<FullyConnectedOp>(op) && (isHybrid || isEightBits(input.getType())))
    return "LiteRT's delegate prepares no fully connected layer of 8-bit "
           "weights that are stored sparsely; runtime=kernels may do";
  if (isa<Conv2DOp>(op) && isHybrid)
    return "LiteRT's delegate prepares no convolution of float32 with 8-bit "
           "weights that are stored sparsely; runtime=kernels may do";
  return "";
}

static void addReader(OpOperand &use, Readers &readers) {
  Operation *op = use.getOwner();
  if (!isa<Conv2DOp, DepthwiseConv2DOp, TransposeConvOp, FullyConnectedOp>(
          op)) {
    readers.refusal = ("LiteRT reads no sparse operand of " +
                       op->getName().stripDialect() + " ops")
                          .str();
    return;
  }
  if (!llvm::is_contained(cast<WeightedOp>(op).getWeightOperands(),
                          use.getOperandNumber())) {
    readers.refusal = "it is no weight of all layers that read it";
    return;
  }
  readers.layers.push_back(op);
  readers.areFullyConnected &= isa<FullyConnectedOp>(op);
}

static Readers findReaders(ConstOp constant) {
  Readers readers;
  for (OpOperand &use : constant->getUses()) {
    auto dequantize = dyn_cast<DequantizeOp>(use.getOwner());
    if (!dequantize) {
      addReader(use, readers);
      continue;
    }
    readers.areFullyConnected = false;
    for (OpOperand &next : dequantize->getUses())
      addReader(next, readers);
  }
  return readers;
}

namespace {

struct EncodeSparseWeightsPass
    : public mlir::mopt::impl::EncodeSparseWeightsPassBase<
          EncodeSparseWeightsPass> {
  using EncodeSparseWeightsPassBase::EncodeSparseWeightsPassBase;

  void runOnOperation() override;

private:
  void encode(ConstOp constant, const OpFilter &filter);
  /// The smallest encoding of `shapes`, none where no one saves enough.
  std::optional<SmallVector<int64_t>> choose(RankedTensorType type,
                                             ArrayRef<char> bytes,
                                             ArrayRef<BlockShape> shapes) const;
};

} // namespace

std::optional<SmallVector<int64_t>>
EncodeSparseWeightsPass::choose(RankedTensorType type, ArrayRef<char> bytes,
                                ArrayRef<BlockShape> shapes) const {
  std::optional<SmallVector<int64_t>> best;
  double limit = (1.0 - minSaving) * static_cast<double>(bytes.size()) -
                 static_cast<double>(kOverheadBytes);
  for (BlockShape shape : shapes) {
    SmallVector<int64_t> block(type.getRank(), 1);
    block.back() = shape.columns;
    if (type.getRank() > 1)
      block.front() = shape.rows;
    if ((type.getRank() == 1 && shape.rows > 1) || !canSparsify(type, block))
      continue;
    auto size = static_cast<double>(getSparseBytes(type, bytes, block));
    if (size > limit || (best && size == limit))
      continue;
    limit = size;
    best = block;
  }
  return best;
}

void EncodeSparseWeightsPass::encode(ConstOp constant, const OpFilter &filter) {
  Readers readers = findReaders(constant);
  // Biases and other operands are not spoken of.
  if (readers.layers.empty())
    return;
  StringRef name = getTensorName(constant.getResult());
  if (name.empty())
    name = getTensorName(readers.layers.front()->getResult(0));
  auto keep = [&](const Twine &reason) {
    readers.layers.front()->emitRemark()
        << name << " is stored densely: " << reason;
  };
  if (!readers.refusal.empty())
    return keep(readers.refusal);
  for (Operation *layer : readers.layers)
    if (StringRef reason = filter.getReasonToSkip(layer); !reason.empty())
      return keep(reason);
  auto type = cast<RankedTensorType>(constant.getType());
  Type element = getStorageElementType(type.getElementType());
  bool isInt8 = element.isSignlessInteger(8);
  if (!element.isF32() && !element.isF16() && !isInt8)
    return keep("only float32, float16 and int8 are stored sparsely");
  std::optional<ConstBytes> bytes = ConstBytes::read(constant);
  if (!bytes)
    return keep("it is not there element by element");

  std::optional<SmallVector<int64_t>> block;
  bool isDirect = false;
  if (runtime == SparseRuntime::Kernels && readers.areFullyConnected &&
      type.getRank() == 2 && !element.isF16()) {
    block = choose(type, bytes->bytes(),
                   isInt8 ? ArrayRef(kInt8KernelBlocks)
                          : ArrayRef(kFloatKernelBlocks));
    isDirect = block.has_value();
  }
  if (runtime == SparseRuntime::Any)
    for (Operation *layer : readers.layers)
      if (StringRef reason = getReasonAgainstDelegate(layer); !reason.empty())
        return keep(reason);
  if (!block)
    block = choose(type, bytes->bytes(), kAnyBlocks);
  if (!block)
    return keep("too few zeros; without them it would not be " +
                Twine(llvm::formatv("{0:P0}", double(minSaving)).str()) +
                " smaller");

  SparseTensor sparse = sparsify(type, bytes->bytes(), *block);
  AsmResourceBlob blob = allocateConstBlob(sparse.values.size());
  llvm::copy(sparse.values, blob.getMutableData().begin());
  TensorAttr info = getTensorInfo(constant.getResult());
  OpBuilder builder(constant);
  ConstOp encoded =
      createConst(builder, constant.getLoc(), type, std::move(blob),
                  withSparsity(&getContext(), info, sparse.parameters));
  encoded->setDiscardableAttrs(constant->getDiscardableAttrDictionary());
  setTensorInfo(encoded.getResult(),
                withSparsity(&getContext(), info, sparse.parameters));
  Value value = encoded.getResult();
  if (!isDirect) {
    // Constants come first in a model that is read; operators have their order.
    Operation *first = *constant->user_begin();
    for (Operation *user : constant->getUsers())
      if (user->isBeforeInBlock(first))
        first = user;
    builder.setInsertionPoint(first);
    value = DensifyOp::create(builder, constant.getLoc(), type, value);
    setTensorInfo(value, withName(&getContext(), info, name + "_dense"));
  }
  remark::passed(
      readers.layers.front()->getLoc(),
      remark::RemarkOpts::name("Encoded").category("sparse-encoding"))
      << name << remark::metric("bytes", bytes->bytes().size())
      << remark::metric("stored", getSparseBytes(type, bytes->bytes(), *block))
      << remark::metric(
             "block",
             llvm::formatv("{0}x{1}", block->front(), block->back()).str());
  constant.getResult().replaceAllUsesWith(value);
  constant.erase();
}

void EncodeSparseWeightsPass::runOnOperation() {
  ModuleOp module = getOperation();
  if (!(minSaving >= 0.0 && minSaving <= 1.0)) {
    module.emitError() << "min-saving is " << minSaving
                       << ", must be between 0 and 1";
    return signalPassFailure();
  }
  FailureOr<OpFilter> filter =
      OpFilter::create(module, getArgument(), exclude, only);
  if (failed(filter))
    return signalPassFailure();
  SmallVector<ConstOp> constants;
  module.walk([&](ConstOp op) {
    TensorAttr info = getTensorInfo(op.getResult());
    // What the file stored sparsely stays as it was.
    if (!info || !info.getSparsity())
      constants.push_back(op);
  });
  for (ConstOp op : constants)
    encode(op, *filter);
}
