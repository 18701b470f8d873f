//===- Link.cpp - Libraries and programs for Hexagon -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/Hexagon/Link.h"

#include "mopt/Runtime/ExternalTool.h"
#include "llvm/Config/llvm-config.h"

using llvm::Error;
using llvm::StringRef;

llvm::Expected<std::string> mlir::mopt::findHexagonLinker() {
  std::string linker =
      findTool({"ld.lld-" + std::to_string(LLVM_VERSION_MAJOR), "ld.lld"});
  if (linker.empty())
    return llvm::createStringError(
        "no linker for Hexagon: LLVM's 'ld.lld' is not on the PATH; write an "
        "object file instead");
  return linker;
}

Error mlir::mopt::linkForHexagon(llvm::SmallVectorImpl<char> &artifact,
                                 bool isProgram) {
  llvm::Expected<std::string> linker = findHexagonLinker();
  if (!linker)
    return linker.takeError();
  TemporaryFile object, linked;
  if (Error error =
          object.create("o", StringRef(artifact.data(), artifact.size())))
    return error;
  if (Error error = linked.create(isProgram ? "elf" : "so"))
    return error;
  llvm::SmallVector<StringRef> arguments = {
      "-m", "hexagonelf", "--build-id=none", "-z", "text", "-z", "noexecstack"};
  if (isProgram)
    arguments.append({"-static", "-e", "_start"});
  else
    arguments.append({"-shared", "-z", "defs"});
  arguments.append({"-o", linked.getPath(), object.getPath()});
  if (Error error = runTool(*linker, arguments, "link"))
    return error;
  return readToolOutput(linked.getPath(), artifact);
}
