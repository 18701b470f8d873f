//===- MoptTypes.td - Types of the mopt dialect -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MOPTTYPES_TD
#define MOPT_DIALECT_MOPT_IR_MOPTTYPES_TD

include "mopt/Dialect/Mopt/IR/MoptBase.td"

def Mopt_StringType : Mopt_Type<"String", "string"> {
  let summary = "Element type of a tensor of byte strings";
  let description = [{
    The blob of a constant of this type is the serialised form of the TFLite
    format: int32 count, count + 1 int32 offsets, then the bytes.
  }];
}

def Mopt_ResourceType : Mopt_Type<"Resource", "resource"> {
  let summary = "Handle of a resource (a variable or a hash table)";
}

def Mopt_VariantType : Mopt_Type<"Variant", "variant"> {
  let summary = "An opaque value, such as a list of tensors";
}

#endif // MOPT_DIALECT_MOPT_IR_MOPTTYPES_TD
