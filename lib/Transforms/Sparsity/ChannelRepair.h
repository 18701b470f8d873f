//===- ChannelRepair.h - Channels by what data says of them -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELREPAIR_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELREPAIR_H

#include "../Reconstruction/ObservedLayers.h"
#include "ChannelSelection.h"

namespace mlir::mopt {

/// What data says of the layers of a function as it is.
struct ObservedFunction {
  struct Layer {
    LinearLayer layer;
    LayerStatistics statistics;
  };
  std::vector<Layer> layers;

  const Layer *find(Operation *op) const;
};

/// Runs the entry function of `module` on the data of `settings`. Everything
/// that goes wrong is an error on the module.
FailureOr<ObservedFunction>
observeFunction(ModuleOp module, const ObservedLayerSettings &settings);

/// Orders the classes of each set by what the layers that read them lose: the
/// one first whose removal, once the weights for all others are solved for anew
/// (least squares), leaves the smallest error of the outputs, as a part of
/// their variance, summed over these layers; and so on with what is left. The
/// saliencies are what each removal adds. This is optimal brain surgery (B.
/// Hassibi, D. Stork, 1993) of all weights of a channel at once. Layers that
/// were not observed count by `magnitudes`.
void rankByReconstruction(const ChannelGraph &graph,
                          const ObservedFunction &observed,
                          ArrayRef<double> magnitudes,
                          std::vector<ChannelSet> &sets, unsigned threads);

/// Replaces the saliencies of the classes, in their order, by what the outputs
/// of the function lose: for several numbers of removed classes the layers that
/// read a set are solved for anew and exchanged, and the outputs compared with
/// what they were (relative entropy of those that are chances, else error as a
/// part of the signal), on `samples` of the data at most. Between these numbers
/// the loss is taken to grow evenly, and never to fall.
LogicalResult measureLosses(ModuleOp module, const ChannelGraph &graph,
                            const ObservedFunction &observed,
                            const ObservedLayerSettings &settings,
                            std::vector<ChannelSet> &sets, int64_t samples);

/// Masks channels as maskChannels does, and solves for the weights and biases
/// that are left, layer after layer: with inputs from the layers before it as
/// they are then, each comes as near as it can to what it was. `graph` is of no
/// use afterwards.
LogicalResult maskAndRepair(ModuleOp module, const ChannelGraph &graph,
                            const llvm::BitVector &removed,
                            const ObservedLayerSettings &settings);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELREPAIR_H
