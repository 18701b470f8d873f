//===- fuzz-mlir.cpp - fuzzing of the .mlir entry ---------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Text that parses is a verified module, which can be printed, and exported or
// refused. Only the dialects of models are registered: upstream dialects are
// tested upstream.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/MLIRContext.h"
#include "mopt/Target/ModelFile.h"
#include "mopt/Target/TFLite/Export.h"
#include "mopt/Target/TFLite/Import.h"

#include <string>

using namespace mlir;

/// The MLIR library has no instrumentation: it uses memory of allocators and
/// containers that our instrumented copies of their inline functions mark as
/// poisoned. Heap, stack and globals are checked as always.
extern "C" const char *__asan_default_options() {
  return "detect_container_overflow=0:allow_user_poisoning=0";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  if (mopt::getModelFormat(text) != mopt::ModelFormat::Text)
    return 0;
  DialectRegistry registry;
  mopt::registerTFLiteDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.getDiagEngine().registerHandler([](Diagnostic &) {});
  OwningOpRef<ModuleOp> module = mopt::readModel(
      &context, llvm::MemoryBuffer::getMemBufferCopy(text, "fuzz.mlir"));
  if (!module)
    return 0;
  std::string printed;
  llvm::raw_string_ostream os(printed);
  module->print(os);
  std::string exported;
  llvm::raw_string_ostream model(exported);
  (void)mopt::exportTFLite(*module, model);
  return 0;
}
