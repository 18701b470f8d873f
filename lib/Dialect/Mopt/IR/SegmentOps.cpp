//===- SegmentOps.cpp - Verifiers of reductions of segments -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/SegmentOps.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// `count` segments of the dimensions of `data` after those of the ids.
template <typename OpT>
static LogicalResult verifySegments(OpT op, int64_t count) {
  RankedTensorType data = getTensorType(op.getData());
  RankedTensorType ids = getTensorType(op.getSegmentIds());
  if (!data.getElementType().isF32() &&
      !data.getElementType().isSignlessInteger(32))
    return op.emitOpError() << "data must hold float32 or int32, got " << data;
  if (failed(verifyIndexTensor(op, op.getSegmentIds(), "segment_ids", {32})) ||
      failed(verifySameStorage(op, op.getData(), "data", op.getOutput(),
                               "output")))
    return failure();
  if (ids.getRank() > data.getRank() ||
      ids.getShape() != data.getShape().take_front(ids.getRank()))
    return op.emitOpError()
           << "segment_ids must have the leading dimensions of " << data
           << ", got " << ids;
  SmallVector<int64_t> shape = {count};
  llvm::append_range(shape, data.getShape().drop_front(ids.getRank()));
  return verifyShape(op, op.getOutput(), "output", shape);
}

static int64_t getRows(Value output) {
  RankedTensorType type = getTensorType(output);
  return type.getRank() ? type.getDimSize(0) : 0;
}

LogicalResult SegmentSumOp::verify() {
  if (failed(verifyRank(*this, getSegmentIds(), "segment_ids", 1)))
    return failure();
  int64_t count = getRows(getOutput());
  if (auto ids = getConstantIndices(getSegmentIds())) {
    int64_t last = -1;
    for (int64_t id : *ids) {
      if (id != last && id != last + 1)
        return emitOpError()
               << "segment_ids must begin with 0 and go up by one "
               << "at most, got " << id << " after " << last;
      // The first id is 0: there is none before it to repeat.
      if (id < 0)
        return emitOpError() << "segment_ids must not be negative, got " << id;
      last = id;
    }
    count = last + 1;
  }
  return verifySegments(*this, count);
}

template <typename OpT>
static LogicalResult verifyUnsorted(OpT op) {
  if (failed(verifyIndexTensor(op, op.getNumSegments(), "num_segments", {32})))
    return failure();
  int64_t count = getRows(op.getOutput());
  if (auto number = getConstantIndices(op.getNumSegments())) {
    if (number->size() != 1 || number->front() < 0)
      return op.emitOpError() << "num_segments must be one value, not negative";
    count = number->front();
  }
  return verifySegments(op, count);
}

LogicalResult UnsortedSegmentSumOp::verify() { return verifyUnsorted(*this); }
LogicalResult UnsortedSegmentProdOp::verify() { return verifyUnsorted(*this); }
LogicalResult UnsortedSegmentMinOp::verify() { return verifyUnsorted(*this); }
LogicalResult UnsortedSegmentMaxOp::verify() { return verifyUnsorted(*this); }
