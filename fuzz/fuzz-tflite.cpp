//===- fuzz-tflite.cpp - fuzzing of the TFLite importer ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever the bytes, import gives a verified module or exactly one error. What
// can be imported can be exported, and imports again as the same module.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/MLIRContext.h"
#include "mopt/Target/TFLite/Export.h"
#include "mopt/Target/TFLite/Import.h"

#include <cstdlib>
#include <string>

using namespace mlir;

/// The MLIR library has no instrumentation: it uses memory of allocators and
/// containers that our instrumented copies of their inline functions mark as
/// poisoned. Heap, stack and globals are checked as always.
extern "C" const char *__asan_default_options() {
  return "detect_container_overflow=0:allow_user_poisoning=0";
}

namespace {

/// A context of its own for each import: resources are named after what is
/// there already.
struct Import {
  explicit Import(llvm::StringRef bytes)
      : context(MLIRContext::Threading::DISABLED) {
    context.getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
      errors += diagnostic.getSeverity() == DiagnosticSeverity::Error;
    });
    module = mopt::importTFLite(
        &context, llvm::MemoryBuffer::getMemBufferCopy(bytes, "fuzz"));
  }

  std::string print() {
    std::string text;
    llvm::raw_string_ostream os(text);
    module->print(os);
    return text;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  unsigned errors = 0;
};

} // namespace

static void require(bool condition, const char *what) {
  if (condition)
    return;
  llvm::errs() << "broken: " << what << '\n';
  std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Import first(llvm::StringRef(reinterpret_cast<const char *>(data), size));
  if (!first.module) {
    require(first.errors == 1, "a refused model has one error");
    return 0;
  }
  require(first.errors == 0, "an accepted model has no error");
  std::string exported;
  llvm::raw_string_ostream os(exported);
  require(succeeded(mopt::exportTFLite(*first.module, os)),
          "an imported model can be exported");
  Import second(exported);
  require(second.module && second.errors == 0,
          "an exported model can be imported");
  require(first.print() == second.print(), "both modules are the same");
  return 0;
}
