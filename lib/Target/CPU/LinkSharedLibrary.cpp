//===- LinkSharedLibrary.cpp - From objects to libraries -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinkSharedLibrary.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"

using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

/// The first of `names` that is on the PATH.
static Expected<std::string> findLinker(const llvm::Triple &triple) {
  llvm::SmallVector<std::string> names;
  if (triple.getArch() ==
      llvm::Triple(llvm::sys::getProcessTriple()).getArch()) {
    names = {"cc", "gcc", "clang"};
  } else {
    std::string target =
        (triple.getArchName() + "-" + triple.getOSName() + "-gnu").str();
    names = {target + "-gcc", target + "-clang"};
  }
  for (const std::string &name : names)
    if (auto path = llvm::sys::findProgramByName(name))
      return *path;
  return llvm::createStringError(
      "no C compiler to link with: '" + names.front() +
      "' is not on the PATH; write an object file with --to-object instead");
}

namespace {

/// A file in the folder for temporary ones that goes away with this object.
class TemporaryFile {
public:
  TemporaryFile() = default;
  TemporaryFile(const TemporaryFile &) = delete;
  ~TemporaryFile() {
    if (!path.empty())
      llvm::sys::fs::remove(path);
  }

  /// Creates it with `contents`.
  Error create(StringRef suffix, StringRef contents = "") {
    int descriptor;
    if (std::error_code code = llvm::sys::fs::createTemporaryFile(
            "mopt", suffix, descriptor, path))
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

  StringRef getPath() const { return path; }

private:
  llvm::SmallString<128> path;
};

} // namespace

/// The beginning of what a program wrote into the file at `path`.
static std::string readMessage(StringRef path) {
  auto text = llvm::MemoryBuffer::getFile(path);
  return text ? (*text)->getBuffer().trim().take_front(1000).str() : "";
}

Error mlir::mopt::linkSharedLibrary(const llvm::Triple &triple,
                                    llvm::SmallVectorImpl<char> &artifact) {
  Expected<std::string> linker = findLinker(triple);
  if (!linker)
    return linker.takeError();
  TemporaryFile object, library, messages;
  if (Error error =
          object.create("o", StringRef(artifact.data(), artifact.size())))
    return error;
  if (Error error = library.create("so"))
    return error;
  if (Error error = messages.create("txt"))
    return error;

  // Without the start files of C nothing but the model is inside; without the
  // build id the bytes depend on nothing else either.
  const StringRef arguments[] = {*linker,
                                 "-shared",
                                 "-nostartfiles",
                                 "-Wl,--build-id=none",
                                 "-Wl,-z,noexecstack",
                                 "-Wl,-z,defs",
                                 "-s",
                                 "-o",
                                 library.getPath(),
                                 object.getPath(),
                                 "-lm",
                                 "-lc"};
  const std::optional<StringRef> redirects[] = {
      StringRef(""), messages.getPath(), messages.getPath()};
  std::string reason;
  if (llvm::sys::ExecuteAndWait(*linker, arguments, std::nullopt, redirects,
                                /*SecondsToWait=*/0, /*MemoryLimit=*/0,
                                &reason) != 0)
    return llvm::createStringError("'" + *linker + "' cannot link: " + reason +
                                   readMessage(messages.getPath()));
  auto linked = llvm::MemoryBuffer::getFile(library.getPath(), /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!linked)
    return llvm::createStringError("cannot read '" + library.getPath() +
                                   "': " + linked.getError().message());
  artifact.assign((*linked)->getBufferStart(), (*linked)->getBufferEnd());
  return Error::success();
}
