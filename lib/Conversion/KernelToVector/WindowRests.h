//===- WindowRests.h - What whole steps leave of windows -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_KERNELTOVECTOR_WINDOWRESTS_H
#define MOPT_LIB_CONVERSION_KERNELTOVECTOR_WINDOWRESTS_H

#include "KernelEmitter.h"
#include "mopt/Dialect/Kernel/IR/WindowSteps.h"

namespace mlir::mopt {

/// The steps of what the rows of a window have beyond whole steps, put together
/// for a row of the output, in memory of the kernel: [step][pixel][product].
class WindowRests {
public:
  /// Emits the memory: at the beginning of a kernel.
  WindowRests(KernelEmitter &b, kernel::Conv2DOp op);

  /// Fills the memory for the row of the output whose first window begins at
  /// `window` of `input`.
  void fill(Value input, Value window);

  Value getBuffer() const { return buffer; }
  /// Where a step of the pixel in `column` is.
  Value getPlace(int64_t step, Value column);

private:
  /// Step `step` of the pixels whose windows begin at `pixelStride` elements
  /// from each other, from `first` on.
  Value gather(int64_t step, Value input, Value first,
               DenseMap<std::pair<int64_t, int64_t>, Value> &loaded);

  KernelEmitter &b;
  kernel::WindowSteps steps;
  /// Pixels of a vector, and of a row, complete to vectors.
  int64_t lanes, pixels;
  /// Elements from a pixel, and from a run, to the next.
  int64_t pixelStride, runStride;
  Value buffer;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_KERNELTOVECTOR_WINDOWRESTS_H
