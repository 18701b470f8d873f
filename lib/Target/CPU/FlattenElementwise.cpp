//===- FlattenElementwise.cpp - One loop per elementwise op -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlattenElementwise.h"

#include "ComputeInPlace.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::mopt;

/// True for contiguous buffers of `shape`.
static bool isDense(Value buffer, ArrayRef<int64_t> shape) {
  auto type = cast<MemRefType>(buffer.getType());
  return type.hasStaticShape() && type.getShape() == shape &&
         type.getLayout().isIdentity();
}

/// The loads that read the element that `op` computes, if it reads no other
/// element that depends on the place.
static std::optional<SmallVector<memref::LoadOp>>
getOwnLoads(linalg::GenericOp op, ArrayRef<int64_t> shape) {
  SmallVector<memref::LoadOp> own;
  bool isElementwise = true;
  op.getBody()->walk([&](Operation *inner) {
    if (auto load = dyn_cast<memref::LoadOp>(inner);
        load && isDense(load.getMemRef(), shape) && readsOwnElement(load, op))
      own.push_back(load);
  });
  op.getBody()->walk([&](linalg::IndexOp index) {
    for (Operation *user : index->getUsers())
      isElementwise &= llvm::is_contained(own, user);
  });
  if (!isElementwise)
    return std::nullopt;
  return own;
}

static void flatten(linalg::GenericOp op) {
  Value result = getElementwiseBuffer(op);
  if (!result || op.getNumLoops() < 2)
    return;
  auto type = cast<MemRefType>(result.getType());
  ArrayRef<int64_t> shape = type.getShape();
  if (!isDense(result, shape))
    return;
  std::optional<SmallVector<memref::LoadOp>> loads = getOwnLoads(op, shape);
  if (!loads)
    return;

  OpBuilder builder(op);
  Location loc = op.getLoc();
  // One view a buffer: what is outlined takes views as distinct memory.
  llvm::DenseMap<Value, Value> views;
  auto getView = [&](Value buffer) {
    Value &view = views[buffer];
    if (!view) {
      SmallVector<ReassociationIndices> all = {
          llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()))};
      view = memref::CollapseShapeOp::create(builder, loc, buffer, all);
    }
    return view;
  };
  Value flat = getView(result);
  for (memref::LoadOp load : *loads)
    getView(load.getMemRef());
  auto made = linalg::GenericOp::create(
      builder, loc, /*inputs=*/ValueRange(), /*outputs=*/flat,
      builder.getMultiDimIdentityMap(1), utils::IteratorType::parallel);
  made.getRegion().takeBody(op.getRegion());
  builder.setInsertionPointToStart(made.getBody());
  Value index = linalg::IndexOp::create(builder, loc, 0);
  for (memref::LoadOp load : *loads) {
    builder.setInsertionPoint(load);
    load.replaceAllUsesWith(memref::LoadOp::create(builder, load.getLoc(),
                                                   getView(load.getMemRef()),
                                                   index)
                                .getResult());
    load.erase();
  }
  for (auto old : llvm::to_vector(made.getBody()->getOps<linalg::IndexOp>()))
    if (old.use_empty())
      old.erase();
  op.erase();
}

void mopt::flattenElementwise(func::FuncOp func) {
  for (auto op :
       llvm::to_vector(func.getBody().front().getOps<linalg::GenericOp>()))
    flatten(op);
}
