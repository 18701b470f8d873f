//===- SpaceOps.td - Blocks of space, depth and batch -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_SPACEOPS_TD
#define MOPT_DIALECT_MOPT_IR_SPACEOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

class Mopt_DepthOp<string mnemonic, string options>
    : Mopt_ViewOp<mnemonic, options, "OperandRole::Activation", ".int8(2)"> {
  let arguments = (ins Mopt_Tensor:$input, Mopt_I32<"0">:$block_size);
}

def Mopt_SpaceToDepthOp : Mopt_DepthOp<"space_to_depth", "SpaceToDepthOptions"> {
  let summary = "Makes channels of blocks of pixels";
  let description = [{
    NHWC. Channel `(y * block_size + x) * channels + c` of a result pixel is
    channel c of pixel (y, x) of its block.
  }];
}

def Mopt_DepthToSpaceOp : Mopt_DepthOp<"depth_to_space", "DepthToSpaceOptions"> {
  let summary = "Makes blocks of pixels of channels";
  let description = "The inverse of `space_to_depth`.";
}

class Mopt_BatchBlocksOp<string mnemonic, string options>
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::SameAsInput, {OperandRole::Activation, "
        "OperandRole::Index}).int8(2).int16(4)", [Pure]> {
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_SpaceToBatchNdOp
    : Mopt_BatchBlocksOp<"space_to_batch_nd", "SpaceToBatchNDOptions"> {
  let summary = "Spreads the pixels of blocks over the batch";
  let description = [{
    The input [n, s..., d], its pixels bordered by zeros (the zero point) as
    `paddings` says, becomes [blocks... * n, s / block..., d]. Batch `r * n + b`
    holds pixel r of each block of batch b.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$block_shape,
                       Mopt_Tensor:$paddings);
}

def Mopt_BatchToSpaceNdOp
    : Mopt_BatchBlocksOp<"batch_to_space_nd", "BatchToSpaceNDOptions"> {
  let summary = "Makes blocks of pixels of the batch";
  let description = [{
    The inverse of `space_to_batch_nd`; `crops` are the pixels to cut off.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$block_shape,
                       Mopt_Tensor:$crops);
}

#endif // MOPT_DIALECT_MOPT_IR_SPACEOPS_TD
