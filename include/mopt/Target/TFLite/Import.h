//===- Import.h - From a .tflite file to MLIR -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_TFLITE_IMPORT_H
#define MOPT_TARGET_TFLITE_IMPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace mlir::mopt {

/// What importTFLite may change on the way in.
struct TFLiteImportOptions {
  /// The size of the leading dimension where `shape_signature` says that it is
  /// dynamic; 0 keeps the static `shape` of the file.
  int64_t batch = 0;
};

/// True if `data` begins like a TFLite flatbuffer (identifier TFL3).
bool isTFLite(llvm::StringRef data);

/// Imports the model in `buffer` as a module with one func.func a subgraph.
///
/// Constant data is not copied: the blobs of the module's dense resources point
/// into `buffer` and share its ownership, so map the file (MemoryBuffer::
/// getFile without null terminator) and do not write to it. Data that the file
/// holds less than 16 bytes aligned, against its own format, is the exception.
///
/// The flatbuffer verifier runs first; then every index, shape, type and
/// quantization parameter is checked. On an error one diagnostic is emitted
/// that says what is wrong with which tensor or operator, and the result is
/// null. Warnings are emitted for what the schema of this version does not
/// know, and for operators that do not fit the typed op of their name: these
/// are carried as `mopt.opaque`, which is lossless.
///
/// The names of resources and the order of ops depend on the model only:
/// importing an exported model again gives a module that prints the same.
OwningOpRef<ModuleOp> importTFLite(MLIRContext *context,
                                   std::shared_ptr<llvm::MemoryBuffer> buffer,
                                   const TFLiteImportOptions &options = {});

/// The dialects that an imported module uses.
void registerTFLiteDialects(DialectRegistry &registry);

} // namespace mlir::mopt

#endif // MOPT_TARGET_TFLITE_IMPORT_H
