//===- KernelOps.td - The kernel dialect -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_KERNEL_IR_KERNELOPS_TD
#define MOPT_DIALECT_KERNEL_IR_KERNELOPS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::mlir::mopt::kernel";
  let summary = "Kernels of generated code, between models and machines";
  let description = [{
    One op is one microkernel call over a whole layer: operands are dense storage
    (packed weights, biases with zero points folded in, factors per channel), the
    destination is an operand, and what the code will look like is chosen: the dot
    product instruction and the register tile are attributes. A conversion chooses
    (mopt to kernel), another obeys (kernel to vector).

    Operands are tensors before bufferization and buffers after it. All are
    contiguous and row-major; a shape attribute says how the input is read.

    An image may lie inside a larger one, in a flat buffer: `input_padding` and
    `output_padding` are the pixels [top, bottom, left, right] of the buffer around
    the image that the op reads or writes (`addend_padding`: that it adds). Kernels that need a border read it from a
    buffer that the op before has written with one, so that nothing is copied. The
    writer fills the border with `border` (in terms of int8) at every run: other
    values use the same memory between runs. Behind the last pixel a flat buffer may
    have any bytes, for kernels that read beyond the end.

    float32 values are read and written as they are (float_conv_2d).

    `kernel.call`, `kernel.if` and `kernel.while` run functions of kernels and other
    ops, with destinations as if they were kernels.

    8-bit values are stored as int8, or *offset*: plus 128, as uint8, which is
    what instructions that multiply unsigned by signed bytes take. uint8 models
    are in offset form by themselves. Kernels of 16-bit products leave each other int8 in 16 bits.
  }];
  let useDefaultAttributePrinterParser = 1;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

def Kernel_DotKind : I32EnumAttr<"DotKind", "instruction that adds up products", [
    I32EnumAttrCase<"VPDPBUSD", 0, "vpdpbusd">,
    I32EnumAttrCase<"VPDPWSSD", 1, "vpdpwssd">,
    I32EnumAttrCase<"PMADDWD", 2, "pmaddwd">,
    I32EnumAttrCase<"SDOT", 3, "sdot">,
    I32EnumAttrCase<"TDPBSSD", 4, "tdpbssd">,
    I32EnumAttrCase<"FMA", 5, "fma">,
    I32EnumAttrCase<"MULADD", 6, "muladd">,
    I32EnumAttrCase<"VDPBF16PS", 7, "vdpbf16ps">,
    I32EnumAttrCase<"SMMLA", 8, "smmla">]> {
  let cppNamespace = "::mlir::mopt::kernel";
}

def Kernel_Arithmetic : I32EnumAttr<"Arithmetic", "how sums are rescaled", [
    I32EnumAttrCase<"Real", 0, "real">,
    I32EnumAttrCase<"Multiplier", 1, "multiplier">,
    I32EnumAttrCase<"Double", 2, "double">]> {
  let cppNamespace = "::mlir::mopt::kernel";
}

class Kernel_Attr<string name, string attrMnemonic> : AttrDef<Kernel_Dialect, name> {
  let mnemonic = attrMnemonic;
  let assemblyFormat = "`<` struct(params) `>`";
}

def Kernel_TileAttr : Kernel_Attr<"Tile", "tile"> {
  let summary = "Instruction and register tile of a kernel";
  let description = [{
    `lanes` sums of 32 bits a vector, `vectors` vectors of output channels times at
    most `pixels` outputs of a row in registers. The target narrows `pack` (1, 2 or
    4) vectors of sums at once, within lanes of 128 bits: that permutes their
    channels, see getChannel.

    An instruction on matrices (tdpbssd) has `vectors` matrices of sums with a row
    for each of at most 16 pixels; vectors are rows of these. One on pairs (smmla)
    has sums of two pixels and two channels in a vector; two of these make a vector
    of channels for each of the pixels in the end.
  }];
  let parameters = (ins EnumParameter<Kernel_DotKind>:$dot, "int64_t":$lanes,
                        "int64_t":$vectors, "int64_t":$pixels, "int64_t":$pack);
  let extraClassDeclaration = [{
    /// Products that one step of the instruction adds to a lane.
    int64_t getDepth() const { return kernel::getDepth(getDot()); }
    /// Bits of an operand's element.
    unsigned getOperandBits() const {
      return multipliesBytes(getDot()) ? 8 : 32 / getDepth();
    }
    /// True if sums are float32, of products of float32 or bfloat16 values.
    bool isFloat() const { return multipliesFloats(getDot()); }
    /// True if the instruction multiplies two pixels with two channels.
    bool takesPairs() const { return getDot() == DotKind::SMMLA; }
    /// True if the instruction is one on matrices (Intel AMX).
    bool isMatrix() const { return getDot() == DotKind::TDPBSSD; }
    /// True if the instruction takes activations in offset form.
    bool takesOffset() const { return getDot() == DotKind::VPDPBUSD; }
    /// Channels of a group of vectors.
    int64_t getGroupSize() const { return getLanes() * getVectors(); }
    /// How many vectors, from vector `i` of a group on, are narrowed together.
    int64_t getSegment(int64_t i) const {
      int64_t width = getPack();
      while (width > 1 && i + width > getVectors())
        width /= 2;
      return width;
    }
    /// The channel, within its group, of a lane of vector `i`.
    int64_t getChannel(int64_t i, int64_t lane) const {
      int64_t start = 0, width = getSegment(0);
      while (start + width <= i) {
        start += width;
        width = getSegment(start);
      }
      return start * getLanes() + lane / 4 * 4 * width + (i - start) * 4 +
             lane % 4;
    }
    /// The same tile on vectors of another number of lanes.
    TileAttr withLanes(int64_t lanes) const {
      return get(getContext(), getDot(), lanes, getVectors(), getPixels(),
                 getPack());
    }
  }];
}

def Kernel_RequantizeAttr : Kernel_Attr<"Requantize", "requantize"> {
  let summary = "What becomes of a sum";
  let description = [{
    The sum times the factor of its channel, rounded as `arithmetic` says
    (docs/Numerics.md: float mode; fixed mode by multipliers; fixed mode in double),
    plus `zero_point`, within [`min`, `max`], all in terms of int8. `small` promises
    what the shortest code needs: of `real` and `double`, that factors are
    below 1; of `multiplier`, that factors shift to the right by r = 1 to 31. Their tensors are
    then the multipliers, what is added to a product of 64 bits (by vector the even
    lanes, then the odd ones) and the shift of the upper half of the sum: 2^30 +
    2^(r+30) and r - 1 where `min` is `zero_point` or more; otherwise twice that and
    r, the product is that of twice the sum, and sums stay within 2^30.
  }];
  let parameters = (ins EnumParameter<Kernel_Arithmetic>:$arithmetic,
                        "int32_t":$zero_point, "int32_t":$min, "int32_t":$max,
                        "bool":$small);
}

def Kernel_ResidualAttr : Kernel_Attr<"Residual", "residual"> {
  let summary = "What a kernel adds to its values before it writes them";
  let description = [{
    The 8-bit value that `requantize` makes of a sum and that of the addend, less
    their zero points, are rescaled and added; the result gets `zero_point` and
    [`min`, `max`], all in terms of int8 (docs/Numerics.md: add). The factors of the
    two are `real`, or in fixed mode `multipliers`: multiplier and shift to the left
    of both, after 20 bits to the left, and of their sum. No shift is positive.
    `linear` = [a, b, c] is either where it was proved equal on all pairs of bytes:
    the value times a, plus the addend in offset form times b, plus c, by fused
    multiply-adds, rounded to even.
  }];
  let parameters = (ins "int32_t":$addend_zero_point, "int32_t":$zero_point,
                        "int32_t":$min, "int32_t":$max,
                        OptionalParameter<"::mlir::DenseF32ArrayAttr">:$real,
                        OptionalParameter<"::mlir::DenseI32ArrayAttr">:$multipliers,
                        OptionalParameter<"::mlir::DenseF32ArrayAttr">:$linear);
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic,
         traits # [DestinationStyleOpInterface,
                   DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputMutable(); }
  }];
}

defvar Kernel_Buffer = AnyTypeOf<[AnyRankedTensor, AnyMemRef], "tensor or buffer">;

def Kernel_PackInputOp : Kernel_Op<"pack_input"> {
  let summary = "Copy of an input with a border, in the form that a kernel reads";
  let description = [{
    `input` is [batches, rows, columns, channels] as `input_shape` says; `output`
    is flat: the same with `padding` = [top, bottom, left, right] pixels of
    `value` (an int8) around, then any bytes that kernels may read beyond the end.
    Elements of 16 bits hold the int8 value. Elements of 8 bits are flipped between
    int8 and offset form where `input_offset` and `output_offset` differ.
  }];
  let arguments = (ins
    Kernel_Buffer:$input, Kernel_Buffer:$output,
    DenseI64ArrayAttr:$input_shape, DenseI64ArrayAttr:$padding, I32Attr:$value,
    UnitAttr:$input_offset, UnitAttr:$output_offset);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

/// `more`: operands and attributes of one form.
class Kernel_ConvolutionOp<string mnemonic, dag more = (ins)>
    : Kernel_Op<mnemonic, [AttrSizedOperandSegments]> {
  code commonDeclarations = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputMutable(); }
    /// Where the input and the output lie in their buffers.
    ImageLayout getInputLayout();
    ImageLayout getOutputLayout();
    /// The same of the addend, whose image has the shape of the output.
    ImageLayout getAddendLayout();
    /// True if the instruction takes the other form than the input has.
    bool flipsInput() { return getTile().takesOffset() != getInputOffset(); }
  }];
  let extraClassDeclaration = commonDeclarations;
  let arguments = !con((ins
    Kernel_Buffer:$input, Kernel_Buffer:$weights, Kernel_Buffer:$bias,
    Variadic<Kernel_Buffer>:$factors), more, (ins Optional<Kernel_Buffer>:$addend,
    Kernel_Buffer:$output, DenseI64ArrayAttr:$input_shape, DenseI64ArrayAttr:$output_shape,
    DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$dilations, UnitAttr:$input_offset,
    UnitAttr:$output_offset, Kernel_RequantizeAttr:$requantize,
    Kernel_TileAttr:$tile, OptionalAttr<DenseI64ArrayAttr>:$input_padding,
    OptionalAttr<DenseI64ArrayAttr>:$output_padding,
    OptionalAttr<I32Attr>:$border, OptionalAttr<DenseI64ArrayAttr>:$repeated,
    OptionalAttr<Kernel_ResidualAttr>:$residual, UnitAttr:$addend_offset,
    OptionalAttr<DenseI64ArrayAttr>:$addend_padding));
  let assemblyFormat = [{
    `ins` `(` $input `,` $weights `,` $bias (`,` $factors^)? `:` type($input)
    `,` type($weights) `,` type($bias) (`,` type($factors)^)? `)`
    (`adds` `(` $addend^ `:` type($addend) `)`)?
    `outs` `(` $output `:` type($output) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Kernel_Conv2DOp : Kernel_ConvolutionOp<"conv_2d"> {
  let summary = "Convolution or matrix product of 8-bit values";
  let description = [{
    No tap lies outside of the input: borders are there already. The channels of a
    window row (of a tap, where dilation parts the columns) are one run of bytes,
    which is read in steps of the instruction, up to a step beyond its end; weights
    there are zero.

    Packed by [group of channels][run][step][vector][lane][product]: `weights`.
    Weights less their zero point may not fit the operands of the instruction: the
    steps in `repeated` are taken again after all others, with the rest of their
    weights, which follow those of the group. Operands of 16 bits may be stored as bytes.
    By [group of channels][vector][lane]: `bias`, which has all zero points folded
    in, and `factors` (real: float32; multiplier: the multiplier, then the shift,
    unless it is small; double: float64). Channels that complete the last group are zero.

    Instructions on vectors of bytes read rows of windows, of which neighbours are at
    most 16 bytes apart, in whole steps only, if that makes fewer: what is left of
    the rows, one after the other, makes steps of their own behind those of all
    runs. The kernel puts them together for a row of the output, in vectors of
    pixels, and reads up to 15 pixels and 64 bytes beyond the last window. Three
    rows of 3 pixels of 3 channels are 7 steps of 4, not 9. Where a tile has at most
    four vectors of sums and a window few steps, pixels take all steps and are
    written, and weights stay in registers.
  }];
}

def Kernel_DepthwiseConv2DOp : Kernel_ConvolutionOp<"depthwise_conv_2d"> {
  let summary = "Depthwise convolution of 8-bit values, one output a channel";
  let description = [{
    Like `kernel.conv_2d`, but lanes are channels and the products of a step are rows
    of one column of the window, or columns of a last row that is alone
    (DepthwiseSteps: 5x5 are 5 + 2 steps of 4 products); of 16-bit values `pixels` outputs share what they read. Channels are taken in chunks
    (getChunks) of a group each, of as many lanes as the tile says and, towards the
    last channel, of fewer. `weights` are [chunk][step][vector][lane][product]; `bias`
    and `factors` are [chunk][vector][lane]. Up to a chunk is read beyond the input.
    `repeated` counts single vectors: [step][vector].
  }];
}

include "mopt/Dialect/Kernel/IR/CallKernels.td"
include "mopt/Dialect/Kernel/IR/CompressedKernels.td"
include "mopt/Dialect/Kernel/IR/FloatKernels.td"
include "mopt/Dialect/Kernel/IR/HVXKernels.td"
include "mopt/Dialect/Kernel/IR/RecurrentKernels.td"
include "mopt/Dialect/Kernel/IR/SparseKernels.td"

#endif // MOPT_DIALECT_KERNEL_IR_KERNELOPS_TD
