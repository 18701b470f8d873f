//===- Progress.cpp - A progress line on a terminal -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Progress.h"

#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>

using namespace mlir::mopt;

static int64_t nowInMilliseconds() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch())
      .count();
}

Progress::Progress(llvm::StringRef label, int64_t total)
    : label(label), total(total),
      visible(llvm::sys::Process::StandardErrIsDisplayed()) {}

Progress::~Progress() {
  // Carriage return and "erase to the end of the line".
  if (visible)
    llvm::errs() << "\r\033[K";
}

void Progress::advance(int64_t steps) {
  int64_t count = done += steps;
  if (!visible)
    return;
  int64_t now = nowInMilliseconds();
  int64_t due = nextUpdate;
  if (now < due || !nextUpdate.compare_exchange_strong(due, now + 100))
    return;
  std::lock_guard<std::mutex> lock(mutex);
  llvm::errs() << "\r" << label << " " << count << "/" << total << "\033[K";
}
