//===- ModelOps.td - Constants, variables, and ops that are carried as they are -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MODELOPS_TD
#define MOPT_DIALECT_MOPT_IR_MODELOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

def Mopt_ConstOp : Mopt_Op<"const", [Pure]> {
  let summary = "A constant tensor, mapped from the model file";
  let description = [{
    `value` holds the stored bytes with the storage type (`i8` for
    `!quant.uniform<i8:f32, ...>`); the result type carries the quantization.
    Values of sub-byte types are packed as in TFLite: the first element in the
    lowest bits. A tensor with a sparse encoding (`sparsity` of its
    `#mopt.tensor`) keeps the encoded values as the blob.

    ```mlir
    %w = mopt.const {value = dense_resource<t3> : tensor<16x3x3x3xi8>}
           : () -> tensor<16x3x3x3x!quant.uniform<i8:f32:0, {...}>>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Mopt_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The stored bytes, as they lie in the file (sub-byte types packed).
    /// Empty if the attribute is neither a resource nor dense.
    ::llvm::ArrayRef<char> getRawBytes();
  }];
}

def Mopt_VariableOp : Mopt_Op<"variable", [MemoryEffects<[MemAlloc]>]> {
  let summary = "A tensor without a producer: state that lives between runs";
  let description = [{
    State tensors of recurrent cells (`is_variable` in the `#mopt.tensor`) start
    as zero (the zero point) and are changed by the op that takes them. Without
    `is_variable` it is a tensor that the file leaves uninitialised.
  }];
  let results = (outs AnyRankedTensor:$result);
}

def Mopt_NoValueOp : Mopt_Op<"no_value", [Pure]> {
  let summary = "Stands for an optional operand that is left out";
  let results = (outs NoneType:$result);
}

def Mopt_OpaqueOp : Mopt_Op<"opaque"> {
  let summary = "A builtin operator that mopt has no typed op for";
  let description = [{
    Carried losslessly: `opcode` is the operator's name in the schema, `options`
    the fields of its options table (named `options_table`) by schema name;
    nested tables are dictionaries.
  }];
  let arguments = (ins
    Variadic<AnyType>:$inputs,
    StrAttr:$opcode,
    OptionalAttr<StrAttr>:$options_table,
    OptionalAttr<DictionaryAttr>:$options,
    OptionalAttr<ElementsAttr>:$custom_options,
    OptionalAttr<DenseBoolArrayAttr>:$mutating_variable_inputs
  );
  let results = (outs Variadic<AnyType>:$outputs);
}

def Mopt_CustomOp : Mopt_Op<"custom"> {
  let summary = "A custom operator, carried as it is";
  let arguments = (ins
    Variadic<AnyType>:$inputs,
    StrAttr:$custom_code,
    OptionalAttr<ElementsAttr>:$custom_options,
    OptionalAttr<DenseBoolArrayAttr>:$mutating_variable_inputs
  );
  let results = (outs Variadic<AnyType>:$outputs);
}

#endif // MOPT_DIALECT_MOPT_IR_MODELOPS_TD
