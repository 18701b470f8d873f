//===- RecurrentKernels.td - Recurrent layers as kernels -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Included by KernelOps.td, which defines what kernels have in common.

#ifndef MOPT_DIALECT_KERNEL_IR_RECURRENTKERNELS_TD
#define MOPT_DIALECT_KERNEL_IR_RECURRENTKERNELS_TD

def Kernel_LSTMOp : Kernel_Op<"lstm"> {
  let summary = "All steps of an LSTM layer of floats";
  let description = [{
    Every row of the batch takes its steps alone; lanes are cells. The gates of
    some cells are computed in registers: the sums over the inputs and the old
    output state, logistic or tanh of them, the new cell state and the output.

    Cells are taken in chunks (getCellChunks): whole vectors of `lanes`, then a
    narrower one for what is left. `weights` are [chunk][input, then
    state][gate][lane], `bias` is [chunk][gate][lane], the optional `peephole`
    is [chunk][gate but that of the cell][lane]. Gates are input (if not
    `coupled`: then it is 1 - forget), forget, cell, output. Lanes beyond the
    last cell are zero.

    `hidden` and `cell` are the states, [batch, cells], which the op changes;
    `output` has the rows of all steps, in the order of the input.
    `cell_clip` bounds the cell state, 0 = no bound. `fuses`: products are added
    without a rounding of their own.
  }];
  let arguments = (ins
    Kernel_Buffer:$input, Kernel_Buffer:$weights, Kernel_Buffer:$bias,
    Optional<Kernel_Buffer>:$peephole, Kernel_Buffer:$output,
    Kernel_Buffer:$hidden, Kernel_Buffer:$cell,
    I64Attr:$batch, I64Attr:$steps, I64Attr:$inputs, I64Attr:$cells,
    F32Attr:$cell_clip, I64Attr:$lanes, UnitAttr:$time_major,
    UnitAttr:$coupled, UnitAttr:$fuses);
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $bias (`,` $peephole^)? `:` type($input)
    `,` type($weights) `,` type($bias) (`,` type($peephole)^)? `)`
    `outs` `(` $output `,` $hidden `,` $cell `:` type($output) `,`
    type($hidden) `,` type($cell) `)` attr-dict (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(*this, getNumOperands() - 3, 3);
    }
    int64_t getNumGates() { return getCoupled() ? 3 : 4; }
  }];
}

#endif // MOPT_DIALECT_KERNEL_IR_RECURRENTKERNELS_TD
