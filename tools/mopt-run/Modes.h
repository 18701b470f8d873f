//===- Modes.h - What mopt-run can do -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_RUN_MODES_H
#define MOPT_TOOLS_MOPT_RUN_MODES_H

#include "Session.h"

namespace mlir::mopt {

/// Runs once on the given inputs and writes or lists the outputs.
llvm::Error runOnce(Session &session, const RunOptions &options);

/// Prints accuracy on labelled data, and the comparison with a second model.
llvm::Error runEvaluation(MLIRContext &context, Session &session,
                          const RunOptions &options);

/// Prints what quantising each layer alone costs, the worst first.
llvm::Error runSensitivity(MLIRContext &context, const RunOptions &options);

/// Prints the latency of one inference.
llvm::Error runBenchmark(Session &session, const RunOptions &options);

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_RUN_MODES_H
