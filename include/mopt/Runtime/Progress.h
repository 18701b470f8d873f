//===- Progress.h - A progress line on a terminal -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_PROGRESS_H
#define MOPT_RUNTIME_PROGRESS_H

#include "llvm/ADT/StringRef.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace mlir::mopt {

/// Shows `label 120/1000` on stderr while long work goes on, rewritten at most
/// ten times a second; silent where stderr is not a terminal. Safe to advance
/// from several threads.
class Progress {
public:
  Progress(llvm::StringRef label, int64_t total);
  /// Clears the line.
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  void advance(int64_t steps = 1);

private:
  std::string label;
  int64_t total;
  bool visible;
  std::atomic<int64_t> done = 0;
  std::atomic<int64_t> nextUpdate = 0;
  std::mutex mutex;
};

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_PROGRESS_H
