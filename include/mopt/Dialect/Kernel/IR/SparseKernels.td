//===- SparseKernels.td - Kernels that leave out zero weights -----*- tablegen
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Included by KernelOps.td, which defines what kernels have in common.

#ifndef MOPT_DIALECT_KERNEL_IR_SPARSEKERNELS_TD
#define MOPT_DIALECT_KERNEL_IR_SPARSEKERNELS_TD

def Kernel_SparseConv2DOp
    : Kernel_ConvolutionOp<"sparse_conv_2d", (ins Kernel_Buffer:$blocks,
                                                  I64Attr:$chains,
                                                  I64Attr:$tile_rows)> {
  let summary = "Convolution or matrix product that leaves out blocks of zeros";
  let description = [{
    As `kernel.conv_2d`, but of a group of channels only the steps are taken
    whose weights are not all zero: the *blocks*. The code is the same for
    every pattern of zeros, which is data. `weights` are [block][vector][lane]
    [product], the blocks of the first group first. `blocks` are 32-bit
    integers: for every group the round that it begins with, and the number of
    all rounds; then for every block the element of the input at which its
    products begin, counted from the window's first.

    A round is `chains` blocks, each added to sums of its own, because one
    pixel at a time would wait for the sum before; the sums of all chains are
    added up in the end, and blocks of zeros complete the last round of a group.
    A tile has `tile_rows` rows of the output (1 unless rows are short) of
    `pixels` columns together. Weights that the operands of the instruction do not hold
    have several blocks at one place, so that nothing is `repeated`.
  }];
  let extraClassDeclaration = commonDeclarations # [{
    /// Groups of channels.
    int64_t getNumGroups() {
      return ::llvm::divideCeil(getOutputShape()[3], getTile().getGroupSize());
    }
    /// Blocks, those that complete rounds included; negative if `blocks` is
    /// too small.
    int64_t getNumBlocks();
    /// Steps of the instruction that a group of a dense kernel takes.
    int64_t getNumDenseSteps();
  }];
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $bias (`,` $factors^)? `:` type($input)
    `,` type($weights) `,` type($bias) (`,` type($factors)^)? `)`
    `blocks` `(` $blocks `:` type($blocks) `)`
    (`adds` `(` $addend^ `:` type($addend) `)`)?
    `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_SparseFloatConv2DOp
    : Kernel_FloatConvolutionOp<"sparse_float_conv_2d",
                                (ins Kernel_Buffer:$blocks,
                                     I64Attr:$chains)> {
  let summary = "Convolution or matrix product of floats that leaves out zeros";
  let description = [{
    As `kernel.float_conv_2d`, of the blocks that `kernel.sparse_conv_2d`
    describes. `blocks` has the first round of every [group][row][column] of the
    window, which taps outside of the image leave out, then the number of all
    rounds, then the place of every block, counted from the first column of its
    row. The last group is completed with channels of zero.

    The product of a left out zero and an infinity or a NaN of the input is left out too.
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputMutable(); }
    int64_t getNumGroups() {
      return ::llvm::divideCeil(getOutputShape()[3], getTile().getGroupSize());
    }
    int64_t getNumBlocks();
    int64_t getNumDenseSteps();
  }];
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $bias `:` type($input) `,` type($weights)
    `,` type($bias) `)` `blocks` `(` $blocks `:` type($blocks) `)`
    `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

#endif // MOPT_DIALECT_KERNEL_IR_SPARSEKERNELS_TD
