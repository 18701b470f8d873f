//===- Pipelines.cpp - Names of the pipelines -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Pipelines/Pipelines.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace mlir::mopt;

/// Registers a pipeline whose builder may refuse its options.
template <typename Options>
static void registerPipeline(StringRef name, StringRef description,
                             llvm::Error (*build)(OpPassManager &,
                                                  const Options &)) {
  registerPassPipeline(
      name, description,
      [name, build](OpPassManager &manager, StringRef text,
                    function_ref<LogicalResult(const Twine &)> errorHandler)
          -> LogicalResult {
        Options options;
        if (failed(options.parseFromString(text)))
          return failure();
        // Passes change weights that they find element by element.
        manager.addPass(createDecodeSparseWeightsPass());
        if (llvm::Error error = build(manager, options))
          return errorHandler(name + ": " + llvm::toString(std::move(error)));
        return success();
      },
      [](function_ref<void(const mlir::detail::PassOptions &)> handler) {
        handler(Options());
      });
}

void mopt::registerPipelines() {
  registerPipeline<QuantizeInt8Options>(
      "quantize-int8",
      "Make a float model compute in 8-bit integers, with ranges observed on "
      "samples: --quantize-int8=\"calibration=data.npz\"",
      buildQuantizeInt8Pipeline);
  registerPipeline<QuantizeInt16x8Options>(
      "quantize-int16x8",
      "Make a float model compute in integers, activations of 16 bits and "
      "weights of 8: --quantize-int16x8=\"calibration=data.npz\"",
      buildQuantizeInt16x8Pipeline);
  registerPipeline<QuantizeDynamicOptions>(
      "quantize-dynamic",
      "Store weights as int8; kernels quantise activations as they come",
      buildQuantizeDynamicPipeline);
  registerPipeline<QuantizeWeightsOptions>(
      "quantize-weights",
      "Store weights in fewer bits and compute in float32: "
      "--quantize-weights=\"bits=4\"",
      buildQuantizeWeightsPipeline);
  registerPipeline<QuantizeFloat16Options>(
      "quantize-float16", "Store weights and biases as float16",
      buildQuantizeFloat16Pipeline);
  registerPipeline<ClusterOptions>(
      "cluster", "Give weights few different values: --cluster=\"clusters=16\"",
      buildClusterPipeline);
  registerPipeline<DeepCompressOptions>(
      "deep-compress",
      "Prune and cluster a model, repaired on samples, for a compressed file: "
      "--deep-compress=\"calibration=data.npz\" -o small.mopt",
      buildDeepCompressPipeline);
  registerPipeline<DecomposeOptions>(
      "decompose",
      "Replace layers by several of low rank: --decompose=\"ratio=0.5\"",
      buildDecomposePipeline);
  registerPipeline<PruneOptions>("prune",
                                 "Set the weights of least magnitude to zero: "
                                 "--prune=\"sparsity=0.5\"",
                                 buildPrunePipeline);
  registerPipeline<SparseEncodingOptions>(
      "sparse-encoding",
      "Store sparse weights of a .tflite without their zeros, where LiteRT "
      "runs "
      "that: --sparse-encoding=\"mode=auto\"",
      buildSparseEncodingPipeline);
}
