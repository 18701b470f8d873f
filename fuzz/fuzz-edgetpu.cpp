//===- fuzz-edgetpu.cpp - fuzzing of Edge TPU packages ----------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever the bytes, the custom options of an Edge TPU op give a report that
// can be printed, or an error.
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/EdgeTPU/Inspect.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

/// The MLIR library has no instrumentation: it uses memory of allocators and
/// containers that our instrumented copies of their inline functions mark as
/// poisoned. Heap, stack and globals are checked as always.
extern "C" const char *__asan_default_options() {
  return "detect_container_overflow=0:allow_user_poisoning=0";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::Expected<llvm::json::Object> report =
      mopt::inspectEdgeTPUOptions({reinterpret_cast<const char *>(data), size});
  if (!report) {
    llvm::consumeError(report.takeError());
    return 0;
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  os << llvm::json::Value(std::move(*report));
  return 0;
}
