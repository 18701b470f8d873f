//===- Evaluation.h - Accuracy of a model on data -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_EVALUATION_H
#define MOPT_RUNTIME_EVALUATION_H

#include "mopt/Runtime/DifferenceSums.h"
#include "mopt/Runtime/Executor.h"
#include "mopt/Runtime/ModelIO.h"
#include "mopt/Runtime/Segmentation.h"

namespace mlir::mopt {

struct EvaluationOptions {
  /// The K of each top-K figure.
  SmallVector<int64_t> topK = {1};
  /// Index of the output that class 0 has. Unset: 1 for models with 1001
  /// outputs (a background class comes first), else 0.
  std::optional<int64_t> labelOffset;
  /// Threads; 0 = one per core.
  unsigned threads = 0;
};

/// A model and the samples that it runs on, in the form it takes them.
struct EvaluatedModel {
  const Executor &executor;
  ArrayRef<InputSpec> specs;
  const Dataset &dataset;
  Preprocess preprocess;
};

/// What one model did on every sample. The answers are those of its first
/// output.
struct ModelScores {
  /// Of a data set with labels: samples whose label is among the first K
  /// answers (ties go to the lower class), for each K.
  SmallVector<int64_t> correct;
  /// Of a data set with label maps: pixels by class, for each sample.
  std::vector<PixelCounts> pixels;
  /// For each output, how far it is from what the data set says it should be,
  /// if it says so.
  SmallVector<std::optional<DifferenceSums>> references;

  /// All of `pixels` together.
  PixelCounts getPixels() const;
};

struct Evaluation {
  int64_t samples = 0;
  ModelScores model;
  /// Where there is a second model: its scores, how often both give the same
  /// answer (of how many: samples, or pixels with label maps), and for each
  /// output how far the first model's is from the second's.
  std::optional<ModelScores> other;
  int64_t agreement = 0, answers = 0;
  SmallVector<DifferenceSums> differences;
};

/// Runs `model`, and `other` where it is not null, over all samples. Nothing in
/// the result depends on the number of threads, and but for a few sums a sample
/// memory does not grow with the samples. Outputs of types that are no numbers
/// count in no difference. It is an error if a label names no element of the
/// output, if K is larger than the output, or if outputs that are to be
/// compared have different sizes.
llvm::Expected<Evaluation> evaluate(const EvaluatedModel &model,
                                    const EvaluatedModel *other,
                                    const EvaluationOptions &options);

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_EVALUATION_H
