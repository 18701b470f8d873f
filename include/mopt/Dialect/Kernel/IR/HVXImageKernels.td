//===- HVXImageKernels.td - Kernels of whole images -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Ops of Hexagon without weights: their classes are in a header of their own, for
// all code for CPUs includes KernelOps.h. docs/KernelDialect.md is made from here.

#ifndef MOPT_DIALECT_KERNEL_IR_HVXIMAGEKERNELS_TD
#define MOPT_DIALECT_KERNEL_IR_HVXIMAGEKERNELS_TD

include "mopt/Dialect/Kernel/IR/KernelOps.td"

def Kernel_HVXLinearAddOp : Kernel_HVXOp<"linear_add"> {
  let summary = "Weighted sum of two images in planes";
  let description = [{
    Of bytes a and b becomes t = (a m + b n + `offset`) / 2^16, rounded down, m and n
    being the two `multipliers`; then t / 2^`shift`, rounded down, or, with
    `ties_to_even`, to the nearest, halves to even; then `zero_point` is added and
    the result brought within [`min`, `max`]. The numbers are those with which this
    is what the evaluators make of every pair of bytes.

    With `border`, a uint8, what lies around the image is written afterwards.
  }];
  let arguments = (ins
    Kernel_Buffer:$lhs, Kernel_Buffer:$rhs, Kernel_Buffer:$output,
    Kernel_PlanesAttr:$lhs_planes, Kernel_PlanesAttr:$rhs_planes,
    Kernel_PlanesAttr:$output_planes, DenseI32ArrayAttr:$multipliers,
    I64Attr:$offset, I64Attr:$shift, UnitAttr:$ties_to_even,
    I32Attr:$zero_point, I32Attr:$min, I32Attr:$max,
    OptionalAttr<I32Attr>:$border);
  let assemblyFormat = [{
    `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)`
    `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_HVXMaxPoolOp : Kernel_HVXOp<"max_pool"> {
  let summary = "Largest value of a window, in planes";
  let description = [{
    The window of a pixel has the pixels r + c + s behind it in its plane, for all r
    of `rows` and all pairs (c, s) of `columns`: vectors are loaded once for all pairs
    with the same c, and shifted by s pixels. The result is brought within [`min`,
    `max`], as uint8. What windows have of a border counts.

    With `border`, a uint8, what lies around the output is written afterwards.
  }];
  let arguments = (ins
    Kernel_Buffer:$input, Kernel_Buffer:$output, Kernel_PlanesAttr:$input_planes,
    Kernel_PlanesAttr:$output_planes, DenseI64ArrayAttr:$rows,
    DenseI64ArrayAttr:$columns, I32Attr:$min, I32Attr:$max,
    OptionalAttr<I32Attr>:$border);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_HVXAveragePoolOp : Kernel_HVXOp<"average_pool"> {
  let summary = "Mean value of a window, in planes";
  let description = [{
    Of the sum s of a window as in `kernel.hvx_max_pool`, which has 257 pixels at
    most, becomes (s `multiplier` + `nudge`) / 2^`shift`, rounded down, which is
    brought within [`min`, `max`], all as uint8. `multiplier` has 16 bits; the numbers
    are those with which this is the mean of every sum.

    With `border`, a uint8, what lies around the output is written afterwards.
  }];
  let arguments = (ins
    Kernel_Buffer:$input, Kernel_Buffer:$output, Kernel_PlanesAttr:$input_planes,
    Kernel_PlanesAttr:$output_planes, DenseI64ArrayAttr:$rows,
    DenseI64ArrayAttr:$columns, I32Attr:$multiplier, I32Attr:$nudge,
    I64Attr:$shift, I32Attr:$min, I32Attr:$max, OptionalAttr<I32Attr>:$border);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_HVXConcatOp : Kernel_HVXOp<"concat"> {
  let summary = "Channels of several images behind each other, in planes";
  let description = [{
    Copies the planes of all `inputs` into those of `output`, in order. All but the
    last input have a multiple of four channels.

    With `border`, a uint8, what lies around the image is written afterwards.
  }];
  let arguments = (ins
    Variadic<Kernel_Buffer>:$inputs, Kernel_Buffer:$output,
    TypedArrayAttrBase<Kernel_PlanesAttr, "planes of each input">:$input_planes,
    Kernel_PlanesAttr:$output_planes, OptionalAttr<I32Attr>:$border);
  let assemblyFormat = [{
    `ins` `(` $inputs `:` type($inputs) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_HVXResizeBilinearOp : Kernel_HVXOp<"resize_bilinear"> {
  let summary = "Dense uint8 image, mixed of its pixels";
  let description = [{
    Each result is the sum of four elements, rounded to nearest, halves up: of two
    rows and two columns beside each other, whose weights are multiples of 2^-8.
    Images are dense, without a border; lanes are channels.

    `row_table` has four words for each row of the output: the offsets of two rows of
    the input, in bytes, and their weights, twice each, in both halves of the word.
    `column_table` has for each column twice the offset of the left one, a zero and
    the weights of this and of the next one. The weights of an entry are 2^8 together.
  }];
  let arguments = (ins
    Kernel_Buffer:$input, Kernel_Buffer:$row_table, Kernel_Buffer:$column_table,
    Kernel_Buffer:$output, I64Attr:$input_rows, I64Attr:$input_columns,
    I64Attr:$output_rows, I64Attr:$output_columns, I64Attr:$channels);
  let assemblyFormat = [{
    `ins` `(` $input `,` $row_table `,` $column_table `:` type($input) `,`
    type($row_table) `,` type($column_table) `)`
    `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

#endif // MOPT_DIALECT_KERNEL_IR_HVXIMAGEKERNELS_TD
