//===- Convert.h - from a sample to what a model takes ----------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DATA_CONVERT_H
#define MOPT_DATA_CONVERT_H

#include "mopt/Data/Preprocess.h"

namespace mlir::mopt {

/// What a model's input takes.
struct InputSpec {
  struct Quantization {
    float scale = 1;
    int64_t zeroPoint = 0;
  };
  std::string name;
  DType type = DType::Float32;
  /// A negative dimension takes the size that the data has there.
  llvm::SmallVector<int64_t, 4> shape;
  /// Per-tensor quantisation of an int8, uint8 or int16 input.
  std::optional<Quantization> quantization;
};

/// Makes one sample of a data set into a model's input.
///
/// 1. uint8 data is resized and cropped.
/// 2. The shape must be the input's up to axes of size 1, so that [28, 28] and
///    [1, 28, 28, 1] match and [3, 32, 32] and [32, 32, 3] do not. The result
///    has the input's shape.
/// 3. By the input's type:
///    - float: v = preprocess.normalize(x) of uint8 data, float(x) of other.
///    - quantised: v as float32 as above, then
///      q = clamp(roundeven(v / scale) + zero_point) in float32, which is
///      np.clip(np.round(v / scale) + zero_point, min, max) of numpy 2. NaN is
///      an error. With `u8` and a uint8 input, bytes go in as they are.
///    - plain integer or bool: integer data whose values fit, unchanged. uint8
///      data with scale, mean or std is an error, as is float data.
///    - complex: data of the same type only.
/// scale, mean and std do not apply to data that is not uint8.
///
/// `name` is what messages call the sample.
llvm::Expected<Array> convertSample(const Array &sample, const InputSpec &spec,
                                    const Preprocess &preprocess,
                                    llvm::StringRef name);

/// Makes an array that the user wrote for this very input (`--input`) into the
/// input: of the same type it goes in as it is, quantised or not; else as
/// convertSample does without preprocessing.
llvm::Expected<Array> convertInput(const Array &array, const InputSpec &spec,
                                   llvm::StringRef name);

} // namespace mlir::mopt

#endif // MOPT_DATA_CONVERT_H
