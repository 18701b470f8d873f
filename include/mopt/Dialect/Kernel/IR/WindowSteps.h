//===- WindowSteps.h - The steps that a window takes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_KERNEL_IR_WINDOWSTEPS_H
#define MOPT_DIALECT_KERNEL_IR_WINDOWSTEPS_H

#include "mopt/Dialect/Kernel/IR/KernelOps.h"
#include "llvm/Support/MathExtras.h"

#include <cstdint>
#include <optional>

namespace mlir::mopt::kernel {

/// How the elements of a window become steps of the instruction. A window is
/// `runs` runs (its rows; its taps, where dilation parts them) of `length`
/// elements that lie side by side. A run is read in steps of `depth` elements,
/// the last of which reaches beyond its end; or in whole steps only, and what
/// is left of all runs, one after the other, in steps of their own behind all
/// runs (`joinsRests`).
struct WindowSteps {
  int64_t runs, length, depth;
  bool joinsRests = false;

  /// An element of the window.
  struct Element {
    int64_t run, at;
  };

  /// Elements of a run that are left for steps of their own.
  int64_t getRest() const { return joinsRests ? length % depth : 0; }
  /// Steps of a run.
  int64_t getRunSteps() const {
    return llvm::divideCeil(length - getRest(), depth);
  }
  /// Steps of what is left of all runs.
  int64_t getRestSteps() const {
    return llvm::divideCeil(runs * getRest(), depth);
  }
  int64_t getCount() const { return runs * getRunSteps() + getRestSteps(); }

  /// What product `product` of step `step` takes; nothing where the step
  /// reaches beyond the end.
  std::optional<Element> getElement(int64_t step, int64_t product) const {
    int64_t whole = runs * getRunSteps();
    Element element;
    if (step < whole) {
      element = {step / getRunSteps(), step % getRunSteps() * depth + product};
    } else {
      int64_t i = (step - whole) * depth + product;
      element = {i / getRest(), length - getRest() + i % getRest()};
    }
    if (element.run < runs && element.at < length)
      return element;
    return std::nullopt;
  }
};

/// The steps of a window of `taps` = [rows, columns] of `channels` channels, of
/// which neighbours are `stride` pixels apart and their columns `dilation`.
/// Instructions on vectors of bytes join what is left of rows where that makes
/// fewer steps: they put it together for a row of the output, in vectors of
/// pixels. Three rows of 3 pixels of 3 channels are 7 steps of 4, not 9.
WindowSteps getWindowSteps(DotKind dot, ArrayRef<int64_t> taps,
                           int64_t channels, int64_t stride, int64_t dilation);
WindowSteps getWindowSteps(Conv2DOp op);

/// Bytes beyond the last window of a row that are read where rests are joined:
/// up to 15 pixels, and a vector.
inline int64_t getRestSlack(int64_t channels, int64_t stride) {
  return 15 * stride * channels + 64;
}

/// True if a pixel after the other takes all of `steps` steps and is written,
/// as weights are few enough to stay in registers for all pixels: where a tile
/// has no more sums than are narrowed together.
bool keepsWeights(TileAttr tile, int64_t steps);

/// The tile for a group of which only the first `existing` channels exist: half
/// of a vector of 512 bits that would stay empty is left out. What is in the
/// order of the whole group serves it as well.
TileAttr getTileOf(TileAttr tile, int64_t existing);

} // namespace mlir::mopt::kernel

#endif // MOPT_DIALECT_KERNEL_IR_WINDOWSTEPS_H
