//===- CodedWeights.h - Weights that are decoded once -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_CODEDWEIGHTS_H
#define MOPT_LIB_TARGET_CPU_CODEDWEIGHTS_H

#include "Program.h"
#include "llvm/IR/Module.h"

#include <optional>

namespace mlir::mopt {

/// The weights of a program in codes, as its code holds them until PREFIX_init
/// decodes them to the memory of the caller.
struct CodedWeights {
  /// What DecodeWeights.c calls a run: every stride-th byte from `place` on.
  struct Run {
    uint64_t code, size, place, count, stride;
  };
  std::vector<uint8_t> codes;
  SmallVector<Run> runs;
  /// Where each weight lies in the memory of the caller; none where its code
  /// would not be smaller: it is compiled in as it is.
  SmallVector<std::optional<int64_t>> places;
  /// Of the caller's memory, a multiple of the alignment.
  int64_t bytes = 0;
};

/// Codes the planes of bytes of each weight; each begins at a multiple of
/// `alignment`.
CodedWeights encodeWeights(ArrayRef<HostTensor> weights, int64_t alignment);

/// The variable of `module` that holds the address of the decoded weights, null
/// at first.
llvm::GlobalVariable *addWeightsAddress(llvm::Module &module);

/// Adds PREFIX_init, which decodes `weights` and fills that variable.
llvm::Error addWeightDecoder(llvm::Module &module, const CodedWeights &weights,
                             StringRef prefix, int64_t alignment);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_CODEDWEIGHTS_H
