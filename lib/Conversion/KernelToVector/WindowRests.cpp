//===- WindowRests.cpp - What whole steps leave of windows -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WindowRests.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mlir::mopt;

WindowRests::WindowRests(KernelEmitter &b, kernel::Conv2DOp op)
    : b(b), steps(kernel::getWindowSteps(op)), lanes(op.getTile().getLanes()),
      pixels(llvm::alignTo(op.getOutputShape()[2], lanes)),
      pixelStride(op.getStrides()[1] * op.getInputShape()[3]),
      runStride(op.getDilations()[0] * op.getInputLayout().row) {
  auto type = MemRefType::get({steps.getRestSteps() * pixels * steps.depth},
                              b.getI8Type());
  buffer = memref::AllocaOp::create(b, type, b.getI64IntegerAttr(64));
}

Value WindowRests::getPlace(int64_t step, Value column) {
  return b.add(b.mul(column, steps.depth), step * pixels * steps.depth);
}

Value WindowRests::gather(
    int64_t step, Value input, Value first,
    DenseMap<std::pair<int64_t, int64_t>, Value> &loaded) {
  auto type = VectorType::get(lanes * steps.depth, b.getI8Type());
  int64_t size = type.getNumElements();
  // Vectors of the input, by run and by number in it, and the bytes of the
  // result that they have: [byte of the result, byte of the vector].
  llvm::MapVector<std::pair<int64_t, int64_t>,
                  SmallVector<std::pair<int64_t, int64_t>>>
      sources;
  for (int64_t lane = 0; lane < lanes; ++lane)
    for (int64_t product = 0; product < steps.depth; ++product)
      if (auto element = steps.getElement(
              steps.runs * steps.getRunSteps() + step, product)) {
        int64_t at =
            lane * pixelStride + element->at - steps.length + steps.getRest();
        sources[{element->run, at / size}].push_back(
            {lane * steps.depth + product, at % size});
      }
  Value result;
  for (auto &[source, bytes] : sources) {
    Value &vector = loaded[source];
    if (!vector)
      vector = b.load(type, input,
                      b.add(first, source.first * runStride + steps.length -
                                       steps.getRest() + source.second * size));
    // What no product takes stays any byte: its weights are zero.
    auto mask = llvm::to_vector(llvm::seq<int64_t>(0, size));
    for (auto [to, from] : bytes)
      mask[to] = size + from;
    result =
        vector::ShuffleOp::create(b, result ? result : vector, vector, mask);
  }
  return result;
}

void WindowRests::fill(Value input, Value window) {
  auto emit = [&](Value block, ValueRange) -> SmallVector<Value> {
    DenseMap<std::pair<int64_t, int64_t>, Value> loaded;
    Value column = b.mul(block, lanes);
    Value first = b.add(window, b.mul(column, pixelStride));
    for (int64_t step = 0; step < steps.getRestSteps(); ++step)
      b.store(gather(step, input, first, loaded), buffer,
              getPlace(step, column));
    return {};
  };
  // Threads do not share it: all tiles of the row come behind.
  b.loop(pixels / lanes, ValueRange(), emit);
}
