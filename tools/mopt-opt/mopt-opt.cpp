//===- mopt-opt.cpp - The optimiser driver -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir-opt with model files: what MLIR itself reads and writes goes through the
// upstream driver with all of its options; a .tflite file on either side takes
// the path below, with the same passes.
//
//===----------------------------------------------------------------------===//

#include "ListOperators.h"
#include "MergeCalibration.h"
#include "Remarks.h"
#include "Report.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AsmState.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mopt/InitAll.h"
#include "mopt/Target/ModelFile.h"
#include "mopt/Transforms/Utils/LayerWeights.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

using namespace mlir;

static constexpr llvm::StringLiteral kOverview =
    R"(mopt-opt: makes trained models small and fast

USAGE: mopt-opt INPUT [passes and pipelines] -o OUTPUT

INPUT is a .tflite model, MLIR text or MLIR bytecode, told by content; `-` is
standard input. The extension of OUTPUT selects the format: .tflite, .mopt
(a compressed .tflite), .mlirbc (bytecode), text otherwise. Passes and pipelines
run in the order given.

Pipelines:
  --quantize-int8="calibration=DATA"   8-bit integers, calibrated on DATA
  --quantize-int16x8="calibration=DATA"
                                       16-bit activations, 8-bit weights
  --quantize-dynamic                   int8 weights; activations are quantised
                                       at run time, no data needed
  --quantize-weights="bits=8|4|2"      integer weights, float32 arithmetic
  --quantize-float16                   float16 weights, float32 arithmetic
  --prune="sparsity=0.5"               sets the smallest weights to zero
  --cluster="clusters=16"              gives weights few values
  --deep-compress="calibration=DATA"   prunes and clusters, for -o OUTPUT.mopt
  --sparse-encoding                    stores a .tflite's weights without zeros

`mopt-opt --merge-calibration A.json B.json -o C.json` joins what calibration saw
on parts of a data set (calibration-cache of --quantize-int8).

`mopt-opt --list-operators` tells what each operator of a model can expect.

Example, a quantised and pruned model from a float one:
  mopt-opt model.tflite --quantize-int8="calibration=data.npz" \
           --prune="sparsity=0.5" -o small.tflite

The same without losing more than half a point of top-1, and with a report:
  mopt-opt model.tflite --quantize-int8="calibration=data.npz max-drop=0.5 \
           eval=labelled.npz report=report.html" -o small.tflite
)";

static llvm::cl::opt<bool>
    jsonFlag("json",
             llvm::cl::desc("Print sizes, operators and sparsity of the result "
                            "as JSON; without -o nothing else is written"));

static llvm::cl::opt<bool> listOperatorsFlag(
    "list-operators",
    llvm::cl::desc("Print which operators of the TFLite format are typed, "
                   "evaluated, compiled and quantised (with --json as JSON)"));

static llvm::cl::opt<int64_t> batchFlag(
    "batch",
    llvm::cl::desc("Size of the leading dimension where the model's shape "
                   "signatures leave it open (.tflite input)"),
    llvm::cl::value_desc("N"), llvm::cl::init(0));

static int fail(const Twine &message) {
  llvm::errs() << "mopt-opt: error: " << message << '\n';
  return EXIT_FAILURE;
}

/// True for files of formats that this tool does not write; text under such a
/// name would only fail later, in the program it is meant for.
static bool isForeignFormat(StringRef path) {
  static constexpr llvm::StringLiteral extensions[] = {
      ".onnx", ".pb", ".h5", ".keras", ".pt",  ".pth", ".npz",
      ".o",    ".so", ".ll", ".bc",    ".spv", ".mspv"};
  return llvm::is_contained(extensions, llvm::sys::path::extension(path));
}

/// Whether all passes of `pm` work on the module itself: the data of weights
/// that they replace is then nobody else's.
static bool keepNoCopies(const PassManager &pm) {
  static constexpr llvm::StringLiteral known[] = {"builtin.module",
                                                  "func.func",
                                                  "mopt-decode-sparse-weights",
                                                  "mopt-encode-sparse-weights",
                                                  "mopt-prune-weights",
                                                  "mopt-verify-weights",
                                                  "mopt-drop-sparsity-recipes",
                                                  "mopt-cluster-weights",
                                                  "mopt-verify-clusters",
                                                  "mopt-fold-batch-norm",
                                                  "mopt-quantize-weights",
                                                  "mopt-verify-quantized"};
  std::string text;
  llvm::raw_string_ostream os(text);
  pm.printAsTextualPipeline(os);
  StringRef rest = text;
  while (!rest.empty()) {
    size_t end = rest.find_first_of("(){},");
    if (StringRef name = rest.take_front(end);
        !name.empty() && !llvm::is_contained(known, name))
      return false;
    char mark = end == StringRef::npos ? ' ' : rest[end];
    rest = rest.drop_front(std::min(end, rest.size() - 1) + 1);
    // Options may have braces of their own.
    for (int depth = mark == '{'; depth > 0 && !rest.empty();
         rest = rest.drop_front())
      depth += (rest.front() == '{') - (rest.front() == '}');
  }
  return true;
}

/// Reads, runs the passes, writes and reports; for models that are no MLIR
/// source.
static LogicalResult runOnModel(MLIRContext &context,
                                std::shared_ptr<llvm::MemoryBuffer> buffer,
                                const MlirOptMainConfig &config,
                                StringRef input, StringRef output) {
  mopt::TFLiteImportOptions options;
  options.batch = batchFlag;
  OwningOpRef<ModuleOp> module = mopt::readModel(&context, buffer, options);
  buffer.reset();
  if (!module)
    return failure();
  PassManager pm(&context, ModuleOp::getOperationName(),
                 PassManager::Nesting::Implicit);
  pm.enableVerifier(config.shouldVerifyPasses());
  if (failed(applyPassManagerCLOptions(pm)))
    return failure();
  applyDefaultTimingPassManagerCLOptions(pm);
  if (failed(config.setupPassPipeline(pm)))
    return failure();
  if (config.shouldDumpPassPipeline()) {
    pm.dump();
    llvm::errs() << '\n';
  }
  if (keepNoCopies(pm))
    (*module)->setAttr(mopt::kSoleUserAttr, UnitAttr::get(&context));
  if (failed(pm.run(*module)))
    return failure();
  (*module)->removeAttr(mopt::kSoleUserAttr);
  mopt::ModelFormat format = mopt::getOutputFormat(output);
  if (format == mopt::ModelFormat::Text && config.shouldEmitBytecode())
    format = mopt::ModelFormat::Bytecode;
  bool reportOnly = jsonFlag && output == "-";
  if (!reportOnly &&
      failed(mopt::writeFileAtomically(
          module->getLoc(), output, [&](llvm::raw_pwrite_stream &os) {
            return mopt::writeModel(*module, os, format);
          })))
    return failure();
  if (jsonFlag)
    mopt::printReport(llvm::outs(), *module, input, output);
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
#if defined(__GLIBC__)
  // Weights that are freed go back to the system, whatever was freed before.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
  if (mopt::asksToMergeCalibration(argc, argv))
    return mopt::mergeCalibration(argc, argv);
  registerAllPasses();
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  mopt::registerAllMopt(registry);

  std::string header = registerCLIOptions(kOverview, registry);
  auto [input, output] = parseCLIOptions(argc, argv, header);
  MlirOptMainConfig config = MlirOptMainConfig::createFromCLOptions();
  if (config.shouldShowDialects() || config.shouldListPasses())
    return asMainReturnCode(MlirOptMain(argc, argv, input, output, registry));

  if (listOperatorsFlag) {
    MLIRContext context(registry);
    mopt::listOperators(llvm::outs(), context, jsonFlag);
    return EXIT_SUCCESS;
  }
  if (isForeignFormat(output))
    return fail(
        "cannot write '" + output +
        "': mopt-opt writes .tflite, .mopt, .mlirbc and .mlir; mopt-translate "
        "writes other formats");
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      mopt::openModelFile(input);
  if (!buffer)
    return fail(llvm::toString(buffer.takeError()));
  if (batchFlag.getNumOccurrences() &&
      (batchFlag < 1 || mopt::getModelFormat((*buffer)->getBuffer()) !=
                            mopt::ModelFormat::TFLite))
    return fail(
        "--batch takes a positive number, and a .tflite model as INPUT");
  mopt::ModelFormat format = mopt::getOutputFormat(output);
  bool isModel = jsonFlag ||
                 mopt::getModelFormat((*buffer)->getBuffer()) ==
                     mopt::ModelFormat::TFLite ||
                 StringRef(input).ends_with(".tflite") ||
                 format == mopt::ModelFormat::TFLite ||
                 format == mopt::ModelFormat::Compressed;
  if (isModel) {
    MLIRContext context(registry);
    context.allowUnregisteredDialects(config.shouldAllowUnregisteredDialects());
    mopt::ModelDiagnosticHandler diagnostics(&context);
    if (failed(mopt::enableRemarks(context, config)))
      return fail("cannot write remarks to '" + config.getRemarksOutputFile() +
                  "'");
    LogicalResult result =
        runOnModel(context, std::move(*buffer), config, input, output);
    return asMainReturnCode(result);
  }
  if (format == mopt::ModelFormat::Bytecode)
    config.emitBytecode(true);
  std::unique_ptr<llvm::MemoryBuffer> source =
      mopt::makeMLIRSource(std::move(*buffer));
  MLIRContext context;
  mopt::ModelDiagnosticHandler diagnostics(&context);
  return asMainReturnCode(mopt::writeFileAtomically(
      UnknownLoc::get(&context), output, [&](llvm::raw_pwrite_stream &os) {
        return MlirOptMain(os, std::move(source), registry, config);
      }));
}
