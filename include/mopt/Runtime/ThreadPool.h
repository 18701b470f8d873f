//===- ThreadPool.h - Threads that share one inference -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_THREADPOOL_H
#define MOPT_RUNTIME_THREADPOOL_H

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace mlir::mopt {

/// A few threads for loops of some microseconds, such as the ops of a model.
/// Those that have nothing to do look for work for some 50 us, then sleep.
class ThreadPool {
public:
  using Task = void (*)(void *data, size_t begin, size_t end);

  /// `threads` counts the one that calls parallelFor.
  explicit ThreadPool(unsigned threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;

  unsigned getNumThreads() const { return workers.size() + 1; }

  /// Calls `task` for ranges that make up [0, count), on any of the threads;
  /// returns when all are done. One caller at a time.
  void parallelFor(Task task, void *data, size_t count);

  /// parallelFor as compiled code calls it; `pool` is a ThreadPool.
  static void callback(void *pool, Task task, void *data, size_t count) {
    static_cast<ThreadPool *>(pool)->parallelFor(task, data, count);
  }

private:
  /// Does one part of the current loop, if there is one left.
  bool doPart();
  void work();

  /// Number of the loop in the upper half, parts of it that nobody has taken
  /// in the lower one: a part can only be taken of the loop that was seen.
  std::atomic<uint64_t> state{0};
  std::atomic<uint32_t> unfinished{0};
  /// The current loop. Written before `state` tells of it, and not again while
  /// a part of it is unfinished.
  Task task = nullptr;
  void *data = nullptr;
  size_t count = 0;
  uint32_t parts = 0;

  std::atomic<uint32_t> sleepers{0};
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::condition_variable wake;
  std::vector<std::thread> workers;
};

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_THREADPOOL_H
