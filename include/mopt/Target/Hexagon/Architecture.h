//===- Architecture.h - Hexagon processors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_HEXAGON_ARCHITECTURE_H
#define MOPT_TARGET_HEXAGON_ARCHITECTURE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::mopt {

/// What code is made for unless the user names another processor: the oldest
/// one with all that the kernels use, and one that QEMU runs.
inline constexpr llvm::StringLiteral kDefaultHexagonCPU = "hexagonv66";

/// Bytes of an HVX vector, and what buffers are aligned to.
inline constexpr int64_t kHexagonVectorBytes = 128;

/// The system of which code is made; it calls nothing of it.
inline constexpr llvm::StringLiteral kHexagonTriple =
    "hexagon-unknown-linux-musl";

/// True for names of processors of this family, known or not.
bool isHexagonName(llvm::StringRef mcpu);

/// LLVM's features that make `mcpu` use vectors of 128 bytes; an error for what
/// is none of the processors that code is made for, which it lists.
llvm::Expected<std::string> getHexagonFeatures(llvm::StringRef mcpu);

/// Tells LLVM's scheduler not to bring loads of vectors into the packets that
/// use them: it puts them off until then, and kernels load ahead anyway. Other
/// processors know no such loads.
void loadHexagonVectorsAhead();

/// The processors that code is made for, as LLVM names them, oldest first.
llvm::ArrayRef<llvm::StringLiteral> getHexagonCPUs();

} // namespace mlir::mopt

#endif // MOPT_TARGET_HEXAGON_ARCHITECTURE_H
