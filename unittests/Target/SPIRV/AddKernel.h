//===- AddKernel.h - An artifact written by hand ----------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_TARGET_SPIRV_ADDKERNEL_H
#define MOPT_UNITTESTS_TARGET_SPIRV_ADDKERNEL_H

#include "mopt/Target/SPIRV/Artifact.h"

namespace mlir::mopt {

/// A model `y = (x + c) + c` of `n` float32 values, n a multiple of 8, c[i] = i
/// + 0.5: two dispatches of one kernel, the first from io to the arena, the
/// second back. In groups of 8. `readsTexels` says whether c is a texel buffer
/// or a storage buffer.
SPIRVArtifact makeAddArtifact(uint32_t n, bool readsTexels = false);

} // namespace mlir::mopt

#endif // MOPT_UNITTESTS_TARGET_SPIRV_ADDKERNEL_H
