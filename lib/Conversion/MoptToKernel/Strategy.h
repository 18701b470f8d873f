//===- Strategy.h - Choice of instruction and register tile -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_STRATEGY_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_STRATEGY_H

#include "mopt/Conversion/MoptToKernel/KernelTarget.h"
#include "mopt/Conversion/MoptToKernel/Layer.h"
#include "mopt/Dialect/Kernel/IR/WindowSteps.h"

namespace mlir::mopt {

/// Vector registers that a convolution of `tile` needs in its innermost loop:
/// sums, weights, the broadcast input; a product where the instruction does not
/// add, and the constant that turns int8 into offset form if it `flips`.
int64_t getConvolutionRegisters(kernel::TileAttr tile, bool flips);

/// Cost of one step of the instruction for `groups` groups of channels and
/// `pixels` pixels of a row, in sixteenths of a cycle, of which a dot product
/// takes `product`.
int64_t getStepCost(kernel::TileAttr tile, int64_t groups, int64_t pixels,
                    int64_t product);

/// What a dot product of `lanes` lanes takes.
int64_t getProductCost(const KernelTarget &target, int64_t lanes);

/// The widest vectors that `channels` channels want, and the narrowest that may
/// pay: half of one that would stay empty costs nothing where vectors of half
/// the width take half the time.
std::pair<int64_t, int64_t> getVectorWidths(const KernelTarget &target,
                                            int64_t channels);

/// The tile of the least cost for a convolution with `channels` outputs of
/// `pixels` a row, among those that stay in registers.
kernel::TileAttr chooseConvolutionTile(MLIRContext *context,
                                       const KernelTarget &target,
                                       kernel::DotKind dot, int64_t channels,
                                       int64_t pixels, bool flips);

/// The steps of the instruction that a window of `layer` takes. Kernels that
/// leave out zeros read every row by itself.
kernel::WindowSteps getWindowSteps(const Layer &layer);

/// The tile of a convolution whose pixels take `steps` steps, if all of its
/// weights can stay in registers and pixels are written together; null if not.
kernel::TileAttr chooseKeptTile(MLIRContext *context,
                                const KernelTarget &target, kernel::DotKind dot,
                                int64_t channels, int64_t pixels, int64_t steps,
                                bool flips);

/// The tile of a depthwise convolution with the window `rows` x `columns`.
kernel::TileAttr chooseDepthwiseTile(MLIRContext *context,
                                     const KernelTarget &target,
                                     kernel::DotKind dot, const LayerDim &rows,
                                     const LayerDim &columns);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_STRATEGY_H
