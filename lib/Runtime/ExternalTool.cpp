//===- ExternalTool.cpp - Programs of the system -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/ExternalTool.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::mopt;
using llvm::Error;
using llvm::StringRef;

TemporaryFile::~TemporaryFile() {
  if (!path.empty())
    llvm::sys::fs::remove(path);
}

Error TemporaryFile::create(StringRef suffix, StringRef contents) {
  int descriptor;
  if (std::error_code code =
          llvm::sys::fs::createTemporaryFile("mopt", suffix, descriptor, path))
    return llvm::createStringError("cannot create a temporary file: " +
                                   code.message());
  llvm::raw_fd_ostream os(descriptor, /*shouldClose=*/true);
  os << contents;
  os.flush();
  if (std::error_code code = os.error()) {
    os.clear_error();
    return llvm::createStringError("cannot write '" + path +
                                   "': " + code.message());
  }
  return Error::success();
}

std::string mlir::mopt::findTool(llvm::ArrayRef<std::string> names) {
  for (const std::string &name : names)
    if (auto path = llvm::sys::findProgramByName(name))
      return *path;
  return "";
}

/// The beginning of what a program wrote into the file at `path`.
static std::string readMessage(StringRef path) {
  auto text = llvm::MemoryBuffer::getFile(path);
  return text ? (*text)->getBuffer().trim().take_front(1000).str() : "";
}

Error mlir::mopt::runTool(StringRef tool, llvm::ArrayRef<StringRef> arguments,
                          StringRef task) {
  TemporaryFile messages;
  if (Error error = messages.create("txt"))
    return error;
  llvm::SmallVector<StringRef> line = {tool};
  line.append(arguments.begin(), arguments.end());
  const std::optional<StringRef> redirects[] = {
      StringRef(""), messages.getPath(), messages.getPath()};
  std::string reason;
  if (llvm::sys::ExecuteAndWait(tool, line, std::nullopt, redirects,
                                /*SecondsToWait=*/0, /*MemoryLimit=*/0,
                                &reason) != 0)
    return llvm::createStringError("'" + tool + "' cannot " + task + ": " +
                                   reason + readMessage(messages.getPath()));
  return Error::success();
}

Error mlir::mopt::readToolOutput(StringRef path,
                                 llvm::SmallVectorImpl<char> &bytes) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file)
    return llvm::createStringError("cannot read '" + path +
                                   "': " + file.getError().message());
  bytes.assign((*file)->getBufferStart(), (*file)->getBufferEnd());
  return Error::success();
}
