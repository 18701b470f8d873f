//===- Options.h - Command line of mopt-run -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_RUN_OPTIONS_H
#define MOPT_TOOLS_MOPT_RUN_OPTIONS_H

#include "mopt/Data/Preprocess.h"
#include "mopt/Runtime/Executor.h"
#include "mopt/Transforms/Accuracy/LayerScheme.h"

#include <string>
#include <vector>

namespace mlir::mopt {

enum class Device { CPU, Reference, Vulkan, HexagonSim };

/// Everything the user may say, checked and parsed.
struct RunOptions {
  std::string model;
  /// Unset: the CPU, or what the file was compiled for.
  std::optional<Device> device;
  /// What --compare runs on; unset: as the model.
  std::optional<Device> compareDevice;
  /// Of Vulkan: index of the device or a part of its name; empty = the best.
  std::string vulkanDevice;
  /// Of Vulkan: a folder, or empty.
  std::string pipelineCache;
  /// Of Vulkan: the kind of device to compile for; empty = that of the device.
  std::string gpuProfile;
  /// Of Vulkan: weights of floats as float16.
  bool float16 = false;
  /// Of Vulkan: with the validation layer, and with an arena full of junk.
  bool vulkanValidation = false;
  bool listDevices = false;
  ExecutorOptions executor;
  unsigned threads = 0;
  bool json = false;

  /// Run once.
  std::vector<std::pair<std::string, std::string>> inputs;
  std::string outputDir;
  std::optional<uint64_t> seed;

  /// --eval
  std::string evalData;
  std::string compare;
  std::string report;
  SmallVector<int64_t> topK = {1};
  std::optional<int64_t> labelOffset;
  int64_t samples = 0;
  /// Unset: what the model records (`mopt.preprocess`), else none.
  std::optional<Preprocess> preprocess;

  /// --sensitivity
  std::string sensitivity;
  LayerScheme scheme;

  /// --benchmark
  bool benchmark = false;
  /// Also a table of the ops.
  bool profile = false;
  int64_t repetitions = 0;
};

/// Parses the command line; on `--help` and on unknown options the process ends
/// as LLVM tools do. Errors name the option and what it takes.
llvm::Expected<RunOptions> parseCommandLine(int argc, char **argv);

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_RUN_OPTIONS_H
