//===- LayerCapture.h - Observing layers of a model under compression -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_RECONSTRUCTION_LAYERCAPTURE_H
#define MOPT_LIB_TRANSFORMS_RECONSTRUCTION_LAYERCAPTURE_H

#include "../Calibration/SampleSource.h"
#include "LinearLayer.h"
#include "PiecewiseModel.h"
#include "mopt/Runtime/Progress.h"

namespace mlir::mopt {

/// Observes the layers of a function one after the other while they are
/// replaced: inputs come from the function as it is now, targets from what it
/// was when the capture was made.
///
/// Every layer runs all samples from the last point where the tensors of all of
/// them fitted into a fixed amount of memory, so memory does not grow with
/// their number.
class LayerCapture {
public:
  struct Options {
    /// 0 = one per core.
    unsigned threads = 0;
    /// The first sample that is run; all after it are.
    int64_t first = 0;
    /// Rounds activations of the function, not those of the targets.
    const QuantizationPlan *plan = nullptr;
    /// The target of a layer that only feeds an addition takes on the error of
    /// the addition's other operand.
    bool residual = true;
    bool covariances = true;
    /// What targets come from, if that is not the function itself: one with
    /// the same ops but for constants.
    func::FuncOp reference;
  };

  /// Fails where the function has state that would have to run through the
  /// pieces.
  static llvm::Expected<std::unique_ptr<LayerCapture>>
  create(func::FuncOp func, ArrayRef<LinearLayer> layers,
         const SampleSource &source, const Options &options);

  unsigned getNumThreads() const { return threads; }

  /// What the data says of the next of the layers. All before it must have
  /// their final weights.
  llvm::Expected<LayerStatistics> captureNext();

private:
  LayerCapture(func::FuncOp func, ArrayRef<LinearLayer> layers,
               const SampleSource &source, const Options &options);

  struct State {
    PiecewiseModel::Tensors now, before;
  };
  struct Residual {
    OpOperand *skip = nullptr;
    Value before;
  };

  llvm::Error cloneReference();
  llvm::Error load(int64_t sample, State &state);
  Residual findResidual(const LinearLayer &layer) const;

  func::FuncOp func;
  SmallVector<LinearLayer> layers;
  const SampleSource &source;
  Options options;
  unsigned threads;
  size_t next = 0;
  OwningOpRef<ModuleOp> original;
  /// Values of the function, as values of the original.
  DenseMap<Value, Value> toOriginal;
  /// Results of layers before their fused activation, in the original.
  DenseMap<Operation *, Value> linear;
  std::unique_ptr<PiecewiseModel> now, before;
  /// One a sample, at the begin of piece `checkpoint`; empty = from the inputs.
  std::vector<State> kept;
  size_t checkpoint = 0;
  std::unique_ptr<Progress> progress;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_RECONSTRUCTION_LAYERCAPTURE_H
