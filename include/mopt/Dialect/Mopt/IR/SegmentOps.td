//===- SegmentOps.td - Reductions of segments -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_SEGMENTOPS_TD
#define MOPT_DIALECT_MOPT_IR_SEGMENTOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

// Rows of `data` (the dimensions after those of `segment_ids`) are combined with
// those of the same id.
class Mopt_SegmentOp<string mnemonic, string options>
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::None, {OperandRole::Activation, "
        "OperandRole::Index})", [Pure]> {
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_SegmentSumOp : Mopt_SegmentOp<"segment_sum", "SegmentSumOptions"> {
  let summary = "Sums of consecutive rows";
  let description = [{
    `segment_ids` has one id for every row of `data`; ids begin with 0 and go up by
    one at most.
  }];
  let arguments = (ins Mopt_Tensor:$data, Mopt_Tensor:$segment_ids);
}

class Mopt_UnsortedSegmentOp<string mnemonic, string options>
    : Mopt_SegmentOp<mnemonic, options> {
  let arguments = (ins Mopt_Tensor:$data, Mopt_Tensor:$segment_ids,
                       Mopt_Tensor:$num_segments);
}

def Mopt_UnsortedSegmentSumOp
    : Mopt_UnsortedSegmentOp<"unsorted_segment_sum", "UnsortedSegmentSumOptions"> {
  let summary = "Sums of the rows of a segment; rows of negative id are left out";
}

def Mopt_UnsortedSegmentProdOp
    : Mopt_UnsortedSegmentOp<"unsorted_segment_prod",
                             "UnsortedSegmentProdOptions"> {
  let summary = "Products of the rows of a segment, 1 where it has none";
}

def Mopt_UnsortedSegmentMinOp
    : Mopt_UnsortedSegmentOp<"unsorted_segment_min", "UnsortedSegmentMinOptions"> {
  let summary = "Minima of the rows of a segment, the type's largest where it has none";
}

def Mopt_UnsortedSegmentMaxOp
    : Mopt_UnsortedSegmentOp<"unsorted_segment_max", "UnsortedSegmentMaxOptions"> {
  let summary = "Maxima of the rows of a segment, the type's lowest where it has none";
}

#endif // MOPT_DIALECT_MOPT_IR_SEGMENTOPS_TD
