//===- Sensitivity.h - What quantising each layer alone costs ---*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_ACCURACY_SENSITIVITY_H
#define MOPT_TRANSFORMS_ACCURACY_SENSITIVITY_H

#include "mopt/Runtime/DifferenceSums.h"
#include "mopt/Runtime/ModelIO.h"

namespace mlir::mopt {

/// The samples that layers are measured on.
struct SensitivityOptions {
  const Dataset *dataset = nullptr;
  Preprocess preprocess;
  /// At most this many samples, spread evenly over the data.
  int64_t samples = 64;
  /// Threads; 0 = one per core.
  unsigned threads = 0;
};

/// What the model does when some layers are quantised, beside float.
struct LayerCost {
  /// For each output of the model, how far it is from the float model's.
  SmallVector<DifferenceSums, 1> outputs;
  /// How far the layer's own results are; of a single layer.
  DifferenceSums own;
  /// Samples on which the largest value of the first output is the same one.
  int64_t agreement = 0;

  /// Of the output that suffers most, in dB.
  double getSNR() const;
};

struct LayerSensitivity {
  Operation *op;
  LayerCost cost;
};

struct Sensitivity {
  int64_t samples = 0;
  /// Layers by the signal-to-noise ratio of the outputs when only that layer is
  /// quantised, the worst first; equals in program order.
  std::vector<LayerSensitivity> layers;
  /// All of them quantised.
  LayerCost together;
};

/// Measures every op of the float function `func` that `quantize` changes: it
/// gets a module that holds only that op, with the ranges of its operands and
/// results, and says whether it made a difference. The op computes in its real
/// integer form; the rest of the model in float. The result does not depend on
/// the number of threads.
llvm::Expected<Sensitivity>
measureSensitivity(func::FuncOp func,
                   llvm::function_ref<FailureOr<bool>(ModuleOp)> quantize,
                   const SensitivityOptions &options);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_ACCURACY_SENSITIVITY_H
