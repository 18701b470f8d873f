//===- Session.h - A loaded model and its executor -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_RUN_SESSION_H
#define MOPT_TOOLS_MOPT_RUN_SESSION_H

#include "Options.h"
#include "mlir/IR/OwningOpRef.h"
#include "mopt/Runtime/ModelIO.h"
#include "llvm/Support/JSON.h"

namespace mlir::mopt {

/// A model file, ready to run on the device that the options name.
struct Session {
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  SmallVector<InputSpec> inputs;
  std::unique_ptr<Executor> executor;
  uint64_t fileBytes = 0;
  /// Of a GPU: its name, and which operators went to the CPU and why.
  std::optional<llvm::json::Object> device;

  /// Loads `path` for `device`, or, if unset, for the CPU or what the file was
  /// compiled for; reports what is wrong with the file on stderr and returns an
  /// error that says which step failed.
  static llvm::Expected<Session> load(MLIRContext &context, StringRef path,
                                      std::optional<Device> device,
                                      const RunOptions &options);

  /// Adds `device`, if there is one, to a report.
  void describeDevice(llvm::json::Object &report) const {
    if (device)
      report["device"] = llvm::json::Object(*device);
  }

  /// The preprocessing of the command line, else what the model records.
  llvm::Expected<Preprocess> getPreprocess(const RunOptions &options) const;
};

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_RUN_SESSION_H
