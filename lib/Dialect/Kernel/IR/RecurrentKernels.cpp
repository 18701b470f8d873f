//===- RecurrentKernels.cpp - Recurrent layers as kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelUtils.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

SmallVector<CellChunk> kernel::getCellChunks(int64_t lanes, int64_t cells) {
  SmallVector<CellChunk> chunks;
  int64_t first = 0;
  for (; first + lanes <= cells; first += lanes)
    chunks.push_back({first, lanes, lanes});
  if (int64_t rest = cells - first)
    chunks.push_back({first, rest,
                      std::max<int64_t>(
                          4, llvm::PowerOf2Ceil(static_cast<uint64_t>(rest)))});
  return chunks;
}

LogicalResult LSTMOp::verify() {
  for (Value operand : getOperands())
    if (!cast<ShapedType>(operand.getType()).hasStaticShape() ||
        !getElementTypeOrSelf(operand.getType()).isF32())
      return emitOpError("operands must be float32 of static shapes");
  for (int64_t size : {getBatch(), getSteps(), getInputs(), getCells()})
    if (!isSize(size) || size == 0)
      return emitOpError("sizes must be positive");
  if (!llvm::isPowerOf2_64(getLanes()) || getLanes() < 4 ||
      getLanes() > kMaxLanes)
    return emitOpError("'lanes' must be a power of two from 4 on");
  // All whole chunks, and the one of the rest.
  int64_t rest = getCells() % getLanes(), padded = getCells() - rest;
  for (const CellChunk &chunk : getCellChunks(getLanes(), rest))
    padded += chunk.lanes;
  auto check = [&](StringRef name, Value value, ArrayRef<int64_t> sizes) {
    return verifyNumElements(*this, name, value, multiply(sizes));
  };
  int64_t gates = getNumGates(), batch = getBatch(), cells = getCells();
  int64_t steps = getSteps(), inputs = getInputs();
  if (failed(check("input", getInput(), {batch, steps, inputs})) ||
      failed(check("packed weights", getWeights(),
                   {padded, gates, inputs + cells})) ||
      failed(check("bias", getBias(), {padded, gates})) ||
      failed(check("output", getOutput(), {batch, steps, cells})) ||
      failed(check("output state", getHidden(), {batch, cells})) ||
      failed(check("cell state", getCell(), {batch, cells})))
    return failure();
  if (getPeephole())
    return check("peephole weights", getPeephole(), {padded, gates - 1});
  return success();
}

void LSTMOp::getEffects(Effects &effects) {
  auto add = [&](MemoryEffects::Effect *effect, OpOperand &operand) {
    if (isa<MemRefType>(operand.get().getType()))
      effects.emplace_back(effect, &operand,
                           SideEffects::DefaultResource::get());
  };
  for (OpOperand &operand : getOperation()->getOpOperands()) {
    bool isOutput = operand.get() == getOutput();
    if (!isOutput)
      add(MemoryEffects::Read::get(), operand);
    if (isDpsInit(&operand))
      add(MemoryEffects::Write::get(), operand);
  }
}
