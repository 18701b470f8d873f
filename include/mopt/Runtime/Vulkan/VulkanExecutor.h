//===- VulkanExecutor.h - Models on a GPU -----------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_VULKAN_VULKANEXECUTOR_H
#define MOPT_RUNTIME_VULKAN_VULKANEXECUTOR_H

#include "mlir/IR/OwningOpRef.h"
#include "mopt/Runtime/PartitionedExecutor.h"
#include "mopt/Runtime/Vulkan/VulkanProgram.h"
#include "mopt/Target/CPU/Profile.h"

namespace mlir::mopt {

/// A module with one function that has the inputs and outputs of `artifact`,
/// with their names and types, and computes nothing: what data for the artifact
/// is read and named by.
OwningOpRef<ModuleOp> makeArtifactModule(MLIRContext *context,
                                         const SPIRVArtifact &artifact);

/// Runs an artifact.
class VulkanExecutor : public Executor {
public:
  /// `type` is that of the function that was compiled: an error if the inputs
  /// and outputs are not those of the artifact.
  static llvm::Expected<std::unique_ptr<VulkanExecutor>>
  create(std::shared_ptr<VulkanDevice> device,
         std::shared_ptr<const SPIRVArtifact> artifact, FunctionType type,
         const VulkanProgramOptions &options);

  FunctionType getFunctionType() const override { return type; }
  llvm::Expected<SmallVector<HostTensor>>
  run(ArrayRef<HostTensor> inputs) override;
  /// There is no state.
  void resetState() override {}
  /// Where the device has no memory for another program, the first run fails.
  std::unique_ptr<Executor> clone() const override;

  const SPIRVArtifact &getArtifact() const { return *artifact; }

  /// Whether each run is followed by one that measures its dispatches.
  void setProfiling(bool on) { isProfiling = on; }
  /// Microseconds of each dispatch of the last such run.
  ArrayRef<double> getTimes() const { return times; }

private:
  VulkanExecutor(FunctionType type,
                 std::shared_ptr<const SPIRVArtifact> artifact)
      : type(type), artifact(std::move(artifact)) {}

  FunctionType type;
  std::shared_ptr<const SPIRVArtifact> artifact;
  std::unique_ptr<VulkanProgram> program;
  /// Why there is no program.
  std::string error;
  bool isProfiling = false;
  std::vector<double> times;
};

struct VulkanExecutorOptions {
  std::shared_ptr<VulkanDevice> device;
  VulkanProgramOptions program;
  /// The kind of device to compile for, as mopt-translate --profile takes it;
  /// empty = the one for the device.
  std::string profile;
  /// Store weights of float convolutions and products as float16.
  bool float16 = false;
  /// Of the arithmetic, and of what the CPU runs.
  ExecutorOptions executor;
};

/// Compiles `func` for the device: what the target "vulkan" takes of it, and
/// the rest for the CPU (createPartitionedExecutor).
llvm::Expected<std::unique_ptr<PartitionedExecutor>>
createVulkanExecutor(func::FuncOp func, const VulkanExecutorOptions &options);

/// Runs `executor`, made by createVulkanExecutor or a VulkanExecutor, on
/// `inputs`: once to warm up, then `repetitions` times, or, where that is 0,
/// for about 1 s and at least 5 times. One entry a dispatch and one a part that
/// the CPU runs, with medians: `op` is the kernel, or `cpu`, and `name` the
/// operators.
llvm::Expected<SmallVector<OpProfile>>
profileDispatches(Executor &executor, ArrayRef<HostTensor> inputs,
                  int64_t repetitions);

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_VULKAN_VULKANEXECUTOR_H
