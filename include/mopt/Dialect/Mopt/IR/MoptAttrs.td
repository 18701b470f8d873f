//===- MoptAttrs.td - Attributes of the mopt dialect -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MOPTATTRS_TD
#define MOPT_DIALECT_MOPT_IR_MOPTATTRS_TD

include "mopt/Dialect/Mopt/IR/MoptBase.td"

// Prints every digit, and infinities and NaN by their bits: the stripped form
// that struct(params) would use rounds to six digits.
def Mopt_ExactF32Array : OptionalParameter<"::mlir::DenseF32ArrayAttr"> {
  let printer = "printExactFloats($_printer, $_self)";
  let parser = "parseExactFloats($_parser)";
}

def Mopt_TensorAttr : Mopt_Attr<"Tensor", "tensor"> {
  let summary = "What a model file says of a tensor beyond its MLIR type";
  let description = [{
    `name` is the tensor's name. `shape_signature` is the shape with -1 for
    dynamic dimensions, absent when the file has none. `min` and `max` are the
    observed ranges that quantization parameters may carry (one element, or one
    per channel). `quantization` holds parameters that `!quant.uniform` cannot
    express (64-bit biases, placeholder scales, block-wise details) as a
    dictionary with the field names of the schema. `sparsity` is the sparse
    encoding of the constant's blob. `type` is present only in
    `mopt.intermediates`, where no SSA value carries it.

    ```mlir
    #mopt.tensor<name = "conv1", shape_signature = [-1, 32, 32, 16]>
    ```
  }];
  let parameters = (ins
    OptionalParameter<"::mlir::StringAttr">:$name,
    OptionalParameter<"::mlir::DenseI32ArrayAttr">:$shape_signature,
    Mopt_ExactF32Array:$min,
    Mopt_ExactF32Array:$max,
    OptionalParameter<"::mlir::DictionaryAttr">:$quantization,
    OptionalParameter<"::mlir::DictionaryAttr">:$sparsity,
    OptionalParameter<"::mlir::ArrayAttr">:$variant_tensors,
    OptionalParameter<"::mlir::UnitAttr">:$is_variable,
    OptionalParameter<"::mlir::UnitAttr">:$has_rank,
    OptionalParameter<"::mlir::TypeAttr">:$type
  );
  let assemblyFormat = "`<` struct(params) `>`";
}

def Mopt_MetadataAttr : Mopt_Attr<"Metadata", "metadata"> {
  let summary = "A named blob that a model file carries along";
  let parameters = (ins "::mlir::StringAttr":$name,
                        "::mlir::ElementsAttr":$data);
  let assemblyFormat = "`<` $name `,` $data `>`";
}

def Mopt_SignatureAttr : Mopt_Attr<"Signature", "signature"> {
  let summary = "A named entry point with named inputs and outputs";
  let description = [{
    `inputs` and `outputs` are arrays of `["name", index]` pairs, in file order;
    the index is that of the function's argument or result.

    ```mlir
    #mopt.signature<key = "serving_default", function = @main,
                    inputs = [["x", 0 : i32]], outputs = [["y", 0 : i32]]>
    ```
  }];
  let parameters = (ins
    "::mlir::StringAttr":$key,
    "::mlir::FlatSymbolRefAttr":$function,
    "::mlir::ArrayAttr":$inputs,
    "::mlir::ArrayAttr":$outputs
  );
  let assemblyFormat = "`<` struct(params) `>`";
}

#endif // MOPT_DIALECT_MOPT_IR_MOPTATTRS_TD
