//===- VerifyModule.h - The structure of a SPIR-V binary --------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_SPIRV_VERIFYMODULE_H
#define MOPT_LIB_TARGET_SPIRV_VERIFYMODULE_H

#include "mopt/Target/SPIRV/Artifact.h"

#include <map>

namespace mlir::mopt {

/// What a module says of a buffer. How many numbers a texel has only the host
/// says.
enum class BufferKind { Storage, Uniform, IntegerTexels, FloatTexels };

/// The kind that a module has to say of a binding.
BufferKind getBufferKind(SPIRVBindingKind kind);

/// What an artifact has to agree with in one entry point.
struct EntryPointFacts {
  std::array<uint32_t, 3> localSize = {0, 0, 0};
  /// Of each binding of set 0 that the entry point accesses.
  std::map<uint32_t, BufferKind> bindings;
};

/// What an artifact has to agree with in a module.
struct ModuleFacts {
  SPIRVFeatures features = SPIRVFeatures::None;
  std::map<std::string, EntryPointFacts> entryPoints;
};

/// Reads the facts of a module; an error if its instructions do not fill it
/// exactly, or use what the format has no place for. The meaning of the
/// instructions is not looked at: that is what spirv-val does.
llvm::Expected<ModuleFacts> readModuleFacts(llvm::ArrayRef<uint32_t> words);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_SPIRV_VERIFYMODULE_H
