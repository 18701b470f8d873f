//===- SampleLoop.cpp - Work on many samples with several threads ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/SampleLoop.h"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

llvm::Error mlir::mopt::forEachSample(
    int64_t begin, int64_t end, unsigned threads,
    llvm::function_ref<llvm::Error(unsigned, int64_t)> work) {
  std::atomic<int64_t> next = begin;
  std::mutex mutex;
  llvm::Error firstError = llvm::Error::success();
  int64_t firstErrorSample = end;

  auto run = [&](unsigned thread) {
    // Samples are handed out in order, so every sample before a failing one is
    // run by somebody and the lowest failing sample is always found.
    for (int64_t sample; (sample = next++) < end;) {
      llvm::Error error = work(thread, sample);
      if (!error)
        continue;
      std::lock_guard<std::mutex> lock(mutex);
      if (sample < firstErrorSample) {
        llvm::consumeError(std::move(firstError));
        firstError = std::move(error);
        firstErrorSample = sample;
      } else {
        llvm::consumeError(std::move(error));
      }
      next = end;
      return;
    }
  };
  std::vector<std::thread> pool;
  for (unsigned thread = 1; thread < threads; ++thread)
    pool.emplace_back(run, thread);
  run(0);
  for (std::thread &thread : pool)
    thread.join();
  return firstError;
}
