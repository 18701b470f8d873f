//===- ChannelPasses.td - Passes that remove channels -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_SPARSITY_CHANNELPASSES_TD
#define MOPT_TRANSFORMS_SPARSITY_CHANNELPASSES_TD

include "mlir/Pass/PassBase.td"

def PruneChannelsPass : Pass<"mopt-prune-channels", "::mlir::ModuleOp"> {
  let summary = "Set whole channels to zero";
  let description = [{
    Sets to zero what makes a channel (weights and biases of the layers that
    compute it) and the weights of all layers that read it, so that
    `mopt-shrink-channels` can take it out. Which channels go together is solved
    for each function as one system: an addition ties the channels of its
    operands, a depthwise convolution its input to its output, a concatenation
    lays them side by side, a flattened image has one channel a column. Inputs
    and outputs of the function stay, and what an op without a rule touches;
    a remark on each layer that keeps its channels says why.

    Channels that the outputs of one layer have in common form a set. Of a set
    those go whose weights are worth least: the sum, over the layers that make or
    read a channel, of the part of the layer's squared weights that it holds.

    `sparsity-of` says what `sparsity` is a part of: of the `channels` of every
    layer that can lose any, or of the `weights` or multiplications (`macs`) of
    the whole function, of which at least as many go. `sparsity-allocation`
    shares it out: `uniform` takes the same part of every set, `global` those
    channels anywhere that are worth least for each weight or multiplication that
    they save (for `channels`: least). Multiples of `channel-multiple` stay, since
    kernels compute so many channels at once; sets of fewer are left alone.

    With `data` the float32 layers of the entry function are run. Of a set then that
    channel goes first whose removal leaves the layers that read it nearest to what
    they were, once their other weights are solved for anew; then the next of what is
    left. `sparsity-allocation=auto` measures, for several numbers of channels of
    each set, what the outputs of the model lose. At last all weights and biases that
    stay are solved for, layer after layer, against what each layer computed at
    first.

    With `max-drop` there is no `sparsity`: of the models on the way from all
    channels to the fewest, in the order that `sparsity-allocation` and
    `sparsity-of` say, the smallest is taken that loses no more on `eval`. It is
    found by bisection over whole models, masked, repaired and shrunk. With
    `metric=top1` the data is labelled, and at most `max-drop` percentage points
    are lost against the model as it is; with `metric=snr` every output keeps a
    signal-to-noise ratio of `max-drop` dB. A remark tells what was measured. If
    no channel can go the model stays as it is, and the remark says so.

    Before:

    ```mlir
    %w1 = mopt.const {value = dense<[[1.0, 2.0], [0.5, 0.0]]> : tensor<2x2xf32>}
    %h = mopt.fully_connected %x, %w1, %b1 : (...) -> tensor<1x2xf32>
    %w2 = mopt.const {value = dense<[[3.0, 4.0]]> : tensor<1x2xf32>}
    %y = mopt.fully_connected %h, %w2, %b2 : (...) -> tensor<1x1xf32>
    ```

    After (`sparsity=0.5`):

    ```mlir
    %w1 = mopt.const {value = dense_resource<w1> : ...} // [[1.0, 2.0], [0.0, 0.0]]
    %w2 = mopt.const {value = dense_resource<w2> : ...} // [[3.0, 0.0]]
    ```
  }];
  let options = [
    Option<"sparsity", "sparsity", "double", /*default=*/"0.5",
           "Part that goes, from 0 to below 1">,
    Option<"measure", "sparsity-of", "::mlir::mopt::ChannelMeasure",
           /*default=*/"::mlir::mopt::ChannelMeasure::Channels",
           "What it is a part of",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::ChannelMeasure::Channels, "channels",
                        "the channels of the layers that can lose any"),
             clEnumValN(::mlir::mopt::ChannelMeasure::Weights, "weights",
                        "the weights of all layers"),
             clEnumValN(::mlir::mopt::ChannelMeasure::MACs, "macs",
                        "the multiplications of all layers"))}]>,
    Option<"allocation", "sparsity-allocation",
           "::mlir::mopt::ChannelAllocation",
           /*default=*/"::mlir::mopt::ChannelAllocation::Uniform",
           "How it is shared out",
           [{::llvm::cl::values(
             clEnumValN(::mlir::mopt::ChannelAllocation::Uniform, "uniform",
                        "the same part of the channels of each layer"),
             clEnumValN(::mlir::mopt::ChannelAllocation::Global, "global",
                        "those of least saliency for what they save"),
             clEnumValN(::mlir::mopt::ChannelAllocation::Auto, "auto",
                        "as global, by what the outputs lose on data"))}]>,
    Option<"multiple", "channel-multiple", "int64_t", /*default=*/"0",
           "What is left of a layer is a multiple of this; 0 = 8 for macs, "
           "else 1">,
    Option<"exclude", "exclude", "std::string", /*default=*/"",
           "Regular expression: tensors or layers whose name matches keep their "
           "channels">,
    Option<"only", "only", "std::string", /*default=*/"",
           "Regular expression: only tensors or layers whose name matches lose "
           "channels">,
    Option<"data", "data", "std::string", /*default=*/"",
           "Samples to choose and repair by: .npy, .npz (arrays named after the "
           "inputs, or x), or a folder of images; without: by magnitude, no "
           "repair">,
    Option<"samples", "samples", "int64_t", /*default=*/"0",
           "Number of samples to run; 0 = all">,
    Option<"measureSamples", "measure-samples", "int64_t", /*default=*/"256",
           "sparsity-allocation=auto: samples that losses are measured on">,
    Option<"maxDrop", "max-drop", "double", /*default=*/"-1",
           "In place of sparsity, the most that may be lost: percentage points "
           "of top-1, or the dB that every output keeps; negative: no limit">,
    Option<"metric", "metric", "::mlir::mopt::DropMetric",
           /*default=*/"::mlir::mopt::DropMetric::Top1", "What max-drop limits",
           [{::mlir::mopt::getDropMetricValues()}]>,
    Option<"eval", "eval", "std::string", /*default=*/"",
           "max-drop: samples to measure on, labelled for top1; default: data">,
    Option<"evalSamples", "eval-samples", "int64_t", /*default=*/"0",
           "max-drop: number of samples to measure on, from the first; 0 = all">,
    Option<"isShrunk", "measure-shrunk", "bool", /*default=*/"true",
           "max-drop: what is measured has the channels taken out, as "
           "mopt-shrink-channels does it">,
    Option<"preprocess", "preprocess", "std::string", /*default=*/"",
           "What to do with uint8 data, e.g. mean:127,std:128; default: the "
           "module's mopt.preprocess">,
    Option<"threads", "threads", "unsigned", /*default=*/"0",
           "Threads; 0 = one per core. The result does not depend on them">,
    Option<"report", "report", "std::string", /*default=*/"",
           "JSON file to write: one object a layer (name, op, channels, kept)">
  ];
}

def ShrinkChannelsPass : Pass<"mopt-shrink-channels", "::mlir::ModuleOp"> {
  let summary = "Remove channels that nothing reads";
  let description = [{
    Removes the channels for which every weight that reads them is zero, wherever
    these zeros come from: out of the layers that make them, the biases, the
    constants of elementwise ops, the types of all tensors in between and the
    shapes that reshapes and slices are given. The outputs stay what they were: to
    the last bit where activations are integers; float sums may be ordered
    differently. Every tensor keeps one channel at least. What may go together is
    what `mopt-prune-channels` says.

    Before:

    ```mlir
    %w1 = mopt.const {value = dense<[[1.0, 2.0], [5.0, 6.0]]> : tensor<2x2xf32>}
    %h = mopt.fully_connected %x, %w1, %b1 : (...) -> tensor<1x2xf32>
    %w2 = mopt.const {value = dense<[[3.0, 0.0]]> : tensor<1x2xf32>}
    %y = mopt.fully_connected %h, %w2, %b2 : (...) -> tensor<1x1xf32>
    ```

    After:

    ```mlir
    %w1 = mopt.const {value = dense_resource<w1> : tensor<1x2xf32>} // 1 2
    %h = mopt.fully_connected %x, %w1, %b3 : (...) -> tensor<1x1xf32>
    %w2 = mopt.const {value = dense_resource<w2> : tensor<1x1xf32>} // 3
    %y = mopt.fully_connected %h, %w2, %b2 : (...) -> tensor<1x1xf32>
    ```
  }];
}

#endif // MOPT_TRANSFORMS_SPARSITY_CHANNELPASSES_TD
