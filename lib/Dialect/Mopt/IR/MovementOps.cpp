//===- MovementOps.cpp - Cutting, joining, permuting, repeating -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/MovementOps.h"

#include "VerifierUtils.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::mopt;

using Views = FailureOr<SmallVector<ElementView>>;

/// No views, because an index operand is not known.
static Views unknown() { return SmallVector<ElementView>(); }

static Views single(ElementView view) {
  SmallVector<ElementView> views;
  views.push_back(std::move(view));
  return views;
}

/// `axis` counted from 0, or an error if there is no such dimension.
static FailureOr<int64_t> getAxis(Operation *op, int64_t axis, int64_t rank) {
  if (axis >= -rank && axis < rank)
    return axis < 0 ? axis + rank : axis;
  op->emitOpError() << "axis " << axis << " is out of range for rank " << rank;
  return failure();
}

/// The one element of an axis operand.
static FailureOr<int64_t> getAxis(Operation *op, ArrayRef<int64_t> values,
                                  int64_t rank) {
  if (values.size() == 1)
    return getAxis(op, values.front(), rank);
  op->emitOpError() << "axis must be one value, got " << values.size();
  return failure();
}

/// Sizes of dimensions that an operand gives: such products fit in 64 bits.
static LogicalResult checkSizes(Operation *op, StringRef name,
                                ArrayRef<int64_t> values) {
  for (int64_t value : values)
    if (value < 0 || value > std::numeric_limits<int32_t>::max())
      return op->emitOpError()
             << name << " must lie in [0, 2^31), got " << value;
  return success();
}

static LogicalResult verifyPerDimension(Operation *op, Value input,
                                        Value operand, StringRef name,
                                        ArrayRef<unsigned> widths) {
  if (failed(verifyIndexTensor(op, operand, name, widths)))
    return failure();
  return verifyShape(op, operand, name, {getTensorType(input).getRank()});
}

/// An operand that holds one value.
static LogicalResult verifyOneIndex(Operation *op, Value operand,
                                    StringRef name) {
  if (failed(verifyIndexTensor(op, operand, name, {32})))
    return failure();
  if (getTensorType(operand).getNumElements() == 1)
    return success();
  return op->emitOpError() << name << " must have one element, got "
                           << operand.getType();
}

//===----------------------------------------------------------------------===//
// transpose
//===----------------------------------------------------------------------===//

LogicalResult TransposeOp::verifyViewOperands() {
  return verifyPerDimension(*this, getInput(), getPerm(), "perm", {32});
}

Views TransposeOp::getElementViews(KnownIntegers known) {
  auto perm = known(1);
  if (!perm)
    return unknown();
  ElementView whole =
                  ElementView::getWhole(getTensorType(getInput()).getShape()),
              view;
  llvm::SmallBitVector seen(perm->size());
  for (int64_t dim : *perm) {
    FailureOr<int64_t> axis = ::getAxis(*this, dim, perm->size());
    if (failed(axis))
      return failure();
    if (seen.test(*axis))
      return emitOpError() << "perm has dimension " << *axis << " twice";
    seen.set(*axis);
    view.add(whole.shape[*axis], whole.strides[*axis]);
  }
  view.resultShape = view.shape;
  return single(view);
}

//===----------------------------------------------------------------------===//
// slice
//===----------------------------------------------------------------------===//

LogicalResult SliceOp::verifyViewOperands() {
  if (failed(
          verifyPerDimension(*this, getInput(), getBegin(), "begin", {32, 64})))
    return failure();
  return verifyPerDimension(*this, getInput(), getSize(), "size", {32, 64});
}

Views SliceOp::getElementViews(KnownIntegers known) {
  auto begin = known(1), size = known(2);
  if (!begin || !size)
    return unknown();
  RankedTensorType type = getTensorType(getInput());
  ElementView view = ElementView::getWhole(type.getShape());
  for (auto [dim, first, wanted] : llvm::enumerate(*begin, *size)) {
    int64_t available = type.getDimSize(dim);
    int64_t count = wanted == -1 ? available - first : wanted;
    if (first < 0 || first > available || count < 0 ||
        count > available - first)
      return emitOpError() << "begin " << first << " and size " << wanted
                           << " do not fit into dimension " << dim << " of "
                           << type;
    view.offset += first * view.strides[dim];
    view.shape[dim] = count;
  }
  view.resultShape = view.shape;
  return single(view);
}

//===----------------------------------------------------------------------===//
// split, split_v, unpack
//===----------------------------------------------------------------------===//

/// Parts of `sizes`, one after the other along `axis`.
static SmallVector<ElementView> cut(RankedTensorType type, int64_t axis,
                                    ArrayRef<int64_t> sizes) {
  SmallVector<ElementView> views;
  ElementView view = ElementView::getWhole(type.getShape());
  for (int64_t size : sizes) {
    view.shape[axis] = size;
    view.resultShape = view.shape;
    views.push_back(view);
    view.offset += size * view.strides[axis];
  }
  return views;
}

static LogicalResult verifyResultCount(Operation *op, StringRef attribute,
                                       int64_t count) {
  if (count == op->getNumResults() && count > 0)
    return success();
  return op->emitOpError() << attribute << " is " << count << ", but there are "
                           << op->getNumResults() << " results";
}

LogicalResult SplitOp::verifyViewOperands() {
  if (failed(verifyResultCount(*this, "num_splits", getNumSplits())))
    return failure();
  return verifyOneIndex(*this, getSplitDim(), "split_dim");
}

Views SplitOp::getElementViews(KnownIntegers known) {
  auto dim = known(0);
  if (!dim)
    return unknown();
  RankedTensorType type = getTensorType(getValue());
  FailureOr<int64_t> axis = ::getAxis(*this, *dim, type.getRank());
  if (failed(axis))
    return failure();
  int64_t size = type.getDimSize(*axis), parts = getNumSplits();
  if (size % parts != 0)
    return emitOpError() << "cannot split dimension " << *axis << " of " << type
                         << " into " << parts << " equal parts";
  return cut(type, *axis, SmallVector<int64_t>(parts, size / parts));
}

LogicalResult SplitVOp::verifyViewOperands() {
  if (failed(verifyResultCount(*this, "num_splits", getNumSplits())) ||
      failed(verifyOneIndex(*this, getSplitDim(), "split_dim")) ||
      failed(
          verifyIndexTensor(*this, getSizeSplits(), "size_splits", {32, 64})))
    return failure();
  return verifyShape(*this, getSizeSplits(), "size_splits", {getNumSplits()});
}

Views SplitVOp::getElementViews(KnownIntegers known) {
  auto sizes = known(1), dim = known(2);
  if (!sizes || !dim)
    return unknown();
  RankedTensorType type = getTensorType(getValue());
  FailureOr<int64_t> axis = ::getAxis(*this, *dim, type.getRank());
  if (failed(axis))
    return failure();
  int64_t rest = type.getDimSize(*axis);
  int64_t *open = nullptr;
  for (int64_t &size : *sizes) {
    if (size == -1 && !open) {
      open = &size;
      continue;
    }
    if (failed(checkSizes(*this, "size_splits", size)))
      return failure();
    rest -= size;
  }
  if (open)
    *open = rest;
  if (open ? rest < 0 : rest != 0)
    return emitOpError() << "size_splits do not add up to dimension " << *axis
                         << " of " << type;
  return cut(type, *axis, *sizes);
}

LogicalResult UnpackOp::verifyViewOperands() {
  return verifyResultCount(*this, "num", getNum());
}

Views UnpackOp::getElementViews(KnownIntegers) {
  RankedTensorType type = getTensorType(getValue());
  FailureOr<int64_t> axis =
      ::getAxis(*this, int64_t(getAxis()), type.getRank());
  if (failed(axis))
    return failure();
  if (type.getDimSize(*axis) != getNum())
    return emitOpError() << "num is " << getNum() << ", but dimension " << *axis
                         << " of " << type << " has another size";
  SmallVector<ElementView> views =
      cut(type, *axis, SmallVector<int64_t>(getNum(), 1));
  for (ElementView &view : views)
    view.resultShape.erase(view.resultShape.begin() + *axis);
  return views;
}

//===----------------------------------------------------------------------===//
// pack
//===----------------------------------------------------------------------===//

LogicalResult PackOp::verify() {
  if (getValues().empty())
    return emitOpError("needs at least one input");
  if (static_cast<int64_t>(getValues().size()) != getValuesCount())
    return emitOpError() << "values_count is " << getValuesCount()
                         << ", but there are " << getValues().size()
                         << " inputs";
  RankedTensorType first = getTensorType(getValues().front());
  FailureOr<int64_t> axis =
      ::getAxis(*this, int64_t(getAxis()), first.getRank() + 1);
  if (failed(axis))
    return failure();
  for (auto [index, value] : llvm::enumerate(getValues())) {
    std::string name = "input " + std::to_string(index);
    if (failed(verifySameStorage(*this, value, name, getOutput(), "output")) ||
        failed(verifyShape(*this, value, name, first.getShape())))
      return failure();
  }
  SmallVector<int64_t> shape(first.getShape());
  shape.insert(shape.begin() + *axis, getValuesCount());
  return verifyShape(*this, getOutput(), "output", shape);
}

//===----------------------------------------------------------------------===//
// tile, broadcast_to, reverse_v2
//===----------------------------------------------------------------------===//

LogicalResult TileOp::verifyViewOperands() {
  return verifyPerDimension(*this, getInput(), getMultiples(), "multiples",
                            {32, 64});
}

Views TileOp::getElementViews(KnownIntegers known) {
  auto multiples = known(1);
  if (!multiples)
    return unknown();
  if (failed(checkSizes(*this, "multiples", *multiples)))
    return failure();
  ElementView whole =
                  ElementView::getWhole(getTensorType(getInput()).getShape()),
              view;
  for (auto [size, stride, count] :
       llvm::zip_equal(whole.shape, whole.strides, *multiples)) {
    view.add(count, 0);
    view.add(size, stride);
    view.resultShape.push_back(count * size);
  }
  return single(view);
}

LogicalResult BroadcastToOp::verifyViewOperands() {
  if (failed(verifyIndexTensor(*this, getShape(), "shape", {32, 64})))
    return failure();
  return verifyRank(*this, getShape(), "shape", 1);
}

Views BroadcastToOp::getElementViews(KnownIntegers known) {
  auto shape = known(1);
  if (!shape)
    return unknown();
  if (failed(checkSizes(*this, "shape", *shape)))
    return failure();
  RankedTensorType type = getTensorType(getInput());
  ElementView whole = ElementView::getWhole(type.getShape()), view;
  int64_t added = shape->size() - type.getRank();
  bool fits = added >= 0;
  for (int64_t i = 0; fits && i < int64_t(shape->size()); ++i) {
    int64_t size = i < added ? 1 : whole.shape[i - added];
    fits = size == 1 || size == (*shape)[i];
    view.add((*shape)[i], size == 1 ? 0 : whole.strides[i - added]);
  }
  if (!fits) {
    InFlightDiagnostic diag = emitOpError()
                              << "cannot broadcast " << type << " to shape [";
    llvm::interleaveComma(*shape, diag);
    return diag << "]";
  }
  view.resultShape = view.shape;
  return single(view);
}

LogicalResult ReverseV2Op::verifyViewOperands() {
  if (failed(verifyIndexTensor(*this, getAxis(), "axis", {32})))
    return failure();
  return verifyRank(*this, getAxis(), "axis", 1);
}

Views ReverseV2Op::getElementViews(KnownIntegers known) {
  auto axes = known(1);
  if (!axes)
    return unknown();
  RankedTensorType type = getTensorType(getInput());
  ElementView view = ElementView::getWhole(type.getShape());
  llvm::SmallBitVector seen(type.getRank());
  for (int64_t value : *axes) {
    FailureOr<int64_t> axis = ::getAxis(*this, value, type.getRank());
    if (failed(axis))
      return failure();
    if (seen.test(*axis))
      return emitOpError() << "axis has dimension " << *axis << " twice";
    seen.set(*axis);
    if (view.shape[*axis] == 0)
      continue;
    view.offset += (view.shape[*axis] - 1) * view.strides[*axis];
    view.strides[*axis] *= -1;
  }
  return single(view);
}

//===----------------------------------------------------------------------===//
// mirror_pad
//===----------------------------------------------------------------------===//

LogicalResult MirrorPadOp::verify() {
  RankedTensorType type = getTensorType(getInput());
  if (failed(verifySameStorage(*this, getInput(), "input", getOutput(),
                               "output")) ||
      failed(verifyIndexTensor(*this, getPaddings(), "paddings", {32, 64})) ||
      failed(
          verifyShape(*this, getPaddings(), "paddings", {type.getRank(), 2})))
    return failure();
  std::optional<SmallVector<int64_t>> paddings =
      getConstantIndices(getPaddings());
  if (!paddings)
    return success();
  SmallVector<int64_t> shape(type.getShape());
  for (auto [i, padding] : llvm::enumerate(*paddings)) {
    int64_t limit = getMaxPadding(type.getDimSize(i / 2));
    if (padding < 0 || padding > limit)
      return emitOpError() << "can mirror at most " << limit
                           << " elements of dimension " << i / 2 << " of "
                           << type << ", got " << padding;
    shape[i / 2] += padding;
  }
  return verifyShape(*this, getOutput(), "output", shape);
}

int64_t MirrorPadOp::getMaxPadding(int64_t size) {
  bool repeatsEdge = getMode() == MirrorPadMode::SYMMETRIC;
  return std::max<int64_t>(repeatsEdge ? size : size - 1, 0);
}

//===----------------------------------------------------------------------===//
// reverse_sequence, dynamic_update_slice
//===----------------------------------------------------------------------===//

LogicalResult ReverseSequenceOp::verify() {
  RankedTensorType type = getTensorType(getInput());
  if (failed(verifySameStorage(*this, getInput(), "input", getOutput(),
                               "output")) ||
      failed(
          verifyIndexTensor(*this, getSeqLengths(), "seq_lengths", {32, 64})))
    return failure();
  int64_t sequence = getSeqDim(), batch = getBatchDim();
  if (sequence < 0 || sequence >= type.getRank() || batch < 0 ||
      batch >= type.getRank() || sequence == batch)
    return emitOpError() << "seq_dim " << sequence << " and batch_dim " << batch
                         << " must be two dimensions of " << type;
  if (failed(verifyShape(*this, getSeqLengths(), "seq_lengths",
                         {type.getDimSize(batch)})))
    return failure();
  return verifyShape(*this, getOutput(), "output", type.getShape());
}

LogicalResult DynamicUpdateSliceOp::verify() {
  RankedTensorType type = getTensorType(getOperand());
  if (failed(verifySameStorage(*this, getOperand(), "operand", getOutput(),
                               "output")) ||
      failed(verifySameStorage(*this, getUpdate(), "update", getOutput(),
                               "output")) ||
      failed(verifyPerDimension(*this, getOperand(), getStartIndices(),
                                "start_indices", {32, 64})) ||
      failed(verifyShape(*this, getOutput(), "output", type.getShape())))
    return failure();
  RankedTensorType update = getTensorType(getUpdate());
  bool fits = update.getRank() == type.getRank();
  for (int64_t i = 0; fits && i < type.getRank(); ++i)
    fits = update.getDimSize(i) <= type.getDimSize(i);
  if (!fits)
    return emitOpError() << "update " << update << " does not fit into "
                         << type;
  return success();
}

//===----------------------------------------------------------------------===//
// Versions
//===----------------------------------------------------------------------===//

static Type getStorage(Value value) {
  return getStorageElementType(getTensorType(value).getElementType());
}

int32_t TransposeOp::getMinVersion() {
  int64_t rank = getTensorType(getInput()).getRank();
  int32_t version = rank > 5 ? 6 : rank > 4 ? 4 : 1;
  if (getStorage(getInput()).isInteger(1))
    version = std::max(version, 3);
  return std::max(version, getTypeVersion(*this));
}

int32_t SliceOp::getMinVersion() {
  return std::max(getTensorType(getInput()).getRank() > 4 ? 5 : 1,
                  getTypeVersion(*this));
}

int32_t SplitOp::getMinVersion() {
  return std::max(getStorage(getValue()).isSignlessInteger(32) ? 3 : 1,
                  getTypeVersion(*this));
}

int32_t UnpackOp::getMinVersion() {
  Type storage = getStorage(getValue());
  int32_t version = storage.isInteger(1)           ? 3
                    : storage.isUnsignedInteger(8) ? 2
                                                   : 1;
  return std::max(version, getTypeVersion(*this));
}

int32_t BroadcastToOp::getMinVersion() {
  return std::max(2, getTypeVersion(*this));
}

int32_t ReverseV2Op::getMinVersion() {
  return std::max(getStorage(getInput()).isInteger(1) ? 2 : 1,
                  getTypeVersion(*this));
}
