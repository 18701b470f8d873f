//===- Passes.h - Sparsity passes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_SPARSITY_PASSES_H
#define MOPT_TRANSFORMS_SPARSITY_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Transforms/Accuracy/Passes.h"
#include "mopt/Transforms/Sparsity/Pattern.h"

namespace mlir::mopt {

/// Whether a sparsity is asked of each tensor or of all together.
enum class SparsityAllocation { Uniform, Global };

/// What a sparsity of channels is a part of.
enum class ChannelMeasure { Channels, Weights, MACs };

/// How it is shared out: the same part of the channels of every layer, or
/// those that are worth least for what they save, by local measures or by what
/// the outputs lose.
enum class ChannelAllocation { Uniform, Global, Auto };

/// Which LiteRT is to run a model of sparse weights.
enum class SparseRuntime {
  /// As it is, with its XNNPACK delegate.
  Any,
  /// Without that delegate.
  Kernels
};

/// What the sparsity of a layer costs: by how much the model's outputs diverge
/// when it alone is pruned, or its own squared error against the variance of
/// its outputs.
enum class SparsityMeasure { Divergence, Error };

/// How the layers' ratios are chosen when a limit on the loss is given: the
/// same for all, or by one of the measures.
enum class SparsitySearch { Uniform, Divergence, Error };

#define GEN_PASS_DECL
#include "mopt/Transforms/Sparsity/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "mopt/Transforms/Sparsity/Passes.h.inc"

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_SPARSITY_PASSES_H
