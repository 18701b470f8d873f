//===- HVXKernels.h - The kernels of Hexagon -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_KERNELTOHEXAGON_HVXKERNELS_H
#define MOPT_LIB_CONVERSION_KERNELTOHEXAGON_HVXKERNELS_H

#include "HVXEmitter.h"

namespace mlir::mopt {

/// Each emits the code of an op, given the addresses of its operands.
void emitKernel(HVXEmitter &b, kernel::HVXPackOp op, ArrayRef<Value> pointers);
void emitKernel(HVXEmitter &b, kernel::HVXUnpackOp op,
                ArrayRef<Value> pointers);
void emitKernel(HVXEmitter &b, kernel::HVXSplitPhasesOp op,
                ArrayRef<Value> pointers);
void emitKernel(HVXEmitter &b, kernel::HVXConv2DOp op,
                ArrayRef<Value> pointers);
void emitKernel(HVXEmitter &b, kernel::HVXChannelConv2DOp op,
                ArrayRef<Value> pointers);
void emitKernel(HVXEmitter &b, kernel::HVXDepthwiseConv2DOp op,
                ArrayRef<Value> pointers);
void emitKernel(HVXEmitter &b, kernel::HVXMatmulOp op,
                ArrayRef<Value> pointers);
void emitKernel(HVXEmitter &b, kernel::HVXAddOp op, ArrayRef<Value> pointers);
void emitKernel(HVXEmitter &b, kernel::HVXMeanOp op, ArrayRef<Value> pointers);

/// Bytes that the kernel needs while it runs; the last of its addresses.
int64_t getScratchBytes(kernel::HVXChannelConv2DOp op);

/// A word a pixel for the vectors of all phases: -1 where it is not of the
/// image. What a kernel with a border has before the scratch memory.
std::vector<int32_t> makeBorderMask(kernel::PlanesAttr planes);

/// Writes `border` to all pixels of `planes` that are not of the image, in the
/// planes that hold channels.
void emitBorder(HVXEmitter &b, Value pointer, kernel::PlanesAttr planes,
                int32_t border);

/// How many turns of tiles of how many vectors take `vectors` vectors: tiles of
/// four as long as no single vector is left.
SmallVector<std::pair<int64_t, int64_t>> getTiles(int64_t vectors);

/// What rescales sums: of all lanes alike, where shifts are scalars, or by
/// lane. What a form does not use is null.
struct HVXRescale {
  Value multiplier, shift;
  /// Of `twice_wide` what rounds and a mask for the sign; of `real` 31 less the
  /// shift and the bits that are shifted out; of `twice_long` a first shift.
  Value nudge, mask;
  bool isByLane = false;
  /// What is negative is not needed exactly, only that it is not positive.
  bool isCutOff = false;
};

/// A sum rescaled to 32 bits; where shifts are scalars, `twice`, `twice_long`
/// and `once` are left to be shifted by an instruction that rounds.
Value emitRescale(HVXEmitter &b, kernel::HVXRounding rounding, Value sum,
                  const HVXRescale &by);

/// Rescaled values of 16 bits with the zero point added, which saturates.
Value addZeroPoint(HVXEmitter &b, kernel::HVXRequantizeAttr requantize,
                   Value halves);

/// Rescales the sums of four channels and writes them as bytes.
class ChannelWriter {
public:
  /// Loads the parameters of a group, in pairs or one by one.
  ChannelWriter(HVXEmitter &b, kernel::HVXRequantizeAttr requantize,
                Value parameters, bool inPairs);

  /// Biases of the channels in all lanes.
  ArrayRef<Value> getBias() const { return bias; }
  /// `sums[channel][vector]` to `output`, aligned.
  void write(ArrayRef<Values> sums, Value output);

private:
  /// The rescaled sums of two vectors as 16-bit values, alternating.
  Value narrow(unsigned channel, Value even, Value odd);

  HVXEmitter &b;
  kernel::HVXRequantizeAttr requantize;
  /// By channel.
  Values bias;
  HVXRescale rescaling[4];
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_KERNELTOHEXAGON_HVXKERNELS_H
