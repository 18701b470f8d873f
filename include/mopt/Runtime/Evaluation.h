//===- Evaluation.h - Accuracy of a model on data -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_EVALUATION_H
#define MOPT_RUNTIME_EVALUATION_H

#include "mopt/Runtime/Executor.h"
#include "mopt/Runtime/ModelIO.h"

namespace mlir::mopt {

struct EvaluationOptions {
  /// The K of each top-K figure.
  SmallVector<int64_t> topK = {1};
  /// Index of the output that class 0 has. Unset: 1 for models with 1001
  /// outputs (a background class comes first), else 0.
  std::optional<int64_t> labelOffset;
  /// Threads; 0 = one per core.
  unsigned threads = 0;
  Preprocess preprocess;
};

/// What a model answered on every sample of a data set. The answers do not
/// depend on the number of threads.
struct Answers {
  /// Per sample, the classes with the highest outputs, best first, as many as
  /// the largest K; ties go to the lower index.
  std::vector<SmallVector<int64_t, 5>> best;
  /// Per sample, the first output as real numbers; kept on request only.
  std::vector<SmallVector<float>> outputs;
};

/// Runs `executor` (the first output counts) over `dataset`. It is an error if
/// a label names no element of the output, or if K is larger than the output.
llvm::Expected<Answers> evaluate(const Executor &executor,
                                 ArrayRef<InputSpec> specs,
                                 const Dataset &dataset,
                                 const EvaluationOptions &options,
                                 bool keepOutputs);

/// Samples whose label is among the first `k` answers.
int64_t countCorrect(const Answers &answers, const Dataset &dataset, int64_t k);

/// Samples on which two models have the same best answer.
int64_t countAgreement(const Answers &a, const Answers &b);

/// Half width of the 95 % Wilson score interval of `correct` of `total`, as a
/// fraction (E. B. Wilson, 1927).
double getConfidence(int64_t correct, int64_t total);

/// How far the outputs `a` are from `reference` over all samples.
struct OutputDifference {
  double maxAbsolute = 0;
  /// Signal-to-noise ratio in dB, infinite when all are equal.
  double snr = 0;
};
OutputDifference compareOutputs(const Answers &a, const Answers &reference);

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_EVALUATION_H
