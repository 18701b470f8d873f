//===- Passes.td - Calibration passes -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_CALIBRATION_PASSES_TD
#define MOPT_TRANSFORMS_CALIBRATION_PASSES_TD

include "mlir/Pass/PassBase.td"

def CalibratePass : Pass<"mopt-calibrate", "::mlir::ModuleOp"> {
  let summary = "Observe the ranges of a float model's tensors on data";
  let description = [{
    Runs the entry function (the first one of the module) on samples and writes
    the range of every float32 activation into the IR: `min` and `max` of its
    `#mopt.tensor`. Where they come from is recorded in the function's
    `mopt.calibration`, how the data was preprocessed in the module's
    `mopt.preprocess`. The result does not depend on the number of threads, and
    memory does not grow with the number of samples: the code that computes a
    tensor shows it to the observers before its memory is used again.

    Methods, given the values x of a tensor over all samples:
    - `minmax`: min x and max x.
    - `moving-average`: of the samples' min and max, weight 0.95 on the old
      value, in the order of the samples, from the 512th last one on.
    - `percentile`: the range that leaves `100 - percentile` percent of the
      values out, in equal parts on each side where there are values on both
      sides of zero.
    - `mse`: the range within [min x, max x] whose int8 quantization has the
      least mean squared error.
    - `entropy`: the range [-t, t] cut to [min x, max x] whose 8-bit histogram
      has the least Kullback-Leibler divergence from the values'.
    The last three count values by magnitude in 4096 bins on each side of zero,
    of a width that is a power of two. The model runs once on each sample,
    whatever the method.

    With `data` and `cache`, what was seen is written to the file `cache`: the
    extremes, histogram and latest samples of each tensor. With `cache` alone
    the file is read instead of running the model, with any method; it must be
    of the same model. `mopt-opt --merge-calibration` joins such files.

    Without `data`, ranges that are in the IR are used as they are; where some
    are missing, the pass calibrates on generated inputs (uniform over the range
    of the input in the IR, else of preprocessed bytes, else [-1, 1]) and warns.

    Before:

    ```mlir
    func.func @main(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
      %0 = mopt.relu %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
    ```

    After:

    ```mlir
    func.func @main(%x: tensor<1x4xf32> {mopt.tensor = #mopt.tensor<
                      min = [-1.0], max = [2.0]>}) -> tensor<1x4xf32>
        attributes {mopt.calibration = {data = "calib.npz",
                    method = "minmax", samples = 100 : i64}} {
      %0 = mopt.relu %x {mopt.tensors = [#mopt.tensor<min = [0.0],
             max = [2.0]>]} : (tensor<1x4xf32>) -> tensor<1x4xf32>
    ```
  }];
  let dependentDialects = ["::mlir::mopt::kernel::KernelDialect"];
  let options = [
    Option<"data", "data", "std::string", /*default=*/"",
           "Samples: .npy, .npz (arrays named after the inputs, or x), or a "
           "folder of images">,
    Option<"samples", "samples", "int64_t", /*default=*/"0",
           "Number of samples to run; 0 = all">,
    Option<"first", "first", "int64_t", /*default=*/"0",
           "Samples to leave out before the first one">,
    Option<"cacheFile", "cache", "std::string", /*default=*/"",
           "File of what was seen: written with data, read without">,
    Option<"preprocess", "preprocess", "std::string", /*default=*/"",
           "What to do with uint8 data, e.g. mean:127,std:128; default: the "
           "module's mopt.preprocess">,
    Option<"method", "method", "::mlir::mopt::CalibrationMethod",
           /*default=*/"::mlir::mopt::CalibrationMethod::MinMax",
           "How a range is made of what was observed",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::CalibrationMethod::MinMax, "minmax",
                        "least and greatest value"),
             clEnumValN(::mlir::mopt::CalibrationMethod::MovingAverage,
                        "moving-average",
                        "moving average of the samples' extremes"),
             clEnumValN(::mlir::mopt::CalibrationMethod::Percentile,
                        "percentile", "without the outermost values"),
             clEnumValN(::mlir::mopt::CalibrationMethod::MSE, "mse",
                        "least mean squared error of quantization"),
             clEnumValN(::mlir::mopt::CalibrationMethod::Entropy, "entropy",
                        "least Kullback-Leibler divergence"))}]>,
    Option<"percentile", "percentile", "double", /*default=*/"99.995",
           "Percent of the values that lie in the range (method percentile)">,
    Option<"merge", "merge", "bool", /*default=*/"false",
           "Widen ranges that are in the IR instead of replacing them">,
    Option<"threads", "threads", "unsigned", /*default=*/"0",
           "Threads that run the model; 0 = one per core">,
    Option<"compile", "compile", "bool", /*default=*/"false",
           "Generate code for the model even where there are kernels for all of "
           "its layers; what is seen is the same, bit for bit">
  ];
}

def VerifyCalibratedPass : Pass<"mopt-verify-calibrated", "::mlir::ModuleOp"> {
  let summary = "Check that everything that can be quantised has a range";
  let description = [{
    Changes nothing. Fails with one error and a note an op where an op of the
    entry function could be quantised but for a missing (or malformed) range.
    Run `mopt-calibrate` first.
  }];
}

#endif // MOPT_TRANSFORMS_CALIBRATION_PASSES_TD
