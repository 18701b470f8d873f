//===- KernelDialect.cpp - The kernel dialect -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Kernel/IR/KernelOps.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

#include "mopt/Dialect/Kernel/IR/KernelDialect.cpp.inc"
#include "mopt/Dialect/Kernel/IR/KernelEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "mopt/Dialect/Kernel/IR/KernelAttrs.cpp.inc"

#define GET_OP_CLASSES
#include "mopt/Dialect/Kernel/IR/KernelOps.cpp.inc"

void KernelDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "mopt/Dialect/Kernel/IR/KernelAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mopt/Dialect/Kernel/IR/KernelOps.cpp.inc"
      >();
}

int64_t kernel::getMatrixDepth(int64_t length) {
  for (int64_t depth = kMatrixRowBytes; depth > 0; depth -= 4)
    if (length % depth == 0)
      return depth;
  return 0;
}

//===----------------------------------------------------------------------===//
// Chunks
//===----------------------------------------------------------------------===//

SmallVector<Chunk> kernel::getChunks(TileAttr tile, int64_t channels) {
  SmallVector<Chunk> chunks;
  for (int64_t first = 0; first < channels; first += tile.getGroupSize()) {
    while (tile.getLanes() > 4 && channels - first < tile.getGroupSize())
      tile = tile.withLanes(tile.getLanes() / 2);
    chunks.push_back({first, tile});
  }
  return chunks;
}

int64_t kernel::getPaddedChannels(TileAttr tile, int64_t channels,
                                  bool isDepthwise) {
  if (!isDepthwise)
    return llvm::alignTo(channels, tile.getGroupSize());
  Chunk last = getChunks(tile, channels).back();
  return last.first + last.tile.getGroupSize();
}

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

ImageLayout::ImageLayout(ArrayRef<int64_t> shape, ArrayRef<int64_t> padding) {
  const int64_t none[] = {0, 0, 0, 0};
  if (padding.empty())
    padding = none;
  row = (padding[2] + shape[2] + padding[3]) * shape[3];
  image = (padding[0] + shape[1] + padding[1]) * row;
  first = padding[0] * row + padding[2] * shape[3];
  size = shape[0] * image;
}

template <typename OpT>
static ImageLayout getInputLayoutOf(OpT op) {
  return ImageLayout(op.getInputShape(),
                     op.getInputPadding().value_or(ArrayRef<int64_t>()));
}

template <typename OpT>
static ImageLayout getOutputLayoutOf(OpT op) {
  return ImageLayout(op.getOutputShape(),
                     op.getOutputPadding().value_or(ArrayRef<int64_t>()));
}

template <typename OpT>
static ImageLayout getAddendLayoutOf(OpT op) {
  return ImageLayout(op.getOutputShape(),
                     op.getAddendPadding().value_or(ArrayRef<int64_t>()));
}

ImageLayout Conv2DOp::getInputLayout() { return getInputLayoutOf(*this); }
ImageLayout Conv2DOp::getOutputLayout() { return getOutputLayoutOf(*this); }
ImageLayout DepthwiseConv2DOp::getInputLayout() {
  return getInputLayoutOf(*this);
}
ImageLayout DepthwiseConv2DOp::getOutputLayout() {
  return getOutputLayoutOf(*this);
}

ImageLayout Conv2DOp::getAddendLayout() { return getAddendLayoutOf(*this); }
ImageLayout DepthwiseConv2DOp::getAddendLayout() {
  return getAddendLayoutOf(*this);
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

static int64_t getNumElements(Value value) {
  return cast<ShapedType>(value.getType()).getNumElements();
}

static int64_t product(ArrayRef<int64_t> shape) {
  int64_t result = 1;
  for (int64_t dim : shape)
    result *= dim;
  return result;
}

static bool isPositive(ArrayRef<int64_t> values, size_t count) {
  return values.size() == count &&
         llvm::all_of(values, [](int64_t value) { return value > 0; });
}

/// Static shapes, and results that are the destination's tensors.
static LogicalResult verifyOperands(Operation *op) {
  for (Value operand : op->getOperands())
    if (!cast<ShapedType>(operand.getType()).hasStaticShape())
      return op->emitOpError("operands must have static shapes");
  return success();
}

static LogicalResult verifyPadding(Operation *op, StringRef name,
                                   ArrayRef<int64_t> padding) {
  if (padding.size() != 4 ||
      llvm::any_of(padding, [](int64_t value) { return value < 0; }))
    return op->emitOpError("'")
           << name << "' must be four sizes: top, bottom, left, right";
  return success();
}

LogicalResult PackInputOp::verify() {
  if (failed(verifyOperands(*this)))
    return failure();
  if (!isPositive(getInputShape(), 4))
    return emitOpError("'input_shape' must be four positive sizes");
  if (failed(verifyPadding(*this, "padding", getPadding())))
    return failure();
  ArrayRef<int64_t> shape = getInputShape();
  if (getNumElements(getInput()) != product(shape))
    return emitOpError("input must have ") << product(shape) << " elements";
  int64_t padded = ImageLayout(shape, getPadding()).size;
  if (cast<ShapedType>(getOutput().getType()).getRank() != 1 ||
      getNumElements(getOutput()) < padded)
    return emitOpError("output must be flat and have at least ")
           << padded << " elements";
  return success();
}

/// That the images lie inside of their buffers.
template <typename OpT>
static LogicalResult verifyLayouts(OpT op) {
  if (op.getInputPadding() &&
      failed(verifyPadding(op, "input_padding", *op.getInputPadding())))
    return failure();
  if (getNumElements(op.getInput()) < op.getInputLayout().size)
    return op.emitOpError("input must have at least ")
           << op.getInputLayout().size << " elements";
  if (op.getBorder().has_value() != op.getOutputPadding().has_value())
    return op.emitOpError("'border' is what 'output_padding' is filled with");
  if (!op.getOutputPadding()) {
    if (getNumElements(op.getOutput()) != product(op.getOutputShape()))
      return op.emitOpError("output must have ")
             << product(op.getOutputShape()) << " elements";
    return success();
  }
  if (failed(verifyPadding(op, "output_padding", *op.getOutputPadding())))
    return failure();
  if (cast<ShapedType>(op.getOutput().getType()).getRank() != 1 ||
      getNumElements(op.getOutput()) < op.getOutputLayout().size)
    return op.emitOpError("output must be flat and have at least ")
           << op.getOutputLayout().size << " elements";
  return success();
}

template <typename OpT>
static LogicalResult verifyResidual(OpT op) {
  if (op.getResidual().has_value() != bool(op.getAddend()))
    return op.emitOpError("'residual' says how what it adds is added");
  if (!op.getAddend())
    return success();
  if (op.getAddendPadding() &&
      failed(verifyPadding(op, "addend_padding", *op.getAddendPadding())))
    return failure();
  if (getNumElements(op.getAddend()) < op.getAddendLayout().size)
    return op.emitOpError("what it adds must have at least ")
           << op.getAddendLayout().size << " elements";
  ResidualAttr residual = *op.getResidual();
  if (bool(residual.getReal()) == bool(residual.getMultipliers()) ||
      (residual.getReal() && residual.getReal().size() != 2) ||
      (residual.getMultipliers() && residual.getMultipliers().size() != 6))
    return op.emitOpError("'residual' takes two real factors, or three "
                          "multipliers with their shifts");
  return success();
}

template <typename OpT>
static LogicalResult verifyConvolution(OpT op) {
  if (failed(verifyOperands(op)))
    return failure();
  if (!isPositive(op.getInputShape(), 4) || !isPositive(op.getOutputShape(), 4))
    return op.emitOpError(
        "'input_shape' and 'output_shape' must be four positive sizes");
  if (!isPositive(op.getKernel(), 2) || !isPositive(op.getStrides(), 2) ||
      !isPositive(op.getDilations(), 2))
    return op.emitOpError(
        "'kernel', 'strides' and 'dilations' must be two positive sizes");
  for (unsigned i : {0, 1})
    if ((op.getOutputShape()[i + 1] - 1) * op.getStrides()[i] +
            (op.getKernel()[i] - 1) * op.getDilations()[i] >=
        op.getInputShape()[i + 1])
      return op.emitOpError("windows must lie inside the input");
  if (failed(verifyLayouts(op)) || failed(verifyResidual(op)))
    return failure();
  TileAttr tile = op.getTile();
  if (!llvm::isPowerOf2_64(tile.getLanes()) || tile.getLanes() < 4 ||
      tile.getVectors() <= 0 || tile.getPixels() <= 0 ||
      !llvm::is_contained({1, 2, 4}, tile.getPack()))
    return op.emitOpError("'tile' has impossible sizes");
  if (tile.isFloat())
    return op.emitOpError("'tile' must be of integers");
  int64_t channels = getPaddedChannels(tile, op.getOutputShape()[3],
                                       std::is_same_v<OpT, DepthwiseConv2DOp>);
  auto wrongSize = [&](Value value) {
    return getNumElements(value) != channels;
  };
  if (wrongSize(op.getBias()) || llvm::any_of(op.getFactors(), wrongSize))
    return op.emitOpError("bias and factors must have ")
           << channels << " elements, a whole number of groups";
  Arithmetic arithmetic = op.getRequantize().getArithmetic();
  unsigned factors = 1;
  if (arithmetic == Arithmetic::Multiplier)
    factors = op.getRequantize().getSmall() ? 3 : 2;
  if (op.getFactors().size() != factors)
    return op.emitOpError("'")
           << stringifyArithmetic(arithmetic) << "' takes " << factors
           << (factors == 1 ? " tensor" : " tensors") << " of factors";
  return success();
}

/// Elements of packed weights for `channels` channels: `steps` steps of the
/// instruction a channel, of which `vectors` have a number each in `repeated`.
template <typename OpT>
static LogicalResult verifyWeights(OpT op, int64_t channels, int64_t steps,
                                   int64_t vectors) {
  TileAttr tile = op.getTile();
  ArrayRef<int64_t> repeated = op.getRepeated().value_or(ArrayRef<int64_t>());
  if (llvm::any_of(repeated, [&](int64_t step) {
        return step < 0 || step >= steps * vectors;
      }))
    return op.emitOpError("'repeated' must be steps below ") << steps * vectors;
  int64_t total = steps * vectors + repeated.size();
  int64_t expected = channels * total * tile.getDepth() / vectors;
  if (getNumElements(op.getWeights()) != expected)
    return op.emitOpError("packed weights must have ")
           << expected << " elements";
  return success();
}

LogicalResult Conv2DOp::verify() {
  if (failed(verifyConvolution(*this)))
    return failure();
  bool isSplit = getDilations()[1] != 1;
  int64_t channels = getInputShape()[3];
  int64_t runs = getKernel()[0] * (isSplit ? getKernel()[1] : 1);
  int64_t length = isSplit ? channels : channels * getKernel()[1];
  if (getTile().isMatrix() &&
      (getTile().getLanes() * 4 != kMatrixRowBytes ||
       getTile().getVectors() > 4 || getTile().getPixels() > kMatrixRows ||
       getMatrixDepth(length) == 0 || getRepeated() || flipsInput()))
    return emitOpError("'tile' does not fit the matrix instruction");
  return verifyWeights(
      *this, getPaddedChannels(getTile(), getOutputShape()[3], false),
      runs * llvm::divideCeil(length, getTile().getDepth()), /*vectors=*/1);
}

LogicalResult DepthwiseConv2DOp::verify() {
  if (failed(verifyConvolution(*this)))
    return failure();
  if (getInputShape()[3] != getOutputShape()[3])
    return emitOpError("input and output must have the same channels");
  if (getTile().isMatrix())
    return emitOpError("no matrix instruction computes it");
  return verifyWeights(
      *this, getPaddedChannels(getTile(), getOutputShape()[3], true),
      llvm::divideCeil(getKernel()[0], getTile().getDepth()) * getKernel()[1],
      getTile().getVectors());
}

//===----------------------------------------------------------------------===//
// Effects
//===----------------------------------------------------------------------===//

using Effects =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

/// Buffers are read, the destination is written; tensors have no effects.
static void collectEffects(DestinationStyleOpInterface op, Effects &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    MemoryEffects::Effect *effect = MemoryEffects::Read::get();
    if (op.isDpsInit(&operand))
      effect = MemoryEffects::Write::get();
    effects.emplace_back(effect, &operand, SideEffects::DefaultResource::get());
  }
}

void PackInputOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void Conv2DOp::getEffects(Effects &effects) { collectEffects(*this, effects); }
void DepthwiseConv2DOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
