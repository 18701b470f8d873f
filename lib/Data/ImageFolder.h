//===- ImageFolder.h - labelled folders of images ---------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DATA_IMAGEFOLDER_H
#define MOPT_LIB_DATA_IMAGEFOLDER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace mlir::mopt {

/// The image files of a folder; nothing is decoded.
struct ImageFolder {
  struct Entry {
    std::string path;
    int64_t label = -1;
  };
  std::vector<Entry> entries;
  bool hasLabels = false;
};

/// Lists `path`; Dataset.h defines which files count, their order and labels.
llvm::Expected<ImageFolder> listImageFolder(llvm::StringRef path);

} // namespace mlir::mopt

#endif // MOPT_LIB_DATA_IMAGEFOLDER_H
