//===- LinkSharedLibrary.cpp - From objects to libraries -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinkSharedLibrary.h"

#include "mopt/Runtime/ExternalTool.h"
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
  std::string path = mlir::mopt::findTool(names);
  if (!path.empty())
    return path;
  return llvm::createStringError(
      "no C compiler to link with: '" + names.front() +
      "' is not on the PATH; write an object file with --to-object instead");
}

Error mlir::mopt::linkSharedLibrary(const llvm::Triple &triple,
                                    llvm::SmallVectorImpl<char> &artifact) {
  Expected<std::string> linker = findLinker(triple);
  if (!linker)
    return linker.takeError();
  mlir::mopt::TemporaryFile object, library;
  if (Error error =
          object.create("o", StringRef(artifact.data(), artifact.size())))
    return error;
  if (Error error = library.create("so"))
    return error;

  // Without the start files of C nothing but the model is inside; without the
  // build id the bytes depend on nothing else either.
  const StringRef arguments[] = {"-shared",
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
  if (Error error = runTool(*linker, arguments, "link"))
    return error;
  return readToolOutput(library.getPath(), artifact);
}
