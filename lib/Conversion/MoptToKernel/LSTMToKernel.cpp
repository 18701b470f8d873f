//===- LSTMToKernel.cpp - LSTM layers become kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LSTMToKernel.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mopt/Conversion/MoptToKernel/KernelRewrites.h"
#include "mopt/Dialect/Mopt/IR/LSTMOperands.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::CellChunk;

static std::optional<LSTMLayer> getOnlyLayer(Operation *op) {
  auto get = [](auto op) -> std::optional<LSTMLayer> {
    SmallVector<LSTMLayer, 2> layers = getLSTMLayers(op);
    if (layers.size() != 1)
      return std::nullopt;
    return layers.front();
  };
  if (auto lstm = dyn_cast<UnidirectionalSequenceLSTMOp>(op))
    return get(lstm);
  if (auto lstm = dyn_cast<LSTMOp>(op))
    if (lstm.getKernelType() != LSTMKernel::BASIC)
      return get(lstm);
  return std::nullopt;
}

static bool hasKernel(const LSTMLayer &layer) {
  if (layer.getForm() != RecurrentForm::Float ||
      layer.activation != ActivationFunction::TANH || layer.hasLayerNorm() ||
      layer.hasProjection() || layer.has(lstm::kAuxInput) || layer.isBackward ||
      layer.outputs != layer.cells)
    return false;
  for (LSTMGate gate : kLSTMGates)
    if (layer.has(lstm::recurrentWeights(gate)) && layer.isDiagonal(gate))
      return false;
  for (unsigned place : {lstm::kOutputState, lstm::kCellState}) {
    Value state = layer.get(place);
    if (!state || !state.hasOneUse() || !state.getDefiningOp<VariableOp>())
      return false;
  }
  // Only the op's first result has a meaning.
  auto isStatic = [](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && type.hasStaticShape() && type.getElementType().isF32();
  };
  return layer.op->getNumResults() == 1 &&
         llvm::all_of(
             ValueRange{layer.get(lstm::kInput), layer.get(lstm::kOutputState),
                        layer.get(lstm::kCellState), layer.op->getResult(0)},
             isStatic);
}

namespace {

/// Puts the weights of all gates together.
class WeightPacker {
public:
  WeightPacker(const LSTMLayer &layer, int64_t lanes)
      : layer(layer), chunks(kernel::getCellChunks(lanes, layer.cells)) {
    for (LSTMGate gate : kLSTMGates)
      if (gate != LSTMGate::Input || !layer.isCoupled())
        gates.push_back(gate);
  }

  /// False if a weight is no constant.
  bool pack();

  std::vector<float> weights, bias, peephole;

private:
  /// The elements of an operand that is there; none if it is no constant.
  ArrayRef<float> get(unsigned place);

  const LSTMLayer &layer;
  SmallVector<CellChunk> chunks;
  SmallVector<LSTMGate> gates;
  /// Keeps elements alive.
  SmallVector<HostTensor> tensors;
};

} // namespace

ArrayRef<float> WeightPacker::get(unsigned place) {
  Value value = layer.get(place);
  auto op = value ? value.getDefiningOp<ConstOp>() : ConstOp();
  if (!op || !getElementTypeOrSelf(op.getType()).isF32())
    return {};
  llvm::Expected<HostTensor> tensor = getConstantTensor(op);
  if (!tensor) {
    llvm::consumeError(tensor.takeError());
    return {};
  }
  tensors.push_back(*tensor);
  return tensors.back().as<float>();
}

bool WeightPacker::pack() {
  struct GateWeights {
    ArrayRef<float> input, recurrent, bias, peephole;
  };
  SmallVector<GateWeights> all;
  tensors.reserve(4 * gates.size());
  for (LSTMGate gate : gates) {
    GateWeights &own = all.emplace_back();
    own.input = get(lstm::inputWeights(gate));
    own.recurrent = get(lstm::recurrentWeights(gate));
    own.bias = get(lstm::gateBias(gate));
    int64_t cells = layer.cells;
    if (static_cast<int64_t>(own.input.size()) != cells * layer.inputs ||
        static_cast<int64_t>(own.recurrent.size()) != cells * cells ||
        static_cast<int64_t>(own.bias.size()) != cells)
      return false;
    std::optional<unsigned> place = lstm::peepholeWeights(gate);
    if (!layer.hasPeephole() || !place)
      continue;
    own.peephole = get(*place);
    if (static_cast<int64_t>(own.peephole.size()) != cells)
      return false;
  }
  for (const CellChunk &chunk : chunks) {
    auto append = [&](std::vector<float> &to, ArrayRef<float> from,
                      int64_t size, int64_t k) {
      for (int64_t i = 0; i < chunk.lanes; ++i)
        to.push_back(i < chunk.count ? from[(chunk.first + i) * size + k]
                                     : 0.0f);
    };
    for (int64_t k = 0; k < layer.inputs; ++k)
      for (const GateWeights &own : all)
        append(weights, own.input, layer.inputs, k);
    for (int64_t k = 0; k < layer.cells; ++k)
      for (const GateWeights &own : all)
        append(weights, own.recurrent, layer.cells, k);
    for (const GateWeights &own : all) {
      append(bias, own.bias, 1, 0);
      if (!own.peephole.empty())
        append(peephole, own.peephole, 1, 0);
    }
  }
  return true;
}

bool mopt::lowerLSTMToKernel(Operation *op, const KernelTarget &target,
                             OpBuilder &builder) {
  std::optional<LSTMLayer> layer = getOnlyLayer(op);
  if (!layer || !hasKernel(*layer))
    return false;
  WeightPacker packer(*layer, target.lanes);
  if (!packer.pack())
    return false;
  builder.setInsertionPoint(op);
  Location loc = op->getLoc();
  auto makeConstant = [&](ArrayRef<float> values) -> Value {
    return createVectorConst<float>(builder, loc, builder.getF32Type(), values);
  };
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  Value hidden = layer->get(lstm::kOutputState);
  Value cell = layer->get(lstm::kCellState);
  auto made = kernel::LSTMOp::create(
      builder, loc, TypeRange{type, hidden.getType(), cell.getType()},
      layer->get(lstm::kInput), makeConstant(packer.weights),
      makeConstant(packer.bias),
      packer.peephole.empty() ? Value() : makeConstant(packer.peephole), empty,
      hidden, cell, layer->batch, layer->steps, layer->inputs, layer->cells,
      llvm::APFloat(layer->cellClip), target.lanes, layer->timeMajor,
      layer->isCoupled(), target.fuses);
  op->getResult(0).replaceAllUsesWith(made.getResult(0));
  op->erase();
  return true;
}
