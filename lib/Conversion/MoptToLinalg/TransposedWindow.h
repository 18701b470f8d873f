//===- TransposedWindow.h - Inputs that reach an output -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_TRANSPOSEDWINDOW_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_TRANSPOSEDWINDOW_H

#include "Lowering.h"

namespace mlir::mopt {

/// One dimension of a transposed convolution, seen from the output: input `in`
/// reaches output `in * stride - before + tap * dilation` for every tap.
class TransposedWindow {
public:
  TransposedWindow(Padding padding, int64_t input, int64_t output, int64_t taps,
                   int64_t stride, int64_t dilation = 1)
      : input(input), taps(taps), stride(stride), dilation(dilation),
        before(Window(padding, output, input, taps, stride, dilation).before) {}

  /// Carries `acc` through `body(b, in, tap, acc)` for the inputs that reach
  /// `out`, in ascending order.
  using Body = llvm::function_ref<Value(ScalarBuilder &, Value in, Value tap,
                                        Value acc)>;
  Value emitTaps(ScalarBuilder &b, Value out, Value acc, Body body) const {
    // tap * dilation = out + before - in * stride, from 0 to the last tap.
    Value reach = b.add(out, before);
    // A division towards zero is right where the result counts, above zero.
    Value first = b.max(b.div(b.add(reach, stride - 1 - (taps - 1) * dilation),
                              b.index(stride)),
                        b.index(0));
    Value end = b.min(b.add(b.div(reach, b.index(stride)), 1), b.index(input));
    return b.loop(first, end, acc, [&](ScalarBuilder &b, Value in, Value acc) {
      Value distance = b.sub(reach, b.mul(in, stride));
      if (dilation == 1)
        return body(b, in, distance, acc);
      Value step = b.index(dilation);
      Value isTap =
          b.compare(ScalarBuilder::Compare::EQ,
                    arith::RemSIOp::create(b, distance, step), b.index(0));
      return b.branch(
          isTap,
          [&](ScalarBuilder &b) {
            return body(b, in, b.div(distance, step), acc);
          },
          [&](ScalarBuilder &) { return acc; });
    });
  }

private:
  int64_t input, taps, stride, dilation, before;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_TRANSPOSEDWINDOW_H
