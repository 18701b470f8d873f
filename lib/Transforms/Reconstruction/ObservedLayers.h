//===- ObservedLayers.h - The layers that a pass repairs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_RECONSTRUCTION_OBSERVEDLAYERS_H
#define MOPT_LIB_TRANSFORMS_RECONSTRUCTION_OBSERVEDLAYERS_H

#include "LayerCapture.h"
#include "mopt/Transforms/Quantization/LayerRecipe.h"
#include "mopt/Transforms/Reconstruction/Passes.h"

namespace mlir::mopt {

/// The options of ObservedLayerOptions (Passes.td).
struct ObservedLayerSettings {
  /// What is done to layers, for remarks about those that are left alone.
  std::string verb = "repaired";
  std::string pass, data, preprocess, exclude, only, excludeOps, onlyOps;
  int64_t samples = 0, first = 0, minElements = 0;
  ActivationForm activations = ActivationForm::Float;
  unsigned bits = 8, depthwiseBits = 0, threads = 0;
  WeightGranularity granularity = WeightGranularity::Channel;
  /// Whether transpose_conv is a layer too.
  bool transposes = false;

  template <typename Pass>
  static ObservedLayerSettings of(Pass &pass) {
    ObservedLayerSettings settings;
    settings.pass = pass.getArgument().str();
    settings.data = pass.data;
    settings.preprocess = pass.preprocess;
    settings.exclude = pass.exclude;
    settings.only = pass.only;
    settings.excludeOps = pass.excludeOps;
    settings.onlyOps = pass.onlyOps;
    settings.samples = pass.samples;
    settings.first = pass.first;
    settings.minElements = pass.minElements;
    settings.activations = pass.activations;
    settings.bits = pass.bits;
    settings.depthwiseBits = pass.depthwiseBits;
    settings.threads = pass.threads;
    settings.granularity = pass.granularity;
    return settings;
  }

  /// What the layer's recipe says, else the options.
  unsigned getBits(const LinearLayer &layer) const {
    return LayerRecipe::get(layer.getOp())
        .bits.value_or(layer.isDepthwise() && depthwiseBits ? depthwiseBits
                                                            : bits);
  }
  WeightGranularity getGranularity(const LinearLayer &layer) const {
    return LayerRecipe::get(layer.getOp()).granularity.value_or(granularity);
  }
};

/// What the settings or the module say is done to uint8 data.
llvm::Expected<Preprocess> getPreprocess(ModuleOp module,
                                         const ObservedLayerSettings &settings);

/// Calls `repair` for each layer of the entry function of `module` that is to
/// be changed, in program order, with what the data says of it: inputs from the
/// layers before it as they are then, targets from the model as it was. Layers
/// that cannot be repaired are left alone with a remark; everything else that
/// goes wrong is an error on the module or the function.
LogicalResult
repairLayers(ModuleOp module, const ObservedLayerSettings &settings,
             LayerCapture::Options options,
             llvm::function_ref<void(LinearLayer &, const LayerStatistics &,
                                     unsigned threads)>
                 repair);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_RECONSTRUCTION_OBSERVEDLAYERS_H
