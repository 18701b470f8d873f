//===- Lowering.cpp - What the lowerings to linalg share -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

using namespace mlir;
using namespace mlir::mopt;

StorageTypeConverter::StorageTypeConverter() {
  addConversion([](Type type) { return type; });
  addConversion([](IntegerType type) {
    return IntegerType::get(type.getContext(), type.getWidth());
  });
  addConversion([this](RankedTensorType type) -> Type {
    Type stored = getStorageElementType(type.getElementType());
    // A complex number is two floats, along a last dimension.
    if (auto complex = dyn_cast<ComplexType>(stored)) {
      SmallVector<int64_t> shape(type.getShape());
      shape.push_back(2);
      return RankedTensorType::get(shape, complex.getElementType());
    }
    Type element = convertType(stored);
    // Booleans are bytes in memory.
    if (element.isInteger(1))
      element = IntegerType::get(type.getContext(), 8);
    return RankedTensorType::get(type.getShape(), element);
  });
  // The type of a value and its storage type differ only in how they are read.
  auto cast = [](OpBuilder &builder, Type type, ValueRange inputs,
                 Location loc) -> Value {
    return UnrealizedConversionCastOp::create(builder, loc, type, inputs)
        .getResult(0);
  };
  addSourceMaterialization(cast);
  addTargetMaterialization(cast);
}

TensorFacts::TensorFacts(Value value)
    : type(cast<RankedTensorType>(value.getType())),
      storage(mopt::getStorageElementType(type.getElementType())),
      params(getQuantParams(type)), isUnsigned(storage.isUnsignedInteger()) {}

ClampRange<int32_t> TensorFacts::getStorageRange() const {
  int64_t values = int64_t(1) << storage.getIntOrFloatBitWidth();
  if (isUnsigned)
    return {0, static_cast<int32_t>(values - 1)};
  return {static_cast<int32_t>(-values / 2),
          static_cast<int32_t>(values / 2 - 1)};
}

bool mopt::isPresent(Value value) {
  return value && isa<RankedTensorType>(value.getType());
}

LogicalResult mopt::refuse(Operation *op, PatternRewriter &rewriter,
                           function_ref<void(Diagnostic &)> reason) {
  Diagnostic diagnostic(op->getLoc(), DiagnosticSeverity::Remark);
  reason(diagnostic);
  // The conversion driver keeps reasons to itself in release builds.
  op->setAttr(kRefusalAttr, rewriter.getStringAttr(diagnostic.str()));
  return rewriter.notifyMatchFailure(op, reason);
}

LogicalResult mopt::refuse(Operation *op, PatternRewriter &rewriter,
                           const char *reason) {
  return refuse(op, rewriter, [&](Diagnostic &diag) { diag << reason; });
}

LogicalResult mopt::checkLowerable(Operation *op, PatternRewriter &rewriter) {
  for (Type type :
       llvm::concat<const Type>(SmallVector<Type>(op->getOperandTypes()),
                                SmallVector<Type>(op->getResultTypes()))) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      continue;
    if (!tensor.hasStaticShape())
      return refuse(op, rewriter, [&](Diagnostic &diag) {
        diag << "shape of " << tensor << " is dynamic";
      });
    Type storage = getStorageElementType(tensor.getElementType());
    if (!storage.isIntOrFloat())
      return refuse(op, rewriter, [&](Diagnostic &diag) {
        diag << "elements of " << tensor << " are not numbers";
      });
    if (storage.getIntOrFloatBitWidth() < 8 && !storage.isInteger(1))
      return refuse(op, rewriter, [&](Diagnostic &diag) {
        diag << "elements of " << tensor << " are packed";
      });
  }
  return success();
}

Value mopt::buildElementwise(OpBuilder &builder, Location loc,
                             RankedTensorType type, ElementBody body) {
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  unsigned rank = type.getRank();
  SmallVector<AffineMap> maps = {builder.getMultiDimIdentityMap(rank)};
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder, loc, type, ValueRange(), ValueRange(empty), maps, iterators,
      [&](OpBuilder &nested, Location nestedLoc, ValueRange) {
        ScalarBuilder b(nestedLoc, nested);
        SmallVector<Value> indices;
        for (unsigned i = 0; i < rank; ++i)
          indices.push_back(linalg::IndexOp::create(b, i));
        linalg::YieldOp::create(b, body(b, indices));
      });
  return generic.getResult(0);
}

Value mopt::reshapeTo(OpBuilder &builder, Location loc, Value value,
                      ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getShape() == shape)
    return value;
  auto flatType =
      RankedTensorType::get({type.getNumElements()}, type.getElementType());
  // Everything is contiguous, so flatten and unflatten: no data moves.
  if (type.getRank() == 0) {
    value = tensor::ExpandShapeOp::create(builder, loc, flatType, value,
                                          ArrayRef<ReassociationIndices>());
  } else if (type.getRank() > 1) {
    SmallVector<ReassociationIndices> all = {
        llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()))};
    value = tensor::CollapseShapeOp::create(builder, loc, flatType, value, all);
  }
  auto target = RankedTensorType::get(shape, type.getElementType());
  if (target == value.getType())
    return value;
  if (shape.empty())
    return tensor::CollapseShapeOp::create(builder, loc, target, value,
                                           ArrayRef<ReassociationIndices>());
  SmallVector<ReassociationIndices> all = {
      llvm::to_vector<2>(llvm::seq<int64_t>(0, shape.size()))};
  return tensor::ExpandShapeOp::create(builder, loc, target, value, all);
}

RankedTensorType mopt::getResultType(const TypeConverter *converter,
                                     Operation *op) {
  return cast<RankedTensorType>(
      converter->convertType(op->getResult(0).getType()));
}

void mopt::replaceElementwise(Operation *op, PatternRewriter &rewriter,
                              const TypeConverter *converter,
                              ElementBody body) {
  RankedTensorType type = getResultType(converter, op);
  rewriter.replaceOp(op, buildElementwise(rewriter, op->getLoc(), type, body));
}

template <typename T>
static Value buildTypedTable(OpBuilder &builder, Location loc, Type element,
                             ArrayRef<T> values) {
  auto type =
      RankedTensorType::get({static_cast<int64_t>(values.size())}, element);
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, values));
}

Value mopt::buildTable(OpBuilder &builder, Location loc,
                       ArrayRef<int32_t> values) {
  return buildTypedTable(builder, loc, builder.getI32Type(), values);
}

Value mopt::buildTable(OpBuilder &builder, Location loc,
                       ArrayRef<float> values) {
  return buildTypedTable(builder, loc, builder.getF32Type(), values);
}

Value mopt::buildTable(OpBuilder &builder, Location loc,
                       ArrayRef<double> values) {
  return buildTypedTable(builder, loc, builder.getF64Type(), values);
}

Value mopt::buildTable(OpBuilder &builder, Location loc, Type elementType,
                       ArrayRef<char> bytes) {
  int64_t size = bytes.size() / (elementType.getIntOrFloatBitWidth() / 8);
  return arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::getFromRawBuffer(
          RankedTensorType::get({size}, elementType), bytes));
}

Value mopt::applyFloatActivation(ScalarBuilder &b, Value value,
                                 ClampRange<float> range) {
  if (range.min > std::numeric_limits<float>::lowest())
    value = b.max(value, b.f32(range.min));
  if (range.max < std::numeric_limits<float>::max())
    value = b.min(value, b.f32(range.max));
  return value;
}

Window::Window(Padding padding, int64_t input, int64_t output, int64_t taps,
               int64_t stride, int64_t dilation)
    : input(input), output(output), taps(taps), stride(stride),
      dilation(dilation),
      before(getPaddingBefore(padding, input, output, taps, stride, dilation)) {
}

bool Window::isInside() const {
  return before == 0 && (output - 1) * stride + (taps - 1) * dilation < input;
}

Value Window::getOrigin(ScalarBuilder &b, Value out) const {
  return b.sub(b.mul(out, stride), before);
}

Value Window::getFirstTap(ScalarBuilder &b, Value origin) const {
  if (before == 0)
    return b.index(0);
  // ceil(-origin / dilation), not below 0.
  Value missing = b.max(b.sub(b.index(0), origin), b.index(0));
  if (dilation == 1)
    return missing;
  return b.div(b.add(missing, dilation - 1), b.index(dilation));
}

Value Window::getEndTap(ScalarBuilder &b, Value origin) const {
  if ((output - 1) * stride - before + (taps - 1) * dilation < input)
    return b.index(taps);
  // ceil((input - origin) / dilation), not above the number of taps.
  Value left = b.max(b.sub(b.index(input), origin), b.index(0));
  if (dilation != 1)
    left = b.div(b.add(left, dilation - 1), b.index(dilation));
  return b.min(left, b.index(taps));
}

Value Window::emitTaps(
    ScalarBuilder &b, Value out, Value acc,
    llvm::function_ref<Value(ScalarBuilder &, Value, Value, Value)> body)
    const {
  Value origin = getOrigin(b, out);
  return b.loop(getFirstTap(b, origin), getEndTap(b, origin), acc,
                [&](ScalarBuilder &b, Value tap, Value acc) {
                  Value in = b.add(origin, b.mul(tap, dilation));
                  return body(b, in, tap, acc);
                });
}

SmallVector<WindowTap> Window::getTaps(ScalarBuilder &b, Value out) const {
  using Compare = ScalarBuilder::Compare;
  Value origin = getOrigin(b, out);
  SmallVector<WindowTap> result;
  for (int64_t tap = 0; tap < taps; ++tap) {
    Value index = b.add(origin, tap * dilation);
    int64_t lowest = tap * dilation - before;
    int64_t highest = lowest + (output - 1) * stride;
    Value inside;
    if (lowest < 0) {
      inside = b.compare(Compare::GE, index, b.index(0));
      index = b.max(index, b.index(0));
    }
    if (highest >= input) {
      Value below = b.compare(Compare::LT, index, b.index(input));
      inside = inside ? b.logicalAnd(inside, below) : below;
      index = b.min(index, b.index(input - 1));
    }
    result.push_back({index, inside});
  }
  return result;
}
