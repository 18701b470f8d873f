//===- PiecewiseModel.h - A model that runs piece by piece -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_RECONSTRUCTION_PIECEWISEMODEL_H
#define MOPT_LIB_TRANSFORMS_RECONSTRUCTION_PIECEWISEMODEL_H

#include "mlir/IR/OwningOpRef.h"
#include "mopt/Runtime/Executor.h"
#include "mopt/Transforms/Quantization/Plan.h"

namespace mlir::mopt {

/// A function whose ops are compiled in pieces, in their order, each once the
/// constants before it are final. A sample goes through the pieces with the
/// tensors that later ops still need.
class PiecewiseModel {
public:
  using Tensors = DenseMap<Value, HostTensor>;

  /// With a plan, every activation that it quantises is rounded to the grid of
  /// its int8 type. The function and the plan must outlive the model.
  PiecewiseModel(func::FuncOp func, unsigned threads,
                 const QuantizationPlan *plan);

  /// Compiles the ops from the last piece's end up to `end`, which is not
  /// among them.
  llvm::Error addPiece(Operation *end);

  size_t getNumPieces() const { return pieces.size(); }

  /// Takes `tensors` from the begin of piece `first` to the end of the last.
  llvm::Error run(unsigned thread, size_t first, Tensors &tensors);

  /// The integer type to which the operand must be rounded before its op reads
  /// it, where what is among the tensors is not rounded so yet.
  quant::UniformQuantizedType getConversion(OpOperand &operand) const;

private:
  struct Piece {
    OwningOpRef<ModuleOp> module;
    SmallVector<Value> inputs, outputs;
    /// Not read by later pieces.
    SmallVector<Value> dead;
    /// One a thread; none where there is nothing to compute.
    std::vector<std::unique_ptr<Executor>> workers;
  };

  func::FuncOp func;
  unsigned threads;
  const QuantizationPlan *plan;
  Operation *begin;
  std::vector<Piece> pieces;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_RECONSTRUCTION_PIECEWISEMODEL_H
