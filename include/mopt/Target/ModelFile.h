//===- ModelFile.h - Model files of any format -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What "MODEL" means on the command line of every tool: MLIR text, MLIR
// bytecode or a .tflite file, told by content; `-` is standard input.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_MODELFILE_H
#define MOPT_TARGET_MODELFILE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OwningOpRef.h"
#include "mopt/Target/TFLite/Import.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::mopt {

/// The formats of model files.
enum class ModelFormat {
  Text,
  Bytecode,
  TFLite,
  /// A container of a .tflite (Container.h).
  Compressed
};

/// The format of a file that begins like `data`.
ModelFormat getModelFormat(llvm::StringRef data);

/// The format that the extension of the output `path` asks for: `.tflite`,
/// `.mopt` (compressed), `.mlirbc`, or text for anything else.
ModelFormat getOutputFormat(llvm::StringRef path);

/// Maps the file at `path`, or reads standard input for `-`; restores the
/// .tflite where it is a compressed model (Container.h). The error says which
/// file and why.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
openModelFile(llvm::StringRef path);

/// `buffer`, text or bytecode, as MLIR's parsers take it: text in a copy that
/// ends with the null byte up to which they read, bytecode, which says to how
/// many bytes it is aligned, at the start of a page; as mapped files are, which
/// are not copied.
std::unique_ptr<llvm::MemoryBuffer>
makeMLIRSource(std::shared_ptr<llvm::MemoryBuffer> buffer);

/// The module in `buffer`, verified. Null after an error, which has been
/// emitted as a diagnostic.
OwningOpRef<ModuleOp> readModel(MLIRContext *context,
                                std::shared_ptr<llvm::MemoryBuffer> buffer,
                                const TFLiteImportOptions &options = {});

/// openModelFile and readModel in one.
OwningOpRef<ModuleOp> readModelFile(MLIRContext *context, llvm::StringRef path,
                                    const TFLiteImportOptions &options = {});

/// Writes `module` to `os` in `format`.
LogicalResult writeModel(ModuleOp module, llvm::raw_ostream &os,
                         ModelFormat format);

/// Writes to `path` whatever `write` puts into the stream. The file appears
/// under its name only when it is complete: a failure leaves nothing, or the
/// file that was there before. `-` is standard output. On an error of the file
/// system a diagnostic at `loc` is emitted.
LogicalResult writeFileAtomically(
    Location loc, llvm::StringRef path,
    llvm::function_ref<LogicalResult(llvm::raw_pwrite_stream &)> write);

/// Writes `value`, indented, to the file `path` as writeFileAtomically does.
LogicalResult writeJSONFile(Location loc, llvm::StringRef path,
                            const llvm::json::Value &value);

/// Writes `module` to the file `path` in the format of its extension.
LogicalResult writeModelFile(ModuleOp module, llvm::StringRef path);

/// Prints diagnostics as `WHERE: error: MESSAGE`. Modules that come from model
/// files have no source text to point into, so that the place is the name of a
/// file, operator or tensor.
class ModelDiagnosticHandler : public ScopedDiagnosticHandler {
public:
  explicit ModelDiagnosticHandler(MLIRContext *context);
};

} // namespace mlir::mopt

#endif // MOPT_TARGET_MODELFILE_H
