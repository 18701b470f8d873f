//===- SampleSource.h - Where calibration inputs come from -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_CALIBRATION_SAMPLESOURCE_H
#define MOPT_LIB_TRANSFORMS_CALIBRATION_SAMPLESOURCE_H

#include "mopt/Runtime/ModelIO.h"

namespace mlir::mopt {

/// Samples for the inputs of a function. Safe to use from several threads.
class SampleSource {
public:
  virtual ~SampleSource() = default;
  virtual int64_t size() const = 0;
  /// The inputs of a sample; `arrays` owns the bytes that they borrow.
  virtual llvm::Expected<SmallVector<HostTensor>>
  load(int64_t sample, SmallVectorImpl<Array> &arrays) const = 0;
  /// What messages call the sample.
  virtual std::string describe(int64_t sample) const = 0;
};

/// The samples of a data set on disk.
llvm::Expected<std::unique_ptr<SampleSource>>
openSamples(func::FuncOp func, StringRef path, int64_t samples,
            const Preprocess &preprocess);

/// Uniform random float32 inputs (zeros for integer ones), the same in every
/// run: over the input's range in the IR, else over that of preprocessed bytes,
/// else over [-1, 1].
llvm::Expected<std::unique_ptr<SampleSource>>
generateSamples(func::FuncOp func, int64_t samples,
                const Preprocess &preprocess);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_CALIBRATION_SAMPLESOURCE_H
