//===- Lowering.h - What the lowerings to linalg share -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_LOWERING_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_LOWERING_H

#include "ScalarBuilder.h"
#include "mopt/Conversion/MoptToLinalg/MoptToLinalg.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Dialect/Mopt/Reference/Requantize.h"

namespace mlir::mopt {

/// A pattern that knows the arithmetic of requantisation.
template <typename OpT>
class MoptLowering : public OpConversionPattern<OpT> {
public:
  MoptLowering(const TypeConverter &converter, MLIRContext *context,
               RequantizeMode mode)
      : OpConversionPattern<OpT>(converter, context), mode(mode) {}

protected:
  RequantizeMode mode;
};

/// What a lowering needs to know of a tensor of the original types.
struct TensorFacts {
  explicit TensorFacts(Value value);

  ArrayRef<int64_t> getShape() const { return type.getShape(); }
  int64_t getDim(unsigned i) const { return type.getDimSize(i); }
  /// Zero point of a per-tensor quantised tensor, 0 for others.
  int64_t getZeroPoint() const {
    return params.isQuantized() ? params.zeroPoint() : 0;
  }
  float getScale() const { return params.scale(); }
  bool isFloat32() const { return storage.isF32(); }
  bool isInteger(unsigned width) const {
    return storage.isInteger() && storage.getIntOrFloatBitWidth() == width;
  }
  /// The values that the storage type holds (8 and 16 bits).
  ClampRange<int32_t> getStorageRange() const;

  RankedTensorType type;
  /// The stored element type, with its sign.
  Type storage;
  QuantParams params;
  bool isUnsigned = false;
};

/// True if `value` is a tensor (false for `mopt.no_value` and null).
bool isPresent(Value value);

/// Fails a pattern and says why: to the rewriter, and on the op as
/// kRefusalAttr.
LogicalResult refuse(Operation *op, PatternRewriter &rewriter,
                     function_ref<void(Diagnostic &)> reason);
LogicalResult refuse(Operation *op, PatternRewriter &rewriter,
                     const char *reason);

/// Fails, with a reason, if an operand or result has a dynamic shape, a sparse
/// or a packed sub-byte constant is in the way, or strings are involved.
LogicalResult checkLowerable(Operation *op, PatternRewriter &rewriter);

/// One linalg.generic over the elements of `type` (a storage type): `body`
/// computes the element at the indices it is given.
using ElementBody =
    llvm::function_ref<Value(ScalarBuilder &, ValueRange indices)>;
Value buildElementwise(OpBuilder &builder, Location loc, RankedTensorType type,
                       ElementBody body);

/// Replaces `op` by its only result, whose elements `body` computes.
void replaceElementwise(Operation *op, PatternRewriter &rewriter,
                        const TypeConverter *converter, ElementBody body);

/// `value` in another static shape with as many elements.
Value reshapeTo(OpBuilder &builder, Location loc, Value value,
                ArrayRef<int64_t> shape);

/// The converted type of the only result of `op`.
RankedTensorType getResultType(const TypeConverter *converter, Operation *op);

/// Constant 1-D tensors, to be indexed in a body.
Value buildTable(OpBuilder &builder, Location loc, ArrayRef<int32_t> values);
Value buildTable(OpBuilder &builder, Location loc, ArrayRef<float> values);
Value buildTable(OpBuilder &builder, Location loc, ArrayRef<double> values);
/// A table of raw storage bytes: `elementType` signless.
Value buildTable(OpBuilder &builder, Location loc, Type elementType,
                 ArrayRef<char> bytes);

/// `value` cut to what a fused activation leaves of a float result.
Value applyFloatActivation(ScalarBuilder &b, Value value,
                           ClampRange<float> range);

/// One tap of a window in one dimension: an input index that always exists, and
/// whether the tap lies inside the input (null if it always does).
struct WindowTap {
  Value index;
  Value inside;
};

/// Where the operand of a window op lies: the taps of one dimension.
struct Window {
  Window(Padding padding, int64_t input, int64_t output, int64_t taps,
         int64_t stride, int64_t dilation);

  int64_t input, output, taps, stride, dilation, before;

  /// True if every tap of every output lies inside the input.
  bool isInside() const;
  /// The input index that tap 0 of output `out` reads, maybe outside.
  Value getOrigin(ScalarBuilder &b, Value out) const;
  /// The first tap that lies inside the input, and the one after the last.
  Value getFirstTap(ScalarBuilder &b, Value origin) const;
  Value getEndTap(ScalarBuilder &b, Value origin) const;
  /// All taps of output `out`, for an unrolled window.
  SmallVector<WindowTap> getTaps(ScalarBuilder &b, Value out) const;
  /// Carries `acc` through `body(b, in, tap, acc)` for the taps of `out` that
  /// lie inside of the input.
  Value emitTaps(
      ScalarBuilder &b, Value out, Value acc,
      llvm::function_ref<Value(ScalarBuilder &, Value in, Value tap, Value acc)>
          body) const;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_LOWERING_H
