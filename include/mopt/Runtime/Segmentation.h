//===- Segmentation.h - Accuracy of classes of pixels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_SEGMENTATION_H
#define MOPT_RUNTIME_SEGMENTATION_H

#include "mopt/Runtime/Statistics.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace mlir::mopt {

/// Pixels with this label count nowhere (the border class of PASCAL VOC).
inline constexpr int64_t kIgnoredLabel = 255;

/// The classes of pixels that a model's output means: the output itself where
/// it has as many elements as there are `pixels`, else the index of the largest
/// value along its last axis, which holds the classes; ties go to the lower
/// one. Fails where the output is neither.
llvm::Expected<std::vector<int64_t>>
getPixelClasses(llvm::ArrayRef<float> output, llvm::ArrayRef<int64_t> shape,
                int64_t pixels);

/// Predicted and labelled pixels of each class, over any number of samples.
class PixelCounts {
public:
  /// Counts the pixels of a sample. Fails where a label that is not ignored is
  /// negative, or at least `classes` where that is not 0.
  llvm::Error add(llvm::ArrayRef<int64_t> predicted,
                  llvm::ArrayRef<int64_t> labels, int64_t classes);
  void add(const PixelCounts &other, int64_t times = 1);

  int64_t getNumClasses() const { return counts.size(); }
  /// Intersection over union of the pixels of class `index`; negative where
  /// neither labels nor predictions have one.
  double getIoU(int64_t index) const;
  /// The mean over the classes that have a pixel; 0 where none has.
  double getMeanIoU() const;
  int64_t getNumPixels() const { return pixels; }
  int64_t getNumCorrect() const { return correct; }

private:
  struct ClassCounts {
    int64_t both = 0, predicted = 0, labelled = 0;
  };
  std::vector<ClassCounts> counts;
  int64_t pixels = 0, correct = 0;
};

/// 95 % interval of the mean IoU: bootstrap over samples, because pixels of one
/// image are not independent.
Interval getMeanIoUInterval(llvm::ArrayRef<PixelCounts> samples);

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_SEGMENTATION_H
