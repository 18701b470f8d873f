//===- BufferLife.cpp - When buffers are in use -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferLife.h"

#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace mlir::mopt;

BufferLives::BufferLives(func::FuncOp func) : block(&func.getBody().front()) {
  for (auto [i, op] : llvm::enumerate(*block))
    positions[&op] = i;
}

unsigned BufferLives::getPosition(Operation *op) const {
  return positions.lookup(block->findAncestorOpInBlock(*op));
}

void BufferLives::extend(BufferLife &life, Value buffer) const {
  for (Operation *user : buffer.getUsers()) {
    unsigned position = getPosition(user);
    life.end = std::max(life.end, position);
    // To look at a buffer in another way is not yet to use it.
    if (isa<ViewLikeOpInterface>(user)) {
      for (Value view : user->getResults())
        extend(life, view);
      continue;
    }
    life.begin = std::min(life.begin, position);
  }
}

BufferLife BufferLives::get(Value buffer) const {
  BufferLife life;
  extend(life, buffer);
  return life;
}

Value mopt::getOwningBuffer(Value view) {
  while (auto op = view.getDefiningOp<ViewLikeOpInterface>())
    view = op.getViewSource();
  return view;
}
