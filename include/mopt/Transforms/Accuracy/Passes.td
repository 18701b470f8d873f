//===- Passes.td - Passes that measure accuracy -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_ACCURACY_PASSES_TD
#define MOPT_TRANSFORMS_ACCURACY_PASSES_TD

include "mlir/Pass/PassBase.td"

def LimitDropPass : Pass<"mopt-limit-drop", "::mlir::ModuleOp"> {
  let summary = "Keep the fewest layers in higher precision that meet a limit";
  let description = [{
    Measures what `mopt-quantize` would make of the calibrated float model, on
    data; where that is not good enough, marks layers with `mopt.keep`, which
    stay float then. Which: layers are ranked by the signal-to-noise ratio of
    the outputs when each alone is quantised; the number of the worst that have
    to stay is searched by doubling and bisection, with the quantised model
    itself measured each time; then each of at most 16 is tried without. A
    remark tells what was measured.

    With `fallback=int16x8` those layers get activations of 16 bits in place of
    floats (`mopt.recipe`); where that does not meet the limit even for all of
    them, it is an error.

    - `metric=top1`: the data is labelled; at most `max-drop` percentage points
      of top-1 are lost against the float model.
    - `metric=snr`: no labels are needed; every output keeps a signal-to-noise
      ratio of at least `max-drop` dB.

    Before:

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b {mopt.tensors = [...]} : (...) -> ...
    ```

    After (if this layer has to stay):

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b {mopt.keep = "quantised alone it leaves the outputs -0.9 dB; max-drop keeps it", mopt.tensors = [...]} : (...) -> ...
    ```
  }];
  let options = [
    Option<"maxDrop", "max-drop", "double", /*default=*/"0.5",
           "The limit: percentage points of top-1, or dB">,
    Option<"metric", "metric", "::mlir::mopt::DropMetric",
           /*default=*/"::mlir::mopt::DropMetric::Top1", "What is limited",
           [{::mlir::mopt::getDropMetricValues()}]>,
    Option<"fallback", "fallback", "::mlir::mopt::DropFallback",
           /*default=*/"::mlir::mopt::DropFallback::Float",
           "What the layers become that cannot be quantised",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::DropFallback::Float, "float",
                        "they stay float"),
             clEnumValN(::mlir::mopt::DropFallback::Int16x8, "int16x8",
                        "activations of 16 bits, weights of 8"))}]>,
    Option<"data", "data", "std::string", /*default=*/"",
           "Samples to measure on, labelled for top1">,
    Option<"samples", "samples", "int64_t", /*default=*/"0",
           "Number of samples to measure on, from the first; 0 = all">,
    Option<"activations", "activations", "::mlir::mopt::ActivationType",
           /*default=*/"::mlir::mopt::ActivationType::Int8",
           "As of mopt-quantize",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::ActivationType::Int8, "int8", "8 bits"),
             clEnumValN(::mlir::mopt::ActivationType::Int16, "int16",
                        "16 bits"))}]>,
    Option<"granularity", "granularity", "::mlir::mopt::WeightGranularity",
           /*default=*/"::mlir::mopt::WeightGranularity::Channel",
           "As of mopt-quantize",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::WeightGranularity::Channel, "channel",
                        "one an output channel"),
             clEnumValN(::mlir::mopt::WeightGranularity::Tensor, "tensor",
                        "one a tensor"))}]>,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "As of mopt-quantize">,
    Option<"only", "only", "std::string", /*default=*/"",
           "As of mopt-quantize">,
    Option<"excludeOps", "exclude-ops", "std::string", /*default=*/"",
           "As of mopt-quantize">,
    Option<"onlyOps", "only-ops", "std::string", /*default=*/"",
           "As of mopt-quantize">,
    Option<"threads", "threads", "unsigned", /*default=*/"0",
           "Threads that run models; 0 = one per core">
  ];
}

def LimitSizePass : Pass<"mopt-limit-size", "::mlir::ModuleOp"> {
  let summary = "Choose 8 or 4 bits for each layer's weights under a size limit";
  let description = [{
    Marks layers whose weights `mopt-quantize-weights` is to store in 4 bits
    (`mopt.recipe`), so that the .tflite file has at most `max-size` bytes with
    all other weights in 8. Layers come in the order of what 4 bits cost: the
    noise power that a layer alone adds to the outputs, measured on data, for
    each byte saved. The fewest that suffice are taken; the size is that of the
    file itself.

    Before:

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b : (...) -> ...
    ```

    After (if this layer is to have 4 bits):

    ```mlir
    %0 = mopt.conv_2d %x, %w, %b {mopt.recipe = {bits = 4 : i64}} : (...) -> ...
    ```
  }];
  let options = [
    Option<"maxSize", "max-size", "int64_t", /*default=*/"0",
           "The limit in bytes">,
    Option<"data", "data", "std::string", /*default=*/"",
           "Samples to measure on">,
    Option<"samples", "samples", "int64_t", /*default=*/"0",
           "Number of samples, from the first; 0 = all; at most 64, spread "
           "evenly, measure">,
    Option<"preprocess", "preprocess", "std::string", /*default=*/"",
           "What to do with uint8 data; default: what the model records">,
    Option<"granularity", "granularity", "::mlir::mopt::WeightGranularity",
           /*default=*/"::mlir::mopt::WeightGranularity::Channel",
           "As of mopt-quantize-weights",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::WeightGranularity::Channel, "channel",
                        "one an output channel"),
             clEnumValN(::mlir::mopt::WeightGranularity::Tensor, "tensor",
                        "one a tensor"))}]>,
    Option<"minElements", "min-elements", "int64_t", /*default=*/"1024",
           "As of mopt-quantize-weights">,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "As of mopt-quantize-weights">,
    Option<"only", "only", "std::string", /*default=*/"",
           "As of mopt-quantize-weights">,
    Option<"excludeOps", "exclude-ops", "std::string", /*default=*/"",
           "As of mopt-quantize-weights">,
    Option<"onlyOps", "only-ops", "std::string", /*default=*/"",
           "As of mopt-quantize-weights">,
    Option<"threads", "threads", "unsigned", /*default=*/"0",
           "Threads that run models; 0 = one per core">
  ];
}

def ReportPass : Pass<"mopt-report", "::mlir::ModuleOp"> {
  let summary = "Run passes and report what they did to accuracy and size";
  let description = [{
    Keeps a copy of the model, runs `pipeline`, and compares: bytes of the
    .tflite file, latency, accuracy where the data has labels, and for each
    layer the signal-to-noise ratio and cosine of its result, its range and
    histogram, its form, the bytes of its constants, and, where it stayed as it
    was, the reason that a pass gave in a remark. Layers are aligned by names,
    after batch norm has been folded into the copy as well.

    The model itself changes only by what `pipeline` does. A file that ends in
    .html is a page with plots that needs nothing else, .json are the facts.
  }];
  let options = [
    Option<"file", "file", "std::string", /*default=*/"",
           "What to write: .html or .json">,
    Option<"pipeline", "pipeline", "std::string", /*default=*/"",
           "The passes to run, as builtin.module(mopt-quantize)">,
    Option<"data", "data", "std::string", /*default=*/"",
           "Samples to compare on; without: sizes, forms and latency only">,
    Option<"samples", "samples", "int64_t", /*default=*/"0",
           "Number of samples, from the first; 0 = all">,
    Option<"preprocess", "preprocess", "std::string", /*default=*/"",
           "What to do with uint8 data; default: what the model records">,
    Option<"threads", "threads", "unsigned", /*default=*/"0",
           "Threads that run models; 0 = one per core">
  ];
}

#endif // MOPT_TRANSFORMS_ACCURACY_PASSES_TD
