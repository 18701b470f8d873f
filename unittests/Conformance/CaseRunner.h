//===- CaseRunner.h - Runs a golden case on a device ------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_CONFORMANCE_CASERUNNER_H
#define MOPT_UNITTESTS_CONFORMANCE_CASERUNNER_H

#include "Goldens.h"

#include "mopt/Runtime/Executor.h"

namespace mlir::mopt::conformance {

/// Something that runs the table.
struct Device {
  const char *name;
  llvm::Expected<std::unique_ptr<Executor>> (*create)(
      func::FuncOp func, const ExecutorOptions &options);
  /// In `Fixed` mode results are compared with the goldens. In `Float` mode,
  /// which no other runtime defines, with the reference evaluator's.
  RequantizeMode mode;
  /// The CPU to compile for.
  const char *mcpu = "host";
  /// Runs only rows of ops that kernels are chosen for by the CPU.
  bool onlyKernels = false;
  /// Runs the first row of each op, and then one in so many.
  unsigned share = 1;
  /// Runs only rows of 8-bit results, of ops and forms that GPUs have kernels
  /// for, and those not on the CPU.
  bool isGPU = false;
};

/// Those that this machine can run.
llvm::ArrayRef<Device> getDevices();

/// Whether the result of `row` is of 8 bits, and GPUs have kernels for its op,
/// if not in every form.
bool hasBytesForGPU(const Goldens &goldens, const GoldenCase &row);

/// Whether `device` runs `row`.
bool runsOn(const Goldens &goldens, const GoldenCase &row,
            const Device &device);

/// The context of all models of this thread, with everything that running them
/// needs.
MLIRContext &getContext();

/// Whether the two modes can differ on `row`: an integer result of an op that
/// rescales. Where scales are shared, fixed or absent nothing is rescaled.
bool dependsOnMode(const Goldens &goldens, const GoldenCase &row);

/// Imports a golden model; fails with the importer's own words.
llvm::Expected<OwningOpRef<ModuleOp>> importModel(const Array &model);

/// Runs all runs of a case. Returns an empty string, or what went wrong.
std::string runCase(const Goldens &goldens, const GoldenCase &row,
                    const Device &device);

} // namespace mlir::mopt::conformance

#endif // MOPT_UNITTESTS_CONFORMANCE_CASERUNNER_H
