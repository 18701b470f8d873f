//===- mopt-translate.cpp - Between formats -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/MLIRContext.h"
#include "mopt/InitAll.h"
#include "mopt/Target/ModelFile.h"
#include "mopt/Target/TFLite/Export.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
namespace cl = llvm::cl;

static constexpr llvm::StringLiteral kOverview =
    R"(mopt-translate: converts models between formats

Example:
  mopt-translate --import-tflite model.tflite -o model.mlir
  mopt-translate --export-tflite model.mlir -o model.tflite
)";

namespace {
enum class Action { ImportTFLite, ExportTFLite };
} // namespace

static cl::OptionCategory category("mopt-translate options");

static cl::opt<Action> action(
    cl::desc("What to do:"), cl::cat(category),
    cl::values(clEnumValN(Action::ImportTFLite, "import-tflite",
                          "read a .tflite model; write MLIR bytecode if the "
                          "output ends in .mlirbc, else text"),
               clEnumValN(Action::ExportTFLite, "export-tflite",
                          "write a .tflite model from any model file")));

static cl::opt<std::string> input(cl::Positional, cl::desc("IN"), cl::init("-"),
                                  cl::cat(category));

static cl::opt<std::string> output("o", cl::desc("Output file, - for stdout"),
                                   cl::value_desc("OUT"), cl::init("-"),
                                   cl::cat(category));

static LogicalResult translate(MLIRContext &context) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      mopt::openModelFile(input);
  if (!buffer)
    return emitError(NameLoc::get(StringAttr::get(&context, "mopt-translate")))
           << llvm::toString(buffer.takeError());
  std::shared_ptr<llvm::MemoryBuffer> shared = std::move(*buffer);
  OwningOpRef<ModuleOp> module = action == Action::ImportTFLite
                                     ? mopt::importTFLite(&context, shared)
                                     : mopt::readModel(&context, shared);
  shared.reset();
  if (!module)
    return failure();
  return mopt::writeFileAtomically(
      module->getLoc(), output, [&](llvm::raw_pwrite_stream &os) {
        if (action == Action::ExportTFLite)
          return mopt::exportTFLite(*module, os);
        mopt::ModelFormat format = mopt::getOutputFormat(output);
        return mopt::writeModel(*module, os,
                                format == mopt::ModelFormat::Bytecode
                                    ? format
                                    : mopt::ModelFormat::Text);
      });
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // The options of LLVM's own libraries are of no use here.
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, kOverview);
  if (action.getNumOccurrences() != 1) {
    llvm::errs() << "mopt-translate: error: say what to do with one of "
                    "--import-tflite and --export-tflite\n";
    return EXIT_FAILURE;
  }
  DialectRegistry registry;
  mopt::registerMoptDialects(registry);
  MLIRContext context(registry);
  mopt::ModelDiagnosticHandler diagnostics(&context);
  return succeeded(translate(context)) ? EXIT_SUCCESS : EXIT_FAILURE;
}
