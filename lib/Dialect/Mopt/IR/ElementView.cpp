//===- ElementView.cpp - Elements picked at regular steps -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ElementView.h"

#include "VerifierUtils.h"
#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h"

using namespace mlir;
using namespace mlir::mopt;

ElementView ElementView::getWhole(ArrayRef<int64_t> shape) {
  ElementView view;
  view.shape.assign(shape.begin(), shape.end());
  view.resultShape = view.shape;
  view.strides.assign(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    view.strides[i - 1] = view.strides[i] * shape[i];
  // Without elements no step matters, and none can leave 64 bits.
  if (llvm::is_contained(shape, 0))
    view.strides.assign(shape.size(), 0);
  return view;
}

int64_t ElementView::getNumElements() const {
  if (llvm::is_contained(shape, 0))
    return 0;
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

bool ElementView::isInside(int64_t count) const {
  if (getNumElements() == 0)
    return true;
  int64_t lowest = offset, highest = offset;
  for (auto [size, stride] : llvm::zip_equal(shape, strides))
    (stride < 0 ? lowest : highest) += (size - 1) * stride;
  return lowest >= 0 && highest < count;
}

ElementView ElementView::getSimplified() const {
  ElementView view;
  view.offset = offset;
  view.resultShape = resultShape;
  for (auto [size, stride] : llvm::zip_equal(shape, strides)) {
    if (size == 1)
      continue;
    if (!view.shape.empty() && view.strides.back() == size * stride) {
      view.shape.back() *= size;
      view.strides.back() = stride;
    } else {
      view.add(size, stride);
    }
  }
  return view;
}

LogicalResult mopt::detail::verifyElementViews(ElementViewOp op) {
  if (failed(op.verifyViewOperands()))
    return failure();
  unsigned data =
      cast<QuantizableOp>(op.getOperation()).getQuantSpec().getDataOperand();
  auto getName = [&](OpResult result) {
    return op->getNumResults() == 1
               ? "output"
               : "output " + std::to_string(result.getResultNumber());
  };
  for (OpResult result : op->getResults())
    if (failed(verifySameStorage(op, op->getOperand(data), "input", result,
                                 getName(result))))
      return failure();
  auto getConstant = [&](unsigned i) {
    return getConstantIndices(op->getOperand(i));
  };
  FailureOr<SmallVector<ElementView>> views = op.getElementViews(getConstant);
  if (failed(views))
    return failure();
  // Without the values of an index operand there is nothing to compare.
  if (views->empty())
    return success();
  if (views->size() != op->getNumResults())
    return op->emitOpError() << "must have " << views->size()
                             << " results, got " << op->getNumResults();
  for (auto [result, view] : llvm::zip_equal(op->getResults(), *views))
    if (failed(verifyShape(op, result, getName(result), view.resultShape)))
      return failure();
  return success();
}
