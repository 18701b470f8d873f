//===- VulkanSession.h - Models on a GPU ------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_RUN_VULKANSESSION_H
#define MOPT_TOOLS_MOPT_RUN_VULKANSESSION_H

#include "Session.h"

namespace mlir::mopt {

/// Prints every GPU, with what it offers.
llvm::Error listDevices(bool json);

/// True if the file at `path` claims to be compiled for GPUs.
bool isArtifactFile(StringRef path);

/// Fills `session` with the artifact at `path`, ready to run. An error if
/// `device` is another one.
llvm::Error loadArtifact(MLIRContext &context, Session &session, StringRef path,
                         std::optional<Device> device,
                         const RunOptions &options);

/// Compiles the model of `session` for a GPU, and says on stderr what the CPU
/// runs of it, or, with --json, in `session.device`.
llvm::Expected<std::unique_ptr<Executor>>
createOnVulkan(Session &session, const RunOptions &options);

/// An error with what the validation layer has said so far, if anything.
llvm::Error checkValidation();

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_RUN_VULKANSESSION_H
