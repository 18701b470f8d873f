//===- MoptOpBase.td - What the op families share -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MOPTOPBASE_TD
#define MOPT_DIALECT_MOPT_IR_MOPTOPBASE_TD

include "mopt/Dialect/Mopt/IR/MoptAttrs.td"
include "mopt/Dialect/Mopt/IR/MoptEnums.td"
include "mopt/Dialect/Mopt/IR/MoptInterfaces.td"
include "mopt/Dialect/Mopt/IR/MoptTypes.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// Verifiers check element types and shapes with messages that name the rule;
// the constraint only makes shape arithmetic safe: sums and products of
// dimensions of such a tensor fit in 64 bits.
def Mopt_Tensor : ConfinedType<AnyRankedTensor,
    [CPred<"::mlir::mopt::hasFormatShape("
           "::llvm::cast<::mlir::RankedTensorType>($_self))">],
    "ranked tensor of static shape, with dimensions below 2^31 and at most 2^55 "
    "elements">;

// An operand that the file may leave out (index -1): `mopt.no_value`.
def Mopt_TensorOrNone : AnyTypeOf<[Mopt_Tensor, NoneType]>;

// An attribute that takes the schema's default where a builder gives none.
// Every option is always present in the IR, so that what prints is what runs.
// Read as the signed number that the schema means: I32Attr itself reads
// uint32_t, which turns a negative stride into a huge one.
class Mopt_I32<string default>
    : DefaultValuedAttr<
          TypedSignlessIntegerAttrBase<I32, "int32_t",
                                       "32-bit signless integer attribute">,
          default>;
class Mopt_Bool<string default> : DefaultValuedAttr<BoolAttr, default>;
class Mopt_F32<string default> : DefaultValuedAttr<F32Attr, default>;
def Mopt_PaddingDefault
    : DefaultValuedAttr<Mopt_PaddingAttr, "::mlir::mopt::Padding::SAME">;
def Mopt_ActivationDefault
    : DefaultValuedAttr<Mopt_ActivationFunctionAttr,
                        "::mlir::mopt::ActivationFunction::NONE">;
def Mopt_ElementTypeDefault
    : DefaultValuedAttr<Mopt_ElementTypeAttr,
                        "::mlir::mopt::ElementType::FLOAT32">;

class Mopt_Op<string opMnemonic, list<Trait> traits = []>
    : Op<Mopt_Dialect, opMnemonic, traits> {
  let assemblyFormat =
      "operands attr-dict `:` functional-type(operands, results)";
}

// An op of the format that mopt understands. `quantSpec` is a C++ expression of
// type QuantSpec; `optionsTable` is the schema's options table ("" = none).
class Mopt_TypedOp<string opMnemonic, string options, string quantSpec,
                   list<Trait> traits = []>
    : Mopt_Op<opMnemonic, traits # [Mopt_BuiltinOp,
                           Mopt_QuantizableOp]> {
  string optionsTable = options;
  code typedOpDeclaration = [{
    static ::llvm::StringRef getOptionsTableName() {
      return "}] # options # [{";
    }
    static const ::mlir::mopt::QuantSpec &getQuantSpec() {
      using ::mlir::mopt::OperandRole;
      using ::mlir::mopt::QuantSpec;
      using ::mlir::mopt::ScaleRule;
      static const QuantSpec spec = }] # quantSpec # [{;
      return spec;
    }
  }];
  let extraClassDeclaration = typedOpDeclaration;
}

// An op whose results are elements of its data operand, picked at regular steps:
// getElementViews is all that it needs beside this record. `roles` are those of
// the operands, `versions` the lowest ones with int8 and int16 data.
class Mopt_ViewOp<string mnemonic, string options, string roles, string versions>
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::SameAsInput, {" # roles # "})" # versions,
        [Pure, DeclareOpInterfaceMethods<Mopt_ElementViewOp>]> {
  let results = (outs Mopt_Tensor:$output);
}

#endif // MOPT_DIALECT_MOPT_IR_MOPTOPBASE_TD
