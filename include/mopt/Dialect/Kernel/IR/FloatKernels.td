//===- FloatKernels.td - Kernels of floats -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Included by KernelOps.td, which defines what kernels have in common.

#ifndef MOPT_DIALECT_KERNEL_IR_FLOATKERNELS_TD
#define MOPT_DIALECT_KERNEL_IR_FLOATKERNELS_TD

def Kernel_PackFloatsOp : Kernel_Op<"pack_floats"> {
  let summary = "float32 values as the bfloat16 ones that a kernel multiplies";
  let description = [{
    Rows of `channels` values, rounded to nearest even; where their number is odd a
    zero completes each row. bfloat16 values are stored as i16.
  }];
  let arguments = (ins Kernel_Buffer:$input, Kernel_Buffer:$output,
                       I64Attr:$channels);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

/// `more`: operands and attributes of one form.
class Kernel_FloatConvolutionOp<string mnemonic, dag more = (ins)>
    : Kernel_Op<mnemonic> {
  let arguments = !con((ins
    Kernel_Buffer:$input, Kernel_Buffer:$weights, Kernel_Buffer:$bias),
    more, (ins Kernel_Buffer:$output,
    DenseI64ArrayAttr:$input_shape, DenseI64ArrayAttr:$output_shape,
    DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$padding,
    OptionalAttr<F32Attr>:$min, OptionalAttr<F32Attr>:$max,
    Kernel_TileAttr:$tile));
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $bias `:` type($input) `,` type($weights)
    `,` type($bias) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_FloatConv2DOp : Kernel_FloatConvolutionOp<"float_conv_2d"> {
  let summary = "Convolution or matrix product of floats";
  let description = [{
    `padding` = [top, left] rows and columns lie before the input, any number
    after it: taps there are left out, not multiplied by zero, so that weights
    that are not finite do what they do in the model. Sums start as the bias and
    are cut to [`min`, `max`]; a NaN stays.

    `weights` are packed by [group of channels][row][column][step][vector][lane]
    [product], `bias` by [group of channels][vector][lane]; the last group has the
    vectors that its channels need. A tile of products of bfloat16 reads input and
    weights of it, stored as i16, the input with channels of zero that complete the
    last step. An output of i16 is rounded to bfloat16.
  }];
}

def Kernel_FloatDepthwiseConv2DOp
    : Kernel_FloatConvolutionOp<"float_depthwise_conv_2d"> {
  let summary = "Depthwise convolution of floats, one output a channel";
  let description = [{
    As `kernel.float_conv_2d`, with channels as lanes, in the chunks that getChunks
    gives: `weights` are [chunk][row][column][lane], `bias` is [chunk][lane].
    Nothing is read or written beyond the last channel.
  }];
}

#endif // MOPT_DIALECT_KERNEL_IR_FLOATKERNELS_TD
