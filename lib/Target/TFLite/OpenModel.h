//===- OpenModel.h - A checked flatbuffer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_OPENMODEL_H
#define MOPT_LIB_TARGET_TFLITE_OPENMODEL_H

#include "tflite_generated.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt::tfl {

/// The model in `data` if every offset in it leads to what it should. The error
/// says what is wrong.
llvm::Expected<const tflite::Model *> openModel(llvm::StringRef data);

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_OPENMODEL_H
