//===- KernelEmitter.h - Steps of vector kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_KERNELTOVECTOR_KERNELEMITTER_H
#define MOPT_LIB_CONVERSION_KERNELTOVECTOR_KERNELEMITTER_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mopt/Dialect/Kernel/IR/KernelOps.h"

namespace mlir::mopt {

/// Emits arithmetic on indices, loops, and loads and stores of flat buffers.
class KernelEmitter : public ImplicitLocOpBuilder {
public:
  KernelEmitter(Location loc, OpBuilder &builder)
      : ImplicitLocOpBuilder(loc, builder) {}

  Value index(int64_t value);
  Value add(Value a, Value b);
  Value add(Value a, int64_t b);
  Value mul(Value a, int64_t b);
  /// A constant of a scalar or, in all lanes, of a vector type.
  Value constant(Type type, double value);

  /// A loop over 0, 1, .. count - 1. In kernels of which hasIndependentLoops
  /// (KernelToVector.cpp) promises it, iterations may run in any order and at
  /// once, also beside what precedes and follows the loop: threads share them.
  void loop(int64_t count, function_ref<void(Value)> body);
  /// A loop that one thread does in order, with values (or none) that it
  /// carries from round to round.
  SmallVector<Value>
  loop(int64_t count, ValueRange start,
       function_ref<SmallVector<Value>(Value, ValueRange)> body);

  /// A loop over `first`, first + 1, .. end - 1, with values that it carries.
  SmallVector<Value>
  loop(Value first, Value end, ValueRange start,
       function_ref<SmallVector<Value>(Value, ValueRange)> body);

  Value load(VectorType type, Value buffer, Value at);
  /// The first `count` elements only; the others are zero.
  Value loadFirst(VectorType type, int64_t count, Value buffer, Value at);
  void store(Value vector, Value buffer, Value at);
  /// The first `count` elements only.
  void storeFirst(Value vector, int64_t count, Value buffer, Value at);

  /// The first elements of `vector`, as many as `type` has.
  Value takeFirst(Value vector, VectorType type);
  /// `index`, in a way that code does not know it to be the same at every
  /// `step` of a loop: what is loaded from there is loaded where it is used.
  /// `staysBetween`: LLVM moves no store from before to behind it, and no load
  /// from behind to before it.
  Value refresh(Value index, Value step, bool staysBetween = false);

  /// The low or high halves, within 128 bits, of two vectors, in turns.
  Value unpack(Value x, Value y, bool high);
  /// Reinterprets the bits of a vector.
  Value bitcast(Value vector, VectorType type);
  Value callIntrinsic(StringRef name, Type result, ValueRange operands);
};

/// The instruction of a tile: sums are vectors of i32 or f32, operands of the
/// bits that TileAttr says.
class DotProduct {
public:
  explicit DotProduct(kernel::TileAttr tile) : tile(tile) {}

  VectorType getSumType() const;
  VectorType getOperandType() const;
  /// Fails with an error where the instruction has no such width.
  LogicalResult verify(Operation *op) const;
  /// The weights of a vector from `at` on, which may be stored as bytes where
  /// the instruction takes 16 bits.
  Value loadWeights(KernelEmitter &b, Value buffer, Value at) const;
  /// sum + products of `x` (activations) and `w`.
  Value emit(KernelEmitter &b, Value sum, Value x, Value w) const;
  /// The products of one input position in all lanes, from `at` on.
  Value broadcast(KernelEmitter &b, Value buffer, Value at, bool flips) const;

private:
  kernel::TileAttr tile;
};

/// What a kernel adds to its values before it writes them.
class ResidualSum {
public:
  /// `own`: what the values were rescaled by. `addend` is a flat buffer.
  ResidualSum(kernel::RequantizeAttr own, kernel::ResidualAttr rule,
              Value addend, bool isOffset)
      : own(own), rule(rule), addend(addend), isOffset(isOffset) {}

  /// The sums, less their zero point, of vectors of rescaled values and of the
  /// addend from `at` on. These vectors are narrowed together; only `channels`
  /// of their channels exist.
  SmallVector<Value> emit(KernelEmitter &b, ArrayRef<Value> values,
                          int64_t channels, Value at) const;
  /// Zero point and bounds of the sums.
  kernel::RequantizeAttr getStored() const;

private:
  /// Vectors of i32 of the addend in offset form, in the order of lanes.
  SmallVector<Value> loadAddend(KernelEmitter &b, VectorType type,
                                unsigned count, int64_t channels,
                                Value at) const;
  Value addLinear(KernelEmitter &b, Value x, Value y) const;
  Value addReal(KernelEmitter &b, Value x, Value y) const;
  Value addFixed(KernelEmitter &b, Value x, Value y) const;

  kernel::RequantizeAttr own;
  kernel::ResidualAttr rule;
  Value addend;
  bool isOffset;
};

/// True if `buffer` holds bytes in 16 bits each.
inline bool holdsWords(Value buffer) {
  return cast<MemRefType>(buffer.getType()).getElementType().isInteger(16);
}

/// Where a kernel writes, and where what it adds is, if anything.
struct WritePlace {
  Value output, addend;

  WritePlace advance(KernelEmitter &b, Value elements) const {
    return {b.add(output, elements),
            addend ? b.add(addend, elements) : Value()};
  }
};

/// The end of a kernel: factor, zero point, clamp, and narrowing to bytes.
class SumWriter {
public:
  /// `operands` are the flat buffers of `op`.
  template <typename OpT>
  SumWriter(kernel::TileAttr tile, OpT op, ValueRange operands)
      : tile(tile), storedLanes(tile.getLanes()), rule(op.getRequantize()),
        stored(rule), factors(operands.slice(3, op.getFactors().size())),
        output(operands.back()), isOffset(op.getOutputOffset()),
        isWide(holdsWords(output)), outputLayout(op.getOutputLayout()),
        addendLayout(op.getAddendLayout()) {
    if (op.getAddend()) {
      residual.emplace(rule, *op.getResidual(), operands.drop_back().back(),
                       op.getAddendOffset());
      stored = residual->getStored();
    }
  }

  /// The same for a group that `tile` (kernel::getTileOf) computes.
  SumWriter withTile(kernel::TileAttr tile) const {
    SumWriter result = *this;
    result.tile = tile;
    return result;
  }

  /// The first pixel of a row, at channel `channel`.
  WritePlace getRow(KernelEmitter &b, Value batch, Value row,
                    Value channel) const;
  /// Stores the group `sums` from `at` on; `firstLane` is where the group
  /// starts in the factors. Only `channels` channels exist.
  void emit(KernelEmitter &b, ArrayRef<Value> sums, Value firstLane,
            int64_t channels, WritePlace at) const;
  /// How many neighbouring pixels of `channels` channels are narrowed and
  /// stored as one; 1: use emit.
  int64_t getPixelsTogether(int64_t channels) const;
  /// At most so many pixels, whose groups are `sums`.
  void emitPixels(KernelEmitter &b, ArrayRef<Value> sums, Value firstLane,
                  WritePlace at) const;
  /// Stores the groups `sums` of any number of pixels, each to its place, of
  /// which `channels` channels exist. Pixels are narrowed together where they
  /// can be.
  void emitPlaces(KernelEmitter &b, ArrayRef<Value> sums, Value firstLane,
                  int64_t channels, ArrayRef<WritePlace> places) const;

private:
  /// Bytes that narrowFour made of neighbouring or other pixels, one pixel
  /// after the other.
  Value orderPixels(KernelEmitter &b, Value bytes) const;
  /// The rescaled sum, within 32 bits, without zero point.
  Value rescale(KernelEmitter &b, Value sum, Value lane) const;
  Value rescaleReal(KernelEmitter &b, Value sum, Value lane) const;
  Value rescaleFixed(KernelEmitter &b, Value sum, Value lane) const;
  Value rescaleSmall(KernelEmitter &b, Value sum, Value lane) const;
  Value rescaleDouble(KernelEmitter &b, Value sum, Value lane) const;
  /// Vectors of rescaled sums as the bytes to store.
  Value narrow(KernelEmitter &b, ArrayRef<Value> values) const;
  Value narrowFour(KernelEmitter &b, ArrayRef<Value> values) const;
  Value narrowTwo(KernelEmitter &b, ArrayRef<Value> values) const;
  Value clamp(KernelEmitter &b, Value value, int64_t low, int64_t high) const;

  kernel::TileAttr tile;
  /// Lanes of the vectors that factors are in the order of.
  int64_t storedLanes;
  kernel::RequantizeAttr rule;
  /// Zero point and bounds of what is written.
  kernel::RequantizeAttr stored;
  SmallVector<Value> factors;
  Value output;
  bool isOffset;
  /// True if bytes are stored in 16 bits each.
  bool isWide;
  kernel::ImageLayout outputLayout, addendLayout;
  std::optional<ResidualSum> residual;
};

/// Fills the `padding` of images of `shape` with the element `border`.
void emitBorder(KernelEmitter &b, ArrayRef<int64_t> shape,
                ArrayRef<int64_t> padding, Value border, Value output);
/// The same for the output of a convolution, if it has a border.
template <typename OpT>
void emitOutputBorder(KernelEmitter &b, OpT op, Value output) {
  if (!op.getOutputPadding())
    return;
  int64_t stored = *op.getBorder() + (op.getOutputOffset() ? 128 : 0);
  Value border = b.constant(cast<MemRefType>(output.getType()).getElementType(),
                            static_cast<int8_t>(stored));
  emitBorder(b, op.getOutputShape(), *op.getOutputPadding(), border, output);
}

/// The bodies of kernels; operands are flat buffers.
void emitPackInput(KernelEmitter &b, kernel::PackInputOp op, Value input,
                   Value output);
void emitConv2D(KernelEmitter &b, kernel::Conv2DOp op, ValueRange operands);
void emitSparseConv2D(KernelEmitter &b, kernel::SparseConv2DOp op,
                      ValueRange operands);
void emitSparseFloatConv2D(KernelEmitter &b, kernel::SparseFloatConv2DOp op,
                           ValueRange operands);
void emitSparseFloatMatmul(KernelEmitter &b, kernel::SparseFloatMatmulOp op,
                           ValueRange operands);
void emitPaletteFloatMatmul(KernelEmitter &b, kernel::PaletteFloatMatmulOp op,
                            ValueRange operands);
void emitDepthwiseConv2D(KernelEmitter &b, kernel::DepthwiseConv2DOp op,
                         ValueRange operands);
void emitLSTM(KernelEmitter &b, kernel::LSTMOp op, ValueRange operands);
void emitPackFloats(KernelEmitter &b, kernel::PackFloatsOp op, Value input,
                    Value output);
void emitFloatConv2D(KernelEmitter &b, kernel::FloatConv2DOp op,
                     ValueRange operands);
void emitFloatDepthwiseConv2D(KernelEmitter &b,
                              kernel::FloatDepthwiseConv2DOp op,
                              ValueRange operands);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_KERNELTOVECTOR_KERNELEMITTER_H
