//===- RunBenchmark.cpp - Latency of one inference -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modes.h"
#include "mopt/Runtime/Benchmark.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;

llvm::Error mopt::runBenchmark(Session &session, const RunOptions &options) {
  SmallVector<HostTensor> inputs =
      drawInputs(session.executor->getFunctionType(), options.seed.value_or(0));
  llvm::Expected<Latency> latency =
      measureLatency(*session.executor, inputs, options.repetitions);
  if (!latency)
    return latency.takeError();
  if (options.json)
    llvm::outs() << llvm::json::Value(llvm::json::Object{
                        {"model", options.model},
                        {"median_us", latency->median},
                        {"p10_us", latency->p10},
                        {"p90_us", latency->p90},
                        {"repetitions", latency->repetitions}})
                 << "\n";
  else
    llvm::outs() << llvm::format(
        "median %.1f us, p10 %.1f us, p90 %.1f us over %d runs, one thread\n",
        latency->median, latency->p10, latency->p90, int(latency->repetitions));
  return llvm::Error::success();
}
