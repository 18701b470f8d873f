//===- Passes.td - Decomposition passes -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_DECOMPOSITION_PASSES_TD
#define MOPT_TRANSFORMS_DECOMPOSITION_PASSES_TD

include "mlir/Pass/PassBase.td"

def DecomposeLayersPass
    : Pass<"mopt-decompose-layers", "::mlir::ModuleOp"> {
  let summary = "Replace layers by several of low rank";
  let description = [{
    Replaces float32 `fully_connected` and `conv_2d` (no groups) ops of the entry
    function by two or three that multiply less, where that saves both weights and
    multiplications:

    * `svd`: a layer of `r` outputs, then a 1x1 one of all outputs;
    * `tucker` (kernels larger than 1x1): a 1x1 convolution to fewer channels, a core
      with the kernel, and a 1x1 convolution to all outputs (Y. Kim et al., 2016);
    * `spatial` (more than one tap in both directions): a vertical kernel, then a
      horizontal one (M. Jaderberg et al., 2014);
    * `auto`: whichever is best.

    Ranks are the smallest that keep `energy` of the squared weights (with `data`,
    of the variance of the layer's outputs; of Tucker's two projections, and of the
    spatial one, a bound of the loss is made of squared weights); or those that keep
    most with at most `ratio` of the layer's multiplications; or `rank`; or, with
    `rank=auto` and `ratio`, those with which the whole function has at most that
    part of its multiplications in these layers and the sum of the layers' losses is
    least.

    The last factor has the bias and the activation function. With `data`, layer
    after layer, factors are made of the weights that reproduce, on inputs from the
    layers before it as they are then, what the layer computed at first; the last one
    and the bias are then solved for in the least squares.

    A layer that no factors make smaller says so in a remark.

    Before:

    ```mlir
    %w = mopt.const {value = dense<[[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0],
                                    [2.0, 4.0, 6.0, 8.0]]> : tensor<3x4xf32>}
    %y = mopt.fully_connected %x, %w, %b : (...) -> tensor<1x3xf32>
    ```

    After:

    ```mlir
    %w0 = mopt.const {value = dense_resource<w0> : tensor<1x4xf32>}
    %h = mopt.fully_connected %x, %w0, %none : (...) -> tensor<1x1xf32>
    %w1 = mopt.const {value = dense_resource<w1> : tensor<3x1xf32>}
    %y = mopt.fully_connected %h, %w1, %b : (...) -> tensor<1x3xf32>
    ```
  }];
  let options = [
    Option<"method", "method", "::mlir::mopt::DecompositionMethod",
           /*default=*/"::mlir::mopt::DecompositionMethod::Auto",
           "What a layer becomes",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::DecompositionMethod::Auto, "auto",
                        "whichever suits it"),
             clEnumValN(::mlir::mopt::DecompositionMethod::SVD, "svd",
                        "two layers with fewer channels between"),
             clEnumValN(::mlir::mopt::DecompositionMethod::Tucker, "tucker",
                        "1x1, a smaller kernel, 1x1"),
             clEnumValN(::mlir::mopt::DecompositionMethod::Spatial, "spatial",
                        "a vertical and a horizontal kernel"))}]>,
    Option<"energy", "energy", "std::string", /*default=*/"",
           "Part to keep, above 0 to 1; 0.9 where nothing else is said">,
    Option<"ratio", "ratio", "std::string", /*default=*/"",
           "Part of the multiplications that may stay, above 0 to below 1">,
    Option<"rank", "rank", "std::string", /*default=*/"",
           "A number; or auto: ratio is one of the whole function">,
    Option<"data", "data", "std::string", /*default=*/"",
           "Samples: .npy, .npz (arrays named after the inputs, or x), or a "
           "folder of images; without: weights alone decide">,
    Option<"samples", "samples", "int64_t", /*default=*/"0",
           "Number of samples to run; 0 = all">,
    Option<"preprocess", "preprocess", "std::string", /*default=*/"",
           "What to do with uint8 data, e.g. mean:127,std:128; default: the "
           "module's mopt.preprocess">,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "Regular expression: ops with a tensor whose name matches are left "
           "alone">,
    Option<"only", "only", "std::string", /*default=*/"",
           "Regular expression: ops without a tensor whose name matches are "
           "left alone">,
    Option<"threads", "threads", "unsigned", /*default=*/"0",
           "Threads; 0 = one per core. The result does not depend on them">
  ];
}

#endif // MOPT_TRANSFORMS_DECOMPOSITION_PASSES_TD
