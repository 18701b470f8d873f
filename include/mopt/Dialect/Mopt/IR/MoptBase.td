//===- MoptBase.td - The mopt dialect -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MOPTBASE_TD
#define MOPT_DIALECT_MOPT_IR_MOPTBASE_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"

def Mopt_Dialect : Dialect {
  let name = "mopt";
  let cppNamespace = "::mlir::mopt";
  let summary = "The language of a trained model that is being optimised";
  let description = [{
    A model is a `builtin.module` with one `func.func` per subgraph. Op names,
    attribute names and semantics are those of the TFLite format (NHWC
    activations, fused activation functions), because that is the format models
    arrive in and leave in. Quantised tensors carry the upstream
    `!quant.uniform` element types; there is no second notion of quantisation.

    What the file says of a tensor beyond its type (name, shape signature,
    observed minimum and maximum, ...) is kept in a `#mopt.tensor` attribute:
    as the argument attribute `mopt.tensor` of a function argument, and in the
    array `mopt.tensors` (one element a result) on every other op.

    Discardable attributes of an op: `mopt.tensors`, `mopt.version` (the
    operator version of the file it came from; absent = the lowest that the
    types require), `mopt.intermediates` (calibrated ranges inside a fused op).
    Discardable attributes of the module: `mopt.schema_version`,
    `mopt.description`, `mopt.metadata`, `mopt.signatures`, `mopt.requantize`,
    `mopt.preprocess`. Of a function: `mopt.calibration` (where the ranges of its
    tensors come from).
  }];
  let dependentDialects = ["::mlir::quant::QuantDialect",
                           "::mlir::func::FuncDialect"];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 0;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let extraClassDeclaration = [{
    /// addOperations for the op families, which are registered one by one.
    template <typename... Ops>
    void addOps() {
      addOperations<Ops...>();
    }
  }];
}

class Mopt_Type<string name, string typeMnemonic, list<Trait> traits = []>
    : TypeDef<Mopt_Dialect, name, traits> {
  let mnemonic = typeMnemonic;
}

class Mopt_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Mopt_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

#endif // MOPT_DIALECT_MOPT_IR_MOPTBASE_TD
