//===- CompressedKernels.td - Products with compressed weights -----*- tablegen
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Included by KernelOps.td, which defines what kernels have in common.

#ifndef MOPT_DIALECT_KERNEL_IR_COMPRESSEDKERNELS_TD
#define MOPT_DIALECT_KERNEL_IR_COMPRESSEDKERNELS_TD

def Kernel_SparseFloatMatmulOp : Kernel_Op<"sparse_float_matmul"> {
  let summary = "Matrix product of floats that leaves out scattered zeros";
  let description = [{
    `rows` rows of `inputs` values times a matrix of weights, of which any may be
    left out. A group is 16 outputs, the lanes of a vector. A *window* is 32
    neighbouring inputs, which two vectors hold, and `steps` times one weight for
    every lane: `weights` are [window][step][lane], and `picks`, of the same
    shape, say by which of the 32 inputs each is multiplied. A lane has its
    weights in the order of the inputs, so that windows move on with the lane
    that is furthest behind. There are no branches but that of the loop over
    windows, and one instruction finds the inputs of a step.

    `windows` are 32-bit integers: for every group the window that it begins
    with, the number of all windows, then the first input of every window.
    `order`, if there, has the output that every lane is: outputs of about as
    many weights are together. A lane without an output has -1 there, and lies
    at the end.

    Sums start as the bias, which is in the order of lanes, and are cut to
    [`min`, `max`]; a NaN stays. A lane that has no weight in a step multiplies
    zero by an input whose weight is zero in the model too, so that an infinity
    or a NaN does no more than there. The product of a zero that is left out with
    one is left out too.

    A tile is `pixels` rows, which share the weights of a window.
  }];
  let arguments = (ins
    Kernel_Buffer:$input, Kernel_Buffer:$weights, Kernel_Buffer:$bias,
    Kernel_Buffer:$picks, Kernel_Buffer:$windows,
    Optional<Kernel_Buffer>:$order, Kernel_Buffer:$output,
    I64Attr:$rows, I64Attr:$inputs, I64Attr:$outputs, I64Attr:$steps,
    OptionalAttr<F32Attr>:$min, OptionalAttr<F32Attr>:$max,
    Kernel_TileAttr:$tile);
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputMutable(); }
    int64_t getNumGroups() {
      return ::llvm::divideCeil(getOutputs(), getTile().getLanes());
    }
    /// Negative if `windows` is too small.
    int64_t getNumWindows();
    /// Vectors of weights, and of those of a group of a dense kernel.
    int64_t getNumBlocks() { return getNumWindows() * getSteps(); }
    int64_t getNumDenseSteps() { return getInputs(); }
  }];
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $bias `:` type($input) `,` type($weights)
    `,` type($bias) `)` `picks` `(` $picks `:` type($picks) `)`
    `windows` `(` $windows `:` type($windows) `)`
    (`order` `(` $order^ `:` type($order) `)`)?
    `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_PaletteFloatMatmulOp : Kernel_Op<"palette_float_matmul"> {
  let summary = "Matrix product of floats whose weights are looked up";
  let description = [{
    `rows` rows of `inputs` values times a matrix of weights of few different
    values: its palettes, of 2^4 entries for `bits` = 4 and 2^5 for `bits` = 8,
    one for all outputs or one for each. An entry is found by one instruction,
    for 16 weights at once.

    The 16 lanes are neighbouring inputs. `indices` are 32-bit words, [output]
    [block][lane]: the first index of a word, its lowest `bits` bits, belongs to
    the first 16 inputs of a block, the next one to the 16 inputs after them. The
    last block is completed with indices of a finite entry, whose inputs count as
    zero.

    Every lane adds up its own products; the sum of the lanes, and the bias, are
    cut to [`min`, `max`]; a NaN stays. A tile is `pixels` rows times `vectors`
    outputs.
  }];
  let arguments = (ins
    Kernel_Buffer:$input, Kernel_Buffer:$indices, Kernel_Buffer:$bias,
    Kernel_Buffer:$palettes, Kernel_Buffer:$output,
    I64Attr:$rows, I64Attr:$inputs, I64Attr:$outputs, I64Attr:$bits,
    OptionalAttr<F32Attr>:$min, OptionalAttr<F32Attr>:$max,
    Kernel_TileAttr:$tile);
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputMutable(); }
    /// Inputs of a block: 16 for every index of a word.
    int64_t getBlockInputs() { return 16 * 32 / getBits(); }
    int64_t getNumBlocks() {
      return ::llvm::divideCeil(getInputs(), getBlockInputs());
    }
    int64_t getPaletteSize() { return getBits() == 4 ? 16 : 32; }
    /// True if every output has a palette of its own.
    bool hasManyPalettes();
  }];
  let assemblyFormat = [{
    `ins` `(` $input `,` $indices `,` $bias `:` type($input) `,` type($indices)
    `,` type($bias) `)` `palettes` `(` $palettes `:` type($palettes) `)`
    `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

#endif // MOPT_DIALECT_KERNEL_IR_COMPRESSEDKERNELS_TD
