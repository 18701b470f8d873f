//===- CompressModel.h - --to-compressed -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_TRANSLATE_COMPRESSMODEL_H
#define MOPT_TOOLS_MOPT_TRANSLATE_COMPRESSMODEL_H

#include "mlir/IR/Location.h"

namespace mlir::mopt {

/// Writes the .tflite `file` as a container to `output`, and a table of what
/// each tensor became to standard output, unless the container goes there.
LogicalResult compressModelFile(Location loc, StringRef file, StringRef output,
                                bool json);

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_TRANSLATE_COMPRESSMODEL_H
