//===- RecurrentKernels.cpp - Recurrent layers as kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Kernel/IR/KernelOps.h"

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
    if (size <= 0)
      return emitOpError("sizes must be positive");
  if (!llvm::isPowerOf2_64(getLanes()) || getLanes() < 4)
    return emitOpError("'lanes' must be a power of two from 4 on");
  int64_t padded = 0;
  for (const CellChunk &chunk : getCellChunks(getLanes(), getCells()))
    padded += chunk.lanes;
  auto check = [&](StringRef name, Value value, int64_t size) {
    int64_t found = cast<ShapedType>(value.getType()).getNumElements();
    if (found == size)
      return success();
    return LogicalResult(emitOpError(name)
                         << " must have " << size << " elements");
  };
  int64_t rows = getBatch() * getSteps();
  if (failed(check("input", getInput(), rows * getInputs())) ||
      failed(check("packed weights", getWeights(),
                   padded * getNumGates() * (getInputs() + getCells()))) ||
      failed(check("bias", getBias(), padded * getNumGates())) ||
      failed(check("output", getOutput(), rows * getCells())) ||
      failed(check("output state", getHidden(), getBatch() * getCells())) ||
      failed(check("cell state", getCell(), getBatch() * getCells())))
    return failure();
  if (getPeephole())
    return check("peephole weights", getPeephole(),
                 padded * (getNumGates() - 1));
  return success();
}

void LSTMOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
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
