//===- Options.cpp - Command line of mopt-run -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "AccuracyFlags.h"
#include "DeviceFlags.h"

#include "mopt/Runtime/ThreadPool.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"

using namespace mlir;
using namespace mlir::mopt;
namespace cl = llvm::cl;

static constexpr char kOverview[] =
    R"(mopt-run: runs a model, measures its accuracy, measures its latency

  mopt-run model.tflite --input=x=image.npy --output-dir=out
      runs once; writes one .npy file per output
  mopt-run model.tflite --eval=test.npz --top-k=1,5
      accuracy on data (arrays named after the inputs, or x; or a folder of
      images CLASS_name.jpg): top-k with a label a sample in y; mIoU with maps
      of labels in y (255 = ignored); signal-to-noise ratio, largest error and
      cosine with arrays named after the outputs; 95 % intervals
  mopt-run small.tflite --eval=test.npz --compare=model.tflite
      also how often both models agree, and how far their outputs are apart
  mopt-run model.tflite --sensitivity=calib.npz
      of a float model: what quantising each layer alone does to the outputs,
      the worst first
  mopt-run model.tflite --benchmark
      latency: median, 10th and 90th percentile; with --profile also the time
      of each op

  mopt-run model.tflite --device=vulkan
      on a GPU; also what mopt-translate --to-spirv made: mopt-run model.mspv
  mopt-run --list-devices
      the GPUs

MODEL is a .tflite, .mlir, .mlirbc or .mspv file.)";

/// The LLVM libraries register options of their own under names that we need
/// (`--threads`). None of them is meant for users of this tool.
static void removeLibraryOptions() {
  SmallVector<cl::Option *> theirs;
  for (auto [name, option] : cl::getRegisteredOptions())
    if (!name.starts_with("help") && name != "version")
      theirs.push_back(option);
  for (cl::Option *option : theirs)
    option->removeArgument();
}

llvm::Expected<RunOptions> mopt::parseCommandLine(int argc, char **argv) {
  removeLibraryOptions();
  cl::OptionCategory category("mopt-run options");
  cl::opt<std::string> model(cl::Positional, cl::desc("MODEL"),
                             cl::cat(category));
  DeviceFlags device(category);
  cl::opt<RequantizeMode> requantize(
      "requantize",
      cl::desc("Arithmetic of requantisation (default: what the model "
               "records, else float)"),
      cl::values(clEnumValN(RequantizeMode::Float, "float",
                            "float32 multiplier, round to nearest even"),
                 clEnumValN(RequantizeMode::Fixed, "fixed",
                            "bit-identical to TFLite's reference kernels")),
      cl::cat(category));
  cl::opt<std::string> mcpu("mcpu",
                            cl::desc("CPU to compile for; with "
                                     "--device=hexagon-sim hexagonv66, ..."),
                            cl::init("host"), cl::value_desc("host|NAME"),
                            cl::cat(category));
  cl::opt<ComputeType> compute(
      "compute", cl::desc("What products of floats are made of (default: f32)"),
      cl::values(clEnumValN(ComputeType::F32, "f32", "the values as they are"),
                 clEnumValN(ComputeType::BF16, "bf16",
                            "values rounded to bfloat16; sums are float32")),
      cl::init(ComputeType::F32), cl::cat(category));
  cl::opt<unsigned> threads(
      "threads",
      cl::desc("Threads that share one inference (default: 1); with --eval and "
               "--sensitivity: samples that run at once (default: one per "
               "core)"),
      cl::init(0), cl::value_desc("N"), cl::cat(category));
  cl::opt<bool> json("json", cl::desc("Print results as JSON"),
                     cl::cat(category));
  cl::list<std::string> inputs(
      "input", cl::desc("Data of an input, once per input"),
      cl::value_desc("NAME=FILE.npy"), cl::cat(category));
  cl::opt<std::string> outputDir(
      "output-dir", cl::desc("Folder for the outputs, made if missing"),
      cl::value_desc("DIR"), cl::cat(category));
  cl::opt<std::string> seed(
      "seed",
      cl::desc("Draw the inputs that are not given: integers over their whole "
               "range, floats from N(0,1)"),
      cl::value_desc("N"), cl::cat(category));
  AccuracyFlags accuracy(category);
  cl::opt<bool> benchmark("benchmark", cl::desc("Measure latency"),
                          cl::cat(category));
  cl::opt<bool> profile("profile",
                        cl::desc("With --benchmark: the time of each op too"),
                        cl::cat(category));
  cl::opt<int64_t> repetitions(
      "repetitions",
      cl::desc("With --benchmark: timed runs (default: about 2 seconds)"),
      cl::init(0), cl::value_desc("N"), cl::cat(category));

  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, kOverview);

  auto invalid = [](const llvm::Twine &what) {
    return llvm::createStringError(what);
  };
  RunOptions options;
  options.model = model;
  options.json = json;
  if (llvm::Error error = device.apply(options))
    return std::move(error);
  if (options.listDevices)
    return options;
  if (options.model.empty())
    return invalid("name a MODEL; mopt-run --help says what can be done");
  if (requantize.getNumOccurrences())
    options.executor.requantize = requantize;
  options.executor.mcpu = mcpu;
  options.executor.compute = compute;
  options.threads = threads;
  for (const std::string &input : inputs) {
    auto [name, file] = StringRef(input).rsplit('=');
    if (name.empty() || file.empty())
      return invalid("--input=" + llvm::Twine(input) +
                     ": expected NAME=FILE.npy");
    options.inputs.emplace_back(name, file);
  }
  options.outputDir = outputDir;
  if (seed.getNumOccurrences()) {
    uint64_t value;
    if (StringRef(seed).getAsInteger(0, value))
      return invalid("--seed=" + seed + ": expected a non-negative integer");
    options.seed = value;
  }
  if (llvm::Error error = accuracy.apply(options))
    return std::move(error);
  if (repetitions < 0)
    return invalid("--repetitions must not be negative");
  options.benchmark = benchmark;
  options.profile = profile;
  options.repetitions = repetitions;

  // Samples are shared among threads, not what each of them computes.
  bool runsOnData = !options.evalData.empty() || !options.sensitivity.empty();
  if (threads > 1 && !runsOnData && options.device != Device::Reference)
    options.executor.pool = std::make_shared<ThreadPool>(threads);

  if (benchmark + !options.evalData.empty() + !options.sensitivity.empty() > 1)
    return invalid("--benchmark, --eval and --sensitivity exclude each other; "
                   "run once for each");
  if (benchmark && options.device == Device::HexagonSim)
    return invalid(
        "--benchmark: the time of an emulator says nothing about the "
        "processor");
  if (profile && (!benchmark || options.device == Device::Reference))
    return invalid("--profile needs --benchmark and --device=cpu or vulkan");
  if (!options.sensitivity.empty() && (options.device == Device::Vulkan ||
                                       options.device == Device::HexagonSim))
    return invalid("--sensitivity runs on the CPU; drop --device");
  if (options.compareDevice && options.compare.empty())
    return invalid("--compare-device needs --compare");
  if (runsOnData && !options.inputs.empty())
    return invalid("--eval and --sensitivity take their inputs from DATA; drop "
                   "--input");
  return options;
}
