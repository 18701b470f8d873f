//===- DeviceFlags.h - Options about what runs the model --------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_RUN_DEVICEFLAGS_H
#define MOPT_TOOLS_MOPT_RUN_DEVICEFLAGS_H

#include "Options.h"
#include "llvm/Support/CommandLine.h"

namespace mlir::mopt {

struct DeviceFlags {
  explicit DeviceFlags(llvm::cl::OptionCategory &category);

  /// Moves what was said into `options`.
  llvm::Error apply(RunOptions &options) const;

  llvm::cl::opt<std::string> device;
  llvm::cl::opt<std::string> compareDevice;
  llvm::cl::opt<bool> listDevices;
  llvm::cl::opt<std::string> pipelineCache;
  llvm::cl::opt<std::string> gpuProfile;
  llvm::cl::opt<bool> float16;
  llvm::cl::opt<bool> vulkanValidation;
};

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_RUN_DEVICEFLAGS_H
