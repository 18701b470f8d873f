//===- StridedSlice.cpp - What a strided_slice takes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/StridedSlice.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult StridedSliceOp::verifyViewOperands() {
  std::pair<Value, StringRef> operands[] = {
      {getBegin(), "begin"}, {getEnd(), "end"}, {getStrides(), "strides"}};
  int64_t positions = 0;
  for (auto [operand, name] : operands) {
    if (failed(verifyIndexTensor(*this, operand, name, {32})) ||
        failed(verifyRank(*this, operand, name, 1)))
      return failure();
    int64_t count = getTensorType(operand).getDimSize(0);
    if (operand == getBegin())
      positions = count;
    if (count != positions || count > 31)
      return emitOpError() << name << " must have as many values as begin, at "
                           << "most 31, got " << operand.getType();
  }
  uint32_t mask = (uint32_t(1) << positions) - 1;
  uint32_t ellipsis = getEllipsisMask() & mask;
  if (llvm::popcount(ellipsis) > 1)
    return emitOpError() << "ellipsis_mask " << getEllipsisMask()
                         << " has more than one bit set";
  int64_t dimensions =
      llvm::popcount(mask & ~ellipsis & ~uint32_t(getNewAxisMask()));
  if (dimensions > getTensorType(getInput()).getRank())
    return emitOpError() << "slices " << dimensions << " dimensions of "
                         << getInput().getType();
  return success();
}

SmallVector<SlicedDimension> mopt::getSlicedDimensions(StridedSliceOp op) {
  auto isSet = [](int32_t mask, int64_t i) { return (mask >> i & 1) != 0; };
  int64_t positions = getTensorType(op.getBegin()).getDimSize(0);
  int64_t rank = getTensorType(op.getInput()).getRank(), unnamed = rank;
  for (int64_t i = 0; i < positions; ++i)
    unnamed -= !isSet(op.getEllipsisMask() | op.getNewAxisMask(), i);

  SmallVector<SlicedDimension> dimensions;
  int64_t dim = 0;
  auto keepWhole = [&](int64_t count) {
    for (; count > 0; --count)
      dimensions.push_back({dim++});
  };
  for (int64_t i = 0; i < positions; ++i) {
    if (isSet(op.getEllipsisMask(), i)) {
      keepWhole(std::exchange(unnamed, 0));
    } else if (isSet(op.getNewAxisMask(), i)) {
      dimensions.push_back({});
    } else {
      SlicedDimension sliced{dim++, i};
      sliced.fromStart = isSet(op.getBeginMask(), i);
      sliced.toEnd = isSet(op.getEndMask(), i);
      sliced.isShrunk = isSet(op.getShrinkAxisMask(), i);
      dimensions.push_back(sliced);
    }
  }
  keepWhole(rank - dim);
  return dimensions;
}

FailureOr<SmallVector<ElementView>>
StridedSliceOp::getElementViews(KnownIntegers known) {
  auto begin = known(1), end = known(2), strides = known(3);
  // No views, because an index operand is not known.
  if (!begin || !end || !strides)
    return SmallVector<ElementView>();
  RankedTensorType type = getTensorType(getInput());
  ElementView whole = ElementView::getWhole(type.getShape()), view;
  for (const SlicedDimension &sliced : getSlicedDimensions(*this)) {
    if (sliced.isNew()) {
      view.resultShape.push_back(1);
      continue;
    }
    int64_t dim = sliced.dim, size = type.getDimSize(dim);
    if (sliced.isWhole()) {
      view.add(size, whole.strides[dim]);
      view.resultShape.push_back(size);
      continue;
    }
    int64_t stride = (*strides)[sliced.position];
    if (stride == 0)
      return emitOpError() << "stride of dimension " << dim << " is 0";
    // The first element outside on either side is as far as begin and end go.
    int64_t low = stride > 0 ? 0 : -1, high = stride > 0 ? size : size - 1;
    auto place = [&](int64_t index) {
      return std::clamp(index < 0 ? index + size : index, low, high);
    };
    int64_t wanted = (*begin)[sliced.position];
    int64_t first =
        sliced.fromStart ? (stride > 0 ? low : high) : place(wanted);
    if (sliced.isShrunk) {
      if (first < 0 || first >= size)
        return emitOpError() << "takes element " << wanted << " of dimension "
                             << dim << " of " << type;
      view.offset += first * whole.strides[dim];
      continue;
    }
    int64_t goal = (*end)[sliced.position] + (getOffset() ? first : 0);
    int64_t last = sliced.toEnd ? (stride > 0 ? high : low) : place(goal);
    int64_t distance = stride > 0 ? last - first : first - last;
    int64_t count =
        distance <= 0 ? 0 : llvm::divideCeil(distance, std::abs(stride));
    if (count > 0)
      view.offset += first * whole.strides[dim];
    // A step that is never taken may be of any size.
    view.add(count, count > 1 ? stride * whole.strides[dim] : 0);
    view.resultShape.push_back(count);
  }
  return SmallVector<ElementView>{view};
}

int32_t StridedSliceOp::getMinVersion() {
  if (getOffset())
    return 8;
  if (getEllipsisMask() || getNewAxisMask())
    return 6;
  RankedTensorType type = getTensorType(getInput());
  bool isBool = type.getElementType().isInteger(1);
  int32_t version = type.getRank() > 4 ? 4 : isBool ? 3 : 1;
  return std::max(version, getTypeVersion(*this));
}
