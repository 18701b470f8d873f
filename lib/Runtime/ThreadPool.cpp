//===- ThreadPool.cpp - Threads that share one inference -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/ThreadPool.h"

#include <algorithm>
#include <chrono>

using namespace mlir::mopt;
using Clock = std::chrono::steady_clock;

/// More parts than threads, so that one that comes late or is slow does less.
static constexpr unsigned kPartsPerThread = 4;

/// How long a thread without work looks for it: longer than the ops that one
/// thread does alone.
static constexpr auto kPatience = std::chrono::microseconds(50);

static constexpr uint64_t kPartsMask = 0xFFFFFFFF;

/// Tells the core that it is waiting for another one.
static void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

ThreadPool::ThreadPool(unsigned threads) {
  for (unsigned i = 1; i < threads; ++i)
    workers.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    stopping = true;
  }
  wake.notify_all();
  for (std::thread &worker : workers)
    worker.join();
}

bool ThreadPool::doPart() {
  uint64_t seen = state.load(std::memory_order_acquire);
  do {
    if ((seen & kPartsMask) == 0)
      return false;
  } while (!state.compare_exchange_weak(
      seen, seen - 1, std::memory_order_acquire, std::memory_order_acquire));
  size_t part = parts - (seen & kPartsMask);
  task(data, count * part / parts, count * (part + 1) / parts);
  unfinished.fetch_sub(1, std::memory_order_release);
  return true;
}

void ThreadPool::work() {
  auto hasWork = [this] {
    return (state.load(std::memory_order_seq_cst) & kPartsMask) != 0 ||
           stopping.load(std::memory_order_relaxed);
  };
  while (!stopping.load(std::memory_order_relaxed)) {
    if (doPart())
      continue;
    auto end = Clock::now() + kPatience;
    bool found = false;
    while (!(found = hasWork()) && Clock::now() < end)
      for (int i = 0; i < 16; ++i)
        pause();
    if (found)
      continue;
    std::unique_lock<std::mutex> lock(mutex);
    // Counted before it looks again: a caller either sees the sleeper or is
    // seen.
    sleepers.fetch_add(1, std::memory_order_seq_cst);
    wake.wait(lock, hasWork);
    sleepers.fetch_sub(1, std::memory_order_relaxed);
  }
}

void ThreadPool::parallelFor(Task newTask, void *newData, size_t newCount) {
  if (newCount == 0)
    return;
  if (workers.empty() || newCount == 1)
    return newTask(newData, 0, newCount);
  task = newTask;
  data = newData;
  count = newCount;
  parts = std::min<size_t>(newCount, kPartsPerThread * getNumThreads());
  unfinished.store(parts, std::memory_order_relaxed);
  uint64_t loop = (state.load(std::memory_order_relaxed) >> 32) + 1;
  state.store(loop << 32 | parts, std::memory_order_seq_cst);
  if (sleepers.load(std::memory_order_seq_cst) != 0) {
    // A sleeper that has looked but does not wait yet holds the mutex.
    std::lock_guard<std::mutex> lock(mutex);
    wake.notify_all();
  }
  while (doPart())
    ;
  for (unsigned round = 0; unfinished.load(std::memory_order_acquire) != 0;
       ++round) {
    pause();
    // Whoever has the last part may wait for this core.
    if (round % 1024 == 1023)
      std::this_thread::yield();
  }
}
