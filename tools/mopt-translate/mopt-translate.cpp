//===- mopt-translate.cpp - Between formats ---------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompileModel.h"
#include "CompressModel.h"
#include "EdgeTPUModel.h"
#include "SPIRVModel.h"
#include "mlir/IR/MLIRContext.h"
#include "mopt/InitAll.h"
#include "mopt/Target/Compressed/Container.h"
#include "mopt/Target/Hexagon/Architecture.h"
#include "mopt/Target/ModelFile.h"
#include "mopt/Target/TFLite/Export.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
namespace cl = llvm::cl;

static constexpr llvm::StringLiteral kOverview =
    R"(mopt-translate: converts models between formats

Examples:
  mopt-translate --import-tflite model.tflite -o model.mlir
  mopt-translate --export-tflite model.mlir -o model.tflite
  mopt-translate --to-object model.tflite -o model.o --mcpu=haswell
      native code, which needs no runtime library, and model.h, its C header
  mopt-translate --to-shared-library model.tflite -o libmodel.so --prefix=digits
      the same as a library, with functions digits_run, digits_arena_size, ...
  mopt-translate --to-hexagon model.tflite -o model.so --mcpu=hexagonv68
      the same for the Hexagon DSP; with --executable a program that computes
      the model on files
  mopt-translate --to-compressed model.tflite -o model.mopt
      the same model in a smaller file, which all tools of mopt read
  mopt-translate --to-edgetpu model.tflite -o ready.tflite --segments=2
      for the Edge TPU's compiler, in two parts, and what it will map
  mopt-translate --to-spirv model.tflite -o model.mspv --profile=mali
      kernels for a GPU, with weights and all that running them takes
  mopt-translate --inspect-edgetpu model_edgetpu.tflite -o model.json
      what the Edge TPU's compiler put into its package

IN is a .tflite, .mlir or .mlirbc file, or a compressed model.
)";

namespace {
enum class Action {
  ImportTFLite,
  ExportTFLite,
  ToLLVMIR,
  ToObject,
  ToSharedLibrary,
  ToHexagon,
  ToCompressed,
  FromCompressed,
  InspectEdgeTPU,
  ToEdgeTPU,
  ToSPIRV
};
} // namespace

static cl::OptionCategory category("mopt-translate options");

static cl::opt<Action> action(
    cl::desc("What to do:"), cl::cat(category),
    cl::values(
        clEnumValN(Action::ImportTFLite, "import-tflite",
                   "read a .tflite model; write MLIR bytecode if the output "
                   "ends in .mlirbc, else text"),
        clEnumValN(Action::ExportTFLite, "export-tflite",
                   "write a .tflite model from any model file"),
        clEnumValN(Action::ToLLVMIR, "to-llvmir",
                   "compile; write optimised LLVM IR as text, and a C header"),
        clEnumValN(Action::ToObject, "to-object",
                   "compile; write an object file, and a C header"),
        clEnumValN(Action::ToSharedLibrary, "to-shared-library",
                   "compile and link with the system's C compiler; write a "
                   "shared library, and a C header"),
        clEnumValN(Action::ToHexagon, "to-hexagon",
                   "compile for the Hexagon DSP; write an object file, or a "
                   "shared object if the output ends in .so, and a C header"),
        clEnumValN(Action::ToCompressed, "to-compressed",
                   "write a compressed model, and print what each tensor "
                   "became"),
        clEnumValN(Action::FromCompressed, "from-compressed",
                   "write the .tflite that a compressed model was made of, bit "
                   "for bit"),
        clEnumValN(Action::ToSPIRV, "to-spirv",
                   "compile for Vulkan; write one file of kernels, weights, "
                   "memory plan and dispatches, or the kernels alone if the "
                   "output ends in .spv"),
        clEnumValN(Action::InspectEdgeTPU, "inspect-edgetpu",
                   "write what is in the Edge TPU packages of a compiled "
                   ".tflite, as JSON"),
        clEnumValN(Action::ToEdgeTPU, "to-edgetpu",
                   "write a .tflite that is ready for the Edge TPU's compiler, "
                   "and what that will map, as .json and .txt; with "
                   "--refresh-weights, a compiled one with other weights")));

static cl::opt<std::string> input(cl::Positional, cl::desc("IN"), cl::init("-"),
                                  cl::cat(category));

static cl::opt<std::string> output("o", cl::desc("Output file, - for stdout"),
                                   cl::value_desc("OUT"), cl::init("-"),
                                   cl::cat(category));

static cl::opt<std::string> mcpu(
    "mcpu",
    cl::desc("With --to-...: CPU to compile for, the host or any name of LLVM "
             "for x86-64 (x86-64, haswell, skylake-avx512, icelake-server, "
             "znver4, sapphirerapids, ...) or AArch64 (cortex-a55, cortex-a76, "
             "neoverse-n2, ...); with --to-hexagon: hexagonv66 (default), "
             "hexagonv67, hexagonv68, hexagonv69, hexagonv71, hexagonv73, "
             "hexagonv75"),
    cl::value_desc("host|NAME"), cl::init("host"), cl::cat(category));

static cl::opt<bool> executable(
    "executable",
    cl::desc("With --to-hexagon: write a static program for Linux, which takes "
             "a file for each input and each output"),
    cl::cat(category));

static cl::opt<std::string>
    prefix("prefix",
           cl::desc("With --to-...: what the names of all functions begin with "
                    "(default: mopt_model)"),
           cl::value_desc("NAME"), cl::init("mopt_model"), cl::cat(category));

static cl::opt<mopt::ComputeType> compute(
    "compute",
    cl::desc("With --to-...: what products of floats are made of (default: "
             "f32)"),
    cl::values(clEnumValN(mopt::ComputeType::F32, "f32",
                          "the values as they are"),
               clEnumValN(mopt::ComputeType::BF16, "bf16",
                          "values rounded to bfloat16; sums are float32")),
    cl::init(mopt::ComputeType::F32), cl::cat(category));

enum class WeightStorage { Compiled, Decode };

static cl::opt<WeightStorage> weights(
    "weights",
    cl::desc("With --to-llvmir, --to-object and --to-shared-library: how the "
             "code holds its weights (default: compiled)"),
    cl::values(clEnumValN(WeightStorage::Compiled, "compiled", "as they are"),
               clEnumValN(WeightStorage::Decode, "decode",
                          "coded; PREFIX_init decodes them once to memory of "
                          "the caller")),
    cl::init(WeightStorage::Compiled), cl::cat(category));

static cl::opt<mopt::RequantizeMode> requantize(
    "requantize",
    cl::desc("With --to-...: arithmetic of requantisation (default: what the "
             "model records, else float; for Hexagon fixed)"),
    cl::values(clEnumValN(mopt::RequantizeMode::Float, "float",
                          "float32 multiplier, round to nearest even"),
               clEnumValN(mopt::RequantizeMode::Fixed, "fixed",
                          "bit-identical to TFLite's reference kernels")),
    cl::cat(category));

static cl::opt<std::string> profile(
    "profile",
    cl::desc("With --to-spirv: the kind of device whose tiles are taken: "
             "generic, lavapipe, mali, adreno, nvidia, amd or intel (default: "
             "generic)"),
    cl::value_desc("NAME"), cl::init("generic"), cl::cat(category));

static cl::opt<bool>
    float16("float16",
            cl::desc("With --to-spirv: store weights of float convolutions and "
                     "products as float16"),
            cl::cat(category));

static cl::opt<bool> json("json",
                          cl::desc("With --to-...: print the sizes as JSON"),
                          cl::cat(category));

static cl::opt<unsigned> segments(
    "segments",
    cl::desc("With --to-edgetpu: cut the model into this many, for chips that "
             "work in a row (OUT_segment_I_of_N.tflite)"),
    cl::value_desc("N"), cl::init(1), cl::cat(category));

static cl::opt<std::string> package(
    "refresh-weights",
    cl::desc("With --to-edgetpu: the compiled model that gets the weights of "
             "IN; shapes, scales and zero points must be those that it was "
             "compiled for"),
    cl::value_desc("PACKAGE.tflite"), cl::cat(category));

static cl::opt<std::string> source(
    "source",
    cl::desc("With --refresh-weights: the model that PACKAGE was compiled of, "
             "to check that all scales are the same"),
    cl::value_desc("MODEL"), cl::cat(category));

/// What the action compiles to; none for the actions that do not compile.
static std::optional<mopt::ArtifactKind> getArtifactKind() {
  switch (action) {
  case Action::ToLLVMIR:
    return mopt::ArtifactKind::LLVMIR;
  case Action::ToObject:
    return mopt::ArtifactKind::Object;
  case Action::ToSharedLibrary:
    return mopt::ArtifactKind::SharedLibrary;
  case Action::ToHexagon:
    if (executable)
      return mopt::ArtifactKind::Program;
    return StringRef(output).ends_with(".so")
               ? mopt::ArtifactKind::SharedLibrary
               : mopt::ArtifactKind::Object;
  case Action::ImportTFLite:
  case Action::ExportTFLite:
  case Action::ToCompressed:
  case Action::FromCompressed:
  case Action::InspectEdgeTPU:
  case Action::ToEdgeTPU:
  case Action::ToSPIRV:
    break;
  }
  return std::nullopt;
}

static LogicalResult compile(ModuleOp module, mopt::ArtifactKind kind) {
  mopt::CompileOptions options;
  options.kind = kind;
  options.mcpu = mcpu;
  options.compute = compute;
  options.prefix = prefix;
  options.decodeWeights = weights == WeightStorage::Decode;
  if (requantize.getNumOccurrences())
    options.requantize = requantize;
  if (action == Action::ToHexagon) {
    if (!mcpu.getNumOccurrences())
      options.mcpu = mopt::kDefaultHexagonCPU.str();
    llvm::Expected<std::string> features =
        mopt::getHexagonFeatures(options.mcpu);
    if (!features)
      return emitError(module.getLoc()) << llvm::toString(features.takeError());
    // float takes about twice as long there.
    if (!options.requantize && !module->hasAttr(mopt::kRequantizeAttr))
      options.requantize = mopt::RequantizeMode::Fixed;
  }
  return mopt::compileModel(module, options, output, json);
}

static LogicalResult compileForGPU(ModuleOp module) {
  mopt::SPIRVOptions options;
  options.profile = profile;
  options.float16 = float16;
  if (requantize.getNumOccurrences())
    options.requantize = requantize;
  return mopt::writeForGPU(module, options, output, json);
}

/// --from-compressed: nothing but the file is looked at.
static LogicalResult restore(Location loc) {
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> file =
      llvm::MemoryBuffer::getFileOrSTDIN(input, /*IsText=*/false,
                                         /*RequiresNullTerminator=*/false);
  if (std::error_code code = file.getError())
    return emitError(loc) << "cannot open '" << input
                          << "': " << code.message();
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> model =
      mopt::restoreModel((*file)->getBuffer(), input);
  if (!model)
    return emitError(loc) << "'" << input
                          << "': " << llvm::toString(model.takeError());
  return mopt::writeFileAtomically(loc, output,
                                   [&](llvm::raw_pwrite_stream &os) {
                                     os << (*model)->getBuffer();
                                     return success();
                                   });
}

/// --to-compressed: a .tflite is compressed as it is, others are exported.
static LogicalResult compress(MLIRContext &context,
                              std::shared_ptr<llvm::MemoryBuffer> buffer) {
  Location loc =
      NameLoc::get(StringAttr::get(&context, buffer->getBufferIdentifier()));
  if (mopt::getModelFormat(buffer->getBuffer()) == mopt::ModelFormat::TFLite)
    return mopt::compressModelFile(loc, buffer->getBuffer(), output, json);
  OwningOpRef<ModuleOp> module = mopt::readModel(&context, buffer);
  std::string file;
  llvm::raw_string_ostream os(file);
  if (!module || failed(mopt::exportTFLite(*module, os)))
    return failure();
  return mopt::compressModelFile(loc, file, output, json);
}

static LogicalResult translate(MLIRContext &context) {
  if (action == Action::FromCompressed)
    return restore(NameLoc::get(StringAttr::get(&context, "mopt-translate")));
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      mopt::openModelFile(input);
  if (!buffer)
    return emitError(NameLoc::get(StringAttr::get(&context, "mopt-translate")))
           << llvm::toString(buffer.takeError());
  std::shared_ptr<llvm::MemoryBuffer> shared = std::move(*buffer);
  if (action == Action::ToCompressed)
    return compress(context, std::move(shared));
  OwningOpRef<ModuleOp> module = action == Action::ImportTFLite
                                     ? mopt::importTFLite(&context, shared)
                                     : mopt::readModel(&context, shared);
  shared.reset();
  if (!module)
    return failure();
  if (std::optional<mopt::ArtifactKind> kind = getArtifactKind())
    return compile(*module, *kind);
  if (action == Action::ToSPIRV)
    return compileForGPU(*module);
  if (action == Action::InspectEdgeTPU)
    return mopt::inspectForEdgeTPU(*module, output);
  if (action == Action::ToEdgeTPU) {
    if (package.empty())
      return mopt::writeForEdgeTPU(*module, segments, output, json);
    return mopt::refreshForEdgeTPU(*module, package, source, output, json);
  }
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

/// What is wrong with the options of --to-edgetpu; null if nothing is.
static const char *checkEdgeTPUOptions() {
  bool hasSegments = segments.getNumOccurrences();
  if (action != Action::ToEdgeTPU &&
      (hasSegments || !package.empty() || !source.empty()))
    return "--segments, --refresh-weights and --source are for --to-edgetpu";
  if (hasSegments && segments == 0)
    return "--segments takes a positive number";
  if (hasSegments && !package.empty())
    return "--refresh-weights takes one package, not --segments";
  if (package.empty() && !source.empty())
    return "--source is for --refresh-weights";
  return nullptr;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // The options of LLVM's own libraries are of no use here.
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, kOverview);
  if (action.getNumOccurrences() != 1) {
    llvm::errs() << "mopt-translate: error: say what to do with one of "
                    "--import-tflite, --export-tflite, --to-llvmir, "
                    "--to-object, --to-shared-library, --to-hexagon, "
                    "--to-spirv, --to-compressed, --from-compressed, "
                    "--to-edgetpu and --inspect-edgetpu\n";
    return EXIT_FAILURE;
  }
  const cl::Option *compilation[] = {&mcpu,    &prefix,     &compute,
                                     &weights, &requantize, &json};
  for (const cl::Option *option : compilation) {
    if (option == &json &&
        (action == Action::ToCompressed || action == Action::ToEdgeTPU))
      continue;
    if ((option == &json || option == &requantize) && action == Action::ToSPIRV)
      continue;
    if (option->getNumOccurrences() && !getArtifactKind()) {
      llvm::errs() << "mopt-translate: error: --" << option->ArgStr
                   << " is for --to-llvmir, --to-object, "
                      "--to-shared-library and --to-hexagon\n";
      return EXIT_FAILURE;
    }
  }
  if (executable && action != Action::ToHexagon) {
    llvm::errs() << "mopt-translate: error: --executable is for --to-hexagon\n";
    return EXIT_FAILURE;
  }
  if (action != Action::ToSPIRV &&
      (profile.getNumOccurrences() || float16.getNumOccurrences())) {
    llvm::errs() << "mopt-translate: error: --profile and --float16 are for "
                    "--to-spirv\n";
    return EXIT_FAILURE;
  }
  if (const char *problem = checkEdgeTPUOptions()) {
    llvm::errs() << "mopt-translate: error: " << problem << '\n';
    return EXIT_FAILURE;
  }
  DialectRegistry registry;
  mopt::registerMoptDialects(registry);
  MLIRContext context(registry);
  mopt::ModelDiagnosticHandler diagnostics(&context);
  return succeeded(translate(context)) ? EXIT_SUCCESS : EXIT_FAILURE;
}
