//===- Preprocess.h - from image bytes to model numbers ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DATA_PREPROCESS_H
#define MOPT_DATA_PREPROCESS_H

#include "mopt/Data/Array.h"

namespace mlir::mopt {

/// What is done to uint8 data before a model sees it. Written as
/// comma-separated `key:value` pairs in any order:
///
/// | key      | value             | step                                      |
/// |----------|-------------------|-------------------------------------------|
/// | `resize` | pixels            | shorter side to this size (resizeBilinear)
/// | | `crop`   | pixels            | square of this size from the centre | |
/// `scale`  | number            | x := x * scale                            |
/// | `mean`   | number or a/b/c   | x := x - mean (one, or one a channel)     |
/// | `std`    | number or a/b/c   | x := x / std                              |
/// | `u8`     | none              | bytes as they are                         |
///
/// The steps run in the order of the table, whatever the order of the keys.
/// resize and crop work on bytes: the longer side becomes trunc(size * longer /
/// shorter) and the crop starts at roundeven((side - crop) / 2), both as in
/// torchvision. scale, mean and std are float32, and each step rounds to
/// float32. `u8` excludes them. Nothing at all means x := float32(x).
struct Preprocess {
  std::optional<int64_t> resize;
  std::optional<int64_t> crop;
  std::optional<float> scale;
  llvm::SmallVector<float, 3> mean;
  llvm::SmallVector<float, 3> std;
  bool bytesAsTheyAre = false;

  /// Parses a specification; the empty string is the identity. Errors: an
  /// unknown key (with the nearest one), a key given twice, a value that is no
  /// finite number, std or scale of 0, sizes out of range, a crop larger than
  /// the resized image.
  static llvm::Expected<Preprocess> parse(llvm::StringRef spec);

  /// The canonical specification: keys in the order of the table, each number
  /// the shortest decimal that gives the same float32. parse(str()) is *this.
  std::string str() const;

  bool hasGeometry() const { return resize || crop; }
  bool hasNormalization() const {
    return scale || !mean.empty() || !std.empty();
  }

  /// resize and crop: uint8 [height, width, channels] to the same with new
  /// sides. `name` is used in messages.
  llvm::Expected<Array> applyGeometry(const Array &image,
                                      llvm::StringRef name) const;

  /// scale, mean and std: uint8 of any shape to float32 of that shape. Values
  /// a channel need a last axis of as many channels.
  llvm::Expected<Array> normalize(const Array &bytes,
                                  llvm::StringRef name) const;
};

} // namespace mlir::mopt

#endif // MOPT_DATA_PREPROCESS_H
