//===- ThreadPoolTest.cpp - Loops that threads share -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/ThreadPool.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <chrono>

using namespace mlir::mopt;

namespace {

/// Counts, without synchronisation of its own, how often each item is done.
void countItems(void *data, size_t begin, size_t end) {
  auto &counts = *static_cast<std::vector<int> *>(data);
  for (size_t i = begin; i < end; ++i)
    ++counts[i];
}

TEST(ThreadPoolTest, EveryItemIsDoneOnce) {
  for (unsigned threads : {1, 2, 3, 8}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.getNumThreads(), threads);
    for (size_t count : {0, 1, 2, 7, 8, 9, 31, 1000})
      for (int round = 0; round < 50; ++round) {
        std::vector<int> counts(count, 0);
        pool.parallelFor(&countItems, &counts, count);
        ASSERT_EQ(counts, std::vector<int>(count, 1))
            << threads << " threads, " << count << " items";
      }
  }
}

TEST(ThreadPoolTest, WakesThreadsThatSleep) {
  ThreadPool pool(3);
  for (int round = 0; round < 20; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::vector<int> counts(100, 0);
    ThreadPool::callback(&pool, &countItems, &counts, counts.size());
    ASSERT_EQ(counts, std::vector<int>(100, 1));
  }
}

TEST(ThreadPoolTest, ThreadsTakePartInLongLoops) {
  struct Shared {
    std::mutex mutex;
    std::vector<std::thread::id> threads;
  } shared;
  ThreadPool pool(2);
  pool.parallelFor(
      [](void *data, size_t, size_t) {
        auto &shared = *static_cast<Shared *>(data);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        std::lock_guard<std::mutex> lock(shared.mutex);
        shared.threads.push_back(std::this_thread::get_id());
      },
      &shared, 8);
  ASSERT_EQ(shared.threads.size(), 8u);
  std::sort(shared.threads.begin(), shared.threads.end());
  EXPECT_NE(shared.threads.front(), shared.threads.back());
}

} // namespace
