//===- Export.h - From MLIR to a .tflite file -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_TFLITE_EXPORT_H
#define MOPT_TARGET_TFLITE_EXPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::mopt {

/// How exportTFLite lays the file out.
struct TFLiteExportOptions {
  /// Constant data of more bytes than this goes behind the flatbuffer, which
  /// refers to it by offset and size. The flatbuffer format ends at 2 GiB.
  uint64_t maxInlineBytes = (uint64_t(1) << 31) - (uint64_t(1) << 26);
};

/// Writes `module` as a TFLite model: one subgraph for each func.func, @main
/// first, in the order of the module.
///
/// The bytes depend on the module alone. Tensors are numbered in the order in
/// which the function defines them; every resource becomes one buffer, however
/// many tensors share it; values without a name get a unique one. An op's
/// version is `mopt.version`, or the lowest one that its types require.
///
/// Fails with one diagnostic if the module has no function, if an op belongs to
/// another dialect (all such ops are listed), if a type has no counterpart in
/// the format, or if a function has more than one block. Nothing is written
/// then.
LogicalResult exportTFLite(ModuleOp module, llvm::raw_ostream &os,
                           const TFLiteExportOptions &options = {});

} // namespace mlir::mopt

#endif // MOPT_TARGET_TFLITE_EXPORT_H
