//===- ModelSize.cpp - Bytes of a model's file -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelSize.h"

#include "mlir/IR/Diagnostics.h"
#include "mopt/Target/ModelFile.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// A stream that only counts.
class CountingStream : public llvm::raw_ostream {
public:
  ~CountingStream() override { flush(); }

private:
  void write_impl(const char *, size_t size) override { bytes += size; }
  uint64_t current_pos() const override { return bytes; }

  uint64_t bytes = 0;
};

} // namespace

int64_t mopt::countModelBytes(ModuleOp module, ModelFormat format) {
  ScopedDiagnosticHandler handler(module.getContext(),
                                  [](Diagnostic &) { return success(); });
  CountingStream stream;
  if (failed(writeModel(module, stream, format)))
    return 0;
  return stream.tell();
}
