//===- DescribePlan.cpp - What an artifact costs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DescribePlan.h"

using namespace mlir;
using namespace mlir::mopt;

/// Bytes of the buffers that a dispatch reads and writes.
static std::pair<int64_t, int64_t> countBytes(const DevicePlan &plan,
                                              const DeviceDispatch &dispatch) {
  int64_t read = 0, written = 0;
  for (auto [i, buffer] : llvm::enumerate(dispatch.buffers))
    (plan.kernels[dispatch.kernel].bindings[i].isWritten ? written : read) +=
        plan.buffers[buffer].bytes;
  return {read, written};
}

static llvm::json::Object describeTile(const GPUProfile &profile,
                                       const DevicePlan &plan,
                                       const DeviceDispatch &dispatch) {
  // The results are bytes if there are as many of them as bytes are written.
  StringRef name = plan.kernels[dispatch.kernel].name;
  TileFigures figures =
      getTileFigures(profile, dispatch.tile, name.starts_with("byte") ? 1 : 4);
  return llvm::json::Object{
      {"pixels", dispatch.tile.pixels},
      {"channels", dispatch.tile.channels},
      {"registers", figures.registers},
      {"occupancy", figures.occupancy},
      {"loaded_bytes_per_mac", figures.loadedBytesPerMac}};
}

llvm::json::Object mopt::describePlan(const DevicePlan &plan,
                                      const SPIRVArtifact &artifact,
                                      const GPUProfile &profile) {
  llvm::json::Array dispatches;
  int64_t macs = 0, barriers = 0, traffic = 0;
  for (const DeviceDispatch &dispatch : plan.dispatches) {
    const DeviceKernel &kernel = plan.kernels[dispatch.kernel];
    auto [read, written] = countBytes(plan, dispatch);
    llvm::json::Object entry{
        {"op", dispatch.op},
        {"kernel", kernel.name},
        {"invocations",
         dispatch.groups[0] * dispatch.groups[1] * kernel.workgroup},
        {"macs", dispatch.macs},
        {"bytes_read", read},
        {"bytes_written", written},
        {"barrier", dispatch.needsBarrier}};
    if (dispatch.tile.pixels)
      entry["tile"] = describeTile(profile, plan, dispatch);
    dispatches.push_back(std::move(entry));
    macs += dispatch.macs;
    traffic += read + written;
    barriers += dispatch.needsBarrier;
  }
  llvm::json::Array features;
  for (const std::string &feature : getFeatureNames(artifact.features))
    features.push_back(feature);
  int64_t binaryBytes = 0;
  for (const SPIRVModule &module : artifact.modules)
    binaryBytes += static_cast<int64_t>(module.words.size()) * 4;
  return llvm::json::Object{
      {"profile", artifact.profile},
      {"requantize", stringifyRequantizeMode(artifact.requantize)},
      {"features", std::move(features)},
      {"kernels", static_cast<int64_t>(artifact.kernels.size())},
      {"spirv_bytes", binaryBytes},
      {"constant_bytes", static_cast<int64_t>(artifact.constants.size())},
      {"arena_bytes", static_cast<int64_t>(artifact.arenaSize)},
      {"io_bytes", static_cast<int64_t>(artifact.ioSize)},
      {"macs", macs},
      {"traffic_bytes", traffic},
      {"barriers", barriers},
      {"dispatches", std::move(dispatches)}};
}
