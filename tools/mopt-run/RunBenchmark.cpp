//===- RunBenchmark.cpp - Latency of one inference -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modes.h"
#include "mopt/Runtime/Benchmark.h"
#include "mopt/Runtime/ThreadPool.h"
#include "mopt/Runtime/Vulkan/VulkanExecutor.h"
#include "mopt/Target/CPU/Profile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;

/// Billions of multiply-accumulate operations a second.
static double getRate(const OpProfile &op) {
  return op.microseconds > 0 ? op.macs / op.microseconds * 1e-3 : 0.0;
}

static llvm::json::Array listOps(ArrayRef<OpProfile> profile) {
  llvm::json::Array ops;
  for (const OpProfile &op : profile) {
    llvm::json::Object entry{{"op", op.op},
                             {"name", llvm::json::fixUTF8(op.name)},
                             {"shape", llvm::json::Array(op.shape)},
                             {"us", op.microseconds}};
    if (op.macs) {
      entry["macs"] = op.macs;
      entry["gmac_per_s"] = getRate(op);
    }
    if (op.blocks)
      entry["blocks"] = *op.blocks;
    ops.push_back(std::move(entry));
  }
  return ops;
}

/// What the table shows of a name.
static constexpr size_t kNameLength = 48;

static void printOps(llvm::raw_ostream &os, ArrayRef<OpProfile> profile) {
  double total = 0;
  for (const OpProfile &op : profile)
    total += op.microseconds;
  os << "\n        us  share  GMAC/s  blocks  op\n";
  for (const OpProfile &op : profile) {
    os << llvm::format("%10.1f %5.1f%%", op.microseconds,
                       total > 0 ? 100 * op.microseconds / total : 0.0);
    if (op.macs && op.microseconds > 0)
      os << llvm::format("%8.2f", getRate(op));
    else
      os.indent(8);
    if (op.blocks)
      os << llvm::format("%7.1f%%", 100 * *op.blocks);
    else
      os.indent(8);
    os << "  " << op.op << " ";
    if (!op.shape.empty()) {
      os << "[";
      llvm::interleaveComma(op.shape, os);
      os << "] ";
    }
    // Converters join the names of all that they fused.
    StringRef name(op.name);
    llvm::printEscapedString(name.take_front(kNameLength), os);
    if (name.size() > kNameLength)
      os << "...";
    os << "\n";
  }
  os << llvm::format("%10.1f", total)
     << "  sum of the medians, with a look at the clock between ops\n";
}

/// Threads that share one inference.
static unsigned getNumThreads(const RunOptions &options) {
  return options.executor.pool ? options.executor.pool->getNumThreads() : 1;
}

llvm::Error mopt::runBenchmark(Session &session, const RunOptions &options) {
  SmallVector<HostTensor> inputs =
      drawInputs(session.executor->getFunctionType(), options.seed.value_or(0));
  llvm::Expected<Latency> latency =
      measureLatency(*session.executor, inputs, options.repetitions);
  if (!latency)
    return latency.takeError();
  SmallVector<OpProfile> profile;
  if (options.profile) {
    auto measured =
        session.device
            ? profileDispatches(*session.executor, inputs, options.repetitions)
            : profileOps(session.function, options.executor, inputs,
                         options.repetitions);
    if (!measured)
      return measured.takeError();
    profile = std::move(*measured);
  }
  if (options.json) {
    llvm::json::Object report{{"model", options.model},
                              {"median_us", latency->median},
                              {"p10_us", latency->p10},
                              {"p90_us", latency->p90},
                              {"cpu_us", latency->cpu},
                              {"repetitions", latency->repetitions},
                              {"threads", getNumThreads(options)}};
    session.describeDevice(report);
    if (options.profile)
      report["ops"] = listOps(profile);
    llvm::outs() << llvm::json::Value(std::move(report)) << "\n";
    return llvm::Error::success();
  }
  llvm::outs() << llvm::format(
      "median %.1f us, p10 %.1f us, p90 %.1f us over %d runs, ",
      latency->median, latency->p10, latency->p90, int(latency->repetitions));
  unsigned threads = getNumThreads(options);
  if (threads == 1)
    llvm::outs() << "one thread\n";
  else
    llvm::outs() << threads << " threads\n";
  if (options.profile)
    printOps(llvm::outs(), profile);
  return llvm::Error::success();
}
