//===- DeviceFlags.cpp - Options about what runs the model ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceFlags.h"

using namespace mlir;
using namespace mlir::mopt;
namespace cl = llvm::cl;

DeviceFlags::DeviceFlags(cl::OptionCategory &category)
    : device("device",
             cl::desc("What runs the model: cpu (machine code, the default), "
                      "reference (the evaluator: exact and slow), vulkan (a "
                      "GPU, and the CPU where it cannot), vulkan:WHICH (an "
                      "index of --list-devices or a part of a name), or "
                      "hexagon-sim (code for the Hexagon DSP in QEMU)"),
             cl::value_desc("DEVICE"), cl::cat(category)),
      compareDevice("compare-device",
                    cl::desc("With --compare: what runs the second model "
                             "(default: as --device)"),
                    cl::value_desc("DEVICE"), cl::cat(category)),
      listDevices("list-devices", cl::desc("Print the GPUs and stop"),
                  cl::cat(category)),
      pipelineCache("pipeline-cache",
                    cl::desc("With vulkan: a folder for what the driver "
                             "compiles, made if missing"),
                    cl::value_desc("DIR"), cl::cat(category)),
      gpuProfile("gpu-profile",
                 cl::desc("With vulkan: the kind of GPU to compile a model for "
                          "(default: that of the device)"),
                 cl::value_desc("NAME"), cl::cat(category)),
      float16("float16",
              cl::desc("With vulkan: store weights of float convolutions and "
                       "products as float16"),
              cl::cat(category)),
      vulkanValidation(
          "vulkan-validation",
          cl::desc("With vulkan: fail on any message of the validation layer, "
                   "and start each run with junk in the arena"),
          cl::cat(category)) {}

/// The device that `text` names; the part behind `vulkan:` goes to `which`.
static llvm::Expected<Device> parseDevice(StringRef option, StringRef text,
                                          std::string &which) {
  if (text == "cpu")
    return Device::CPU;
  if (text == "reference")
    return Device::Reference;
  if (text == "hexagon-sim")
    return Device::HexagonSim;
  if (text == "vulkan")
    return Device::Vulkan;
  if (text.consume_front("vulkan:") && !text.empty()) {
    which = text.str();
    return Device::Vulkan;
  }
  return llvm::createStringError(
      "--" + option + "=" + text +
      ": expected cpu, reference, vulkan, vulkan:WHICH or hexagon-sim");
}

llvm::Error DeviceFlags::apply(RunOptions &options) const {
  options.listDevices = listDevices;
  options.pipelineCache = pipelineCache;
  options.gpuProfile = gpuProfile;
  options.float16 = float16;
  options.vulkanValidation = vulkanValidation;
  for (auto [flag, to] : {std::pair(&device, &options.device),
                          std::pair(&compareDevice, &options.compareDevice)}) {
    if (!flag->getNumOccurrences())
      continue;
    llvm::Expected<Device> parsed =
        parseDevice(flag->ArgStr, *flag, options.vulkanDevice);
    if (!parsed)
      return parsed.takeError();
    *to = *parsed;
  }
  return llvm::Error::success();
}
