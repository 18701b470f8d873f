//===- Link.h - Libraries and programs for Hexagon -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_HEXAGON_LINK_H
#define MOPT_TARGET_HEXAGON_LINK_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::mopt {

/// The path of LLVM's linker (`ld.lld`); an error where there is none.
llvm::Expected<std::string> findHexagonLinker();

/// Makes a shared object (or, if `isProgram`, a static program that begins at
/// `_start`) of the object file in `artifact`, in place, with LLVM's linker
/// (`ld.lld`). Code that a loader would have to change is an error.
llvm::Error linkForHexagon(llvm::SmallVectorImpl<char> &artifact,
                           bool isProgram);

} // namespace mlir::mopt

#endif // MOPT_TARGET_HEXAGON_LINK_H
