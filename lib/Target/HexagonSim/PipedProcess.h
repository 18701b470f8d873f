//===- PipedProcess.h - A program at the end of pipes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_HEXAGONSIM_PIPEDPROCESS_H
#define MOPT_LIB_TARGET_HEXAGONSIM_PIPEDPROCESS_H

#include "mopt/Runtime/ExternalTool.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <sys/types.h>

namespace mlir::mopt {

/// A process that reads some files and writes others, all of them pipes whose
/// other ends are here. It ends with this object.
class PipedProcess {
public:
  /// Starts `line`, a path and its arguments, with the names of `inputs` files
  /// to read and `outputs` files to write as further arguments.
  static llvm::Expected<std::unique_ptr<PipedProcess>>
  start(llvm::ArrayRef<std::string> line, unsigned inputs, unsigned outputs);

  PipedProcess(const PipedProcess &) = delete;
  PipedProcess &operator=(const PipedProcess &) = delete;
  ~PipedProcess();

  /// Writes all `bytes` into input `index`; false if the process has ended.
  bool write(unsigned index, llvm::ArrayRef<char> bytes);
  /// Fills `bytes` from output `index`; false if it ends before.
  bool read(unsigned index, llvm::MutableArrayRef<char> bytes);

  /// After a failure: waits for the process to end, and says how it did, with
  /// what it wrote to its standard error.
  std::string wait();

private:
  PipedProcess() = default;

  pid_t process = -1;
  llvm::SmallVector<int> inputs, outputs;
  TemporaryFile messages;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_HEXAGONSIM_PIPEDPROCESS_H
