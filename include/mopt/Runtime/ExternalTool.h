//===- ExternalTool.h - Programs of the system -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_EXTERNALTOOL_H
#define MOPT_RUNTIME_EXTERNALTOOL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::mopt {

/// A file in the folder for temporary ones that goes away with this object.
class TemporaryFile {
public:
  TemporaryFile() = default;
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;
  ~TemporaryFile();

  /// Creates it with `contents`, under a name that ends in `suffix`.
  llvm::Error create(llvm::StringRef suffix, llvm::StringRef contents = "");

  llvm::StringRef getPath() const { return path; }

private:
  llvm::SmallString<128> path;
};

/// The path of the first of `names` that is a program on the PATH; empty if
/// none is.
std::string findTool(llvm::ArrayRef<std::string> names);

/// Runs `tool` with the arguments and waits for it. If it fails, the error has
/// the beginning of what it wrote, as "'TOOL' cannot TASK: ...".
llvm::Error runTool(llvm::StringRef tool,
                    llvm::ArrayRef<llvm::StringRef> arguments,
                    llvm::StringRef task);

/// The bytes of the file at `path`, which a tool has written.
llvm::Error readToolOutput(llvm::StringRef path,
                           llvm::SmallVectorImpl<char> &bytes);

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_EXTERNALTOOL_H
