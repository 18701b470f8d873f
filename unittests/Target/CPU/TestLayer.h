//===- TestLayer.h - Layers that tests are made of -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_TARGET_CPU_TESTLAYER_H
#define MOPT_UNITTESTS_TARGET_CPU_TESTLAYER_H

#include <cstdint>

namespace mlir::mopt {

/// One layer: the size of the input, window, strides, dilations.
struct TestLayer {
  const char *op;
  int64_t batch, height, width, channels, outputs;
  int64_t rows = 1, columns = 1, stride = 1, dilation = 1;
  bool same = true;
  const char *activation = "NONE";

  /// Rows or columns of the result, for those of the input and the window.
  int64_t getSize(int64_t input, int64_t taps) const {
    int64_t span = (taps - 1) * dilation + 1;
    int64_t room = same ? input : input - span + 1;
    return (room + stride - 1) / stride;
  }
};

} // namespace mlir::mopt

#endif // MOPT_UNITTESTS_TARGET_CPU_TESTLAYER_H
