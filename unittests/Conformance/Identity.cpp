//===- Identity.cpp - Import and export of a golden model -------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Identity.h"

#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Target/TFLite/Export.h"
#include "mopt/Target/TFLite/Import.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::conformance;

namespace {

/// A module in a context of its own: resources are named after what is there.
struct Imported {
  explicit Imported(StringRef bytes)
      : context(makeRegistry(), MLIRContext::Threading::DISABLED) {
    context.getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
      messages += diagnostic.str() + "; ";
    });
    module =
        importTFLite(&context, llvm::MemoryBuffer::getMemBufferCopy(bytes));
  }

  static DialectRegistry makeRegistry() {
    DialectRegistry registry;
    registerTFLiteDialects(registry);
    return registry;
  }

  std::string print() {
    std::string text;
    llvm::raw_string_ostream os(text);
    module->print(os);
    return text;
  }

  std::string messages;
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

} // namespace

std::string conformance::checkIdentity(const Goldens &goldens,
                                       const GoldenCase &row) {
  llvm::Expected<Golden> golden = goldens.read(row);
  if (!golden)
    return llvm::toString(golden.takeError());
  Imported before(
      StringRef(reinterpret_cast<const char *>(golden->model.bytes().data()),
                golden->model.bytes().size()));
  if (!before.module)
    return "import failed: " + before.messages;
  bool isTyped =
      !before.module->walk([](OpaqueOp) { return WalkResult::interrupt(); })
           .wasInterrupted();
  if (!isTyped)
    return "imported without a typed op: " + before.messages;
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  if (failed(exportTFLite(*before.module, os)))
    return "export failed: " + before.messages;
  Imported after(bytes);
  if (!after.module)
    return "import of the export failed: " + after.messages;
  return before.print() == after.print() ? "" : "the export imports as another";
}
