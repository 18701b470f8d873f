//===- Passes.td - Sparsity passes -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_SPARSITY_PASSES_TD
#define MOPT_TRANSFORMS_SPARSITY_PASSES_TD

include "mlir/Pass/PassBase.td"

def PruneWeightsPass : Pass<"mopt-prune-weights", "::mlir::ModuleOp"> {
  let summary = "Set the weights of least magnitude to zero";
  let description = [{
    Sets exactly `round(sparsity * n)` of `n` weights to zero: those of least
    magnitude, the earlier one where magnitudes are equal. Weights are the
    operands that WeightedOp names, float32 or int8 (uint8) quantised; the
    magnitude of a quantised weight is `|q - zero_point| * scale`, and zero is
    the zero point. Weights that several ops share count once. Biases are not
    weights. Zeros that were there count.

    `sparsity-allocation=uniform` asks the ratio of every tensor;
    `global` asks it of all of them together, so that tensors of large weights
    keep more.

    `pattern` says what becomes zero together. The weights of a layer are seen as a
    matrix with a row an output channel, whose columns are all other dimensions in
    their order. `ROWSxCOLUMNS` (1x4, 16x4, ...): blocks, by their mean square;
    `round(sparsity * b)` of the `b` blocks of a tensor go, or of all tensors
    together as many as make up the ratio. `KEPT:OF` (2:4, ...): all but the
    KEPT largest of every OF neighbours in a row; `sparsity` is not read. Layers
    whose outputs read one input channel (depthwise) are left out.

    A ratio or a pattern in the `mopt.recipe` of an op comes before the options.
    What is left out says so in a remark; what a tensor got is a remark of the
    category `prune` (`--remarks-filter=prune`) and a line of `report`.

    Before:

    ```mlir
    %w = mopt.const {value = dense<[1.0, -3.0, 0.5, 2.0]> : tensor<4xf32>}
    ```

    After (`sparsity=0.5`):

    ```mlir
    %w = mopt.const {value = dense_resource<w> : tensor<4xf32>} // 0 -3 0 2
    ```
  }];
  let options = [
    Option<"sparsity", "sparsity", "double", /*default=*/"0.5",
           "Part of the weights that are zero afterwards, 0 to 1">,
    Option<"pattern", "pattern", "std::string", /*default=*/"\"element\"",
           "What is removed together: element, ROWSxCOLUMNS, or KEPT:OF">,
    Option<"allocation", "sparsity-allocation",
           "::mlir::mopt::SparsityAllocation",
           /*default=*/"::mlir::mopt::SparsityAllocation::Uniform",
           "What the ratio is a part of",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::SparsityAllocation::Uniform, "uniform",
                        "each tensor"),
             clEnumValN(::mlir::mopt::SparsityAllocation::Global, "global",
                        "all tensors together"))}]>,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "Regular expression: tensors or layers whose name matches are kept">,
    Option<"only", "only", "std::string", /*default=*/"",
           "Regular expression: only tensors or layers whose name matches">,
    Option<"excludeOps", "exclude-ops", "std::string", /*default=*/"",
           "Types of ops that are left alone, as depthwise_conv_2d">,
    Option<"onlyOps", "only-ops", "std::string", /*default=*/"",
           "Types of ops that are changed, where others are not">,
    Option<"report", "report", "std::string", /*default=*/"",
           "JSON file to write: one object a tensor (name, op, elements, zeros, "
           "sparsity)">
  ];
}

def VerifyWeightsPass : Pass<"mopt-verify-weights", "::mlir::ModuleOp"> {
  let summary = "Check that the weights are as sparse as asked";
  let description = [{
    Changes nothing. Fails with one error and a note a tensor where fewer
    weights (or blocks of `pattern`) are zero than `round(sparsity * n)`, or where
    a group of neighbours keeps too many, counted as `mopt-prune-weights` counts;
    what recipes say comes first here too.
    Run that pass first.
  }];
  let options = [
    Option<"sparsity", "sparsity", "double", /*default=*/"0.5",
           "Part of the weights that must be zero, 0 to 1">,
    Option<"pattern", "pattern", "std::string", /*default=*/"\"element\"",
           "What is removed together: element, ROWSxCOLUMNS, or KEPT:OF">,
    Option<"allocation", "sparsity-allocation",
           "::mlir::mopt::SparsityAllocation",
           /*default=*/"::mlir::mopt::SparsityAllocation::Uniform",
           "What the ratio is a part of",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::SparsityAllocation::Uniform, "uniform",
                        "each tensor"),
             clEnumValN(::mlir::mopt::SparsityAllocation::Global, "global",
                        "all tensors together"))}]>,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "Regular expression: tensors or layers whose name matches are not "
           "checked">,
    Option<"only", "only", "std::string", /*default=*/"",
           "Regular expression: only tensors or layers whose name matches">,
    Option<"excludeOps", "exclude-ops", "std::string", /*default=*/"",
           "Types of ops that are left alone, as depthwise_conv_2d">,
    Option<"onlyOps", "only-ops", "std::string", /*default=*/"",
           "Types of ops that are changed, where others are not">
  ];
}

include "mopt/Transforms/Sparsity/ChannelPasses.td"
include "mopt/Transforms/Sparsity/EncodingPasses.td"
include "mopt/Transforms/Sparsity/ObservedPasses.td"

#endif // MOPT_TRANSFORMS_SPARSITY_PASSES_TD
