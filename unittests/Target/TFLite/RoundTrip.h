//===- RoundTrip.h - Import and export in memory -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_TARGET_TFLITE_ROUNDTRIP_H
#define MOPT_UNITTESTS_TARGET_TFLITE_ROUNDTRIP_H

#include "mlir/IR/MLIRContext.h"
#include "mopt/Target/TFLite/Export.h"
#include "mopt/Target/TFLite/Import.h"

#include <string>

namespace mlir::mopt {

/// The bytes of a finished builder.
template <typename BuilderT>
std::string getBytes(const BuilderT &builder) {
  return std::string(reinterpret_cast<const char *>(builder.GetBufferPointer()),
                     builder.GetSize());
}

/// Imports `bytes`; null after an error. Each import needs a context of its
/// own if the names of resources are to be compared.
inline OwningOpRef<ModuleOp> importBytes(MLIRContext &context,
                                         const std::string &bytes) {
  return importTFLite(&context,
                      llvm::MemoryBuffer::getMemBufferCopy(bytes, "test"));
}

/// Empty after an error.
inline std::string exportToBytes(ModuleOp module,
                                 const TFLiteExportOptions &options = {}) {
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  if (failed(exportTFLite(module, os, options)))
    return {};
  return bytes;
}

inline std::string print(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module->print(os);
  return text;
}

} // namespace mlir::mopt

#endif // MOPT_UNITTESTS_TARGET_TFLITE_ROUNDTRIP_H
