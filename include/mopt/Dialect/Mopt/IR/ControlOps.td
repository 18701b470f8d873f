//===- ControlOps.td - Control flow and state -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_CONTROLOPS_TD
#define MOPT_DIALECT_MOPT_IR_CONTROLOPS_TD

include "mopt/Dialect/Mopt/IR/FormatInterfaces.td"
include "mopt/Dialect/Mopt/IR/MoptOpBase.td"
include "mlir/IR/SymbolInterfaces.td"

// Control flow has no arithmetic: quantization passes its tensors by. Operands
// and results may be anything, handles and strings too.
class Mopt_ControlOp<string mnemonic, string options, list<Trait> traits = []>
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::None, {OperandRole::State})", traits>;

// `names`: the attributes that name functions.
class Mopt_CallingOp<string mnemonic, string options, list<string> names>
    : Mopt_ControlOp<mnemonic, options,
        [Mopt_SubgraphOp, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let extraClassDeclaration = typedOpDeclaration # [{
    static ::llvm::ArrayRef<::llvm::StringRef> getSubgraphAttrNames() {
      static const ::llvm::StringRef names[] = {
        }] # !interleave(!foreach(name, names, "\"" # name # "\""), ", ") # [{};
      return names;
    }
  }];
}

def Mopt_IfOp : Mopt_CallingOp<"if", "IfOptions",
                               ["then_subgraph_index", "else_subgraph_index"]> {
  let summary = "Runs one of two functions";
  let description = [{
    `cond` is one boolean. Both functions take the other operands and give the
    results.

    ```mlir
    %r = mopt.if %c, %x {then_subgraph_index = @then,
                         else_subgraph_index = @else}
           : (tensor<i1>, tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$cond, Variadic<AnyRankedTensor>:$inputs,
                       FlatSymbolRefAttr:$then_subgraph_index,
                       FlatSymbolRefAttr:$else_subgraph_index);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
  let hasVerifier = 1;
}

def Mopt_WhileOp : Mopt_CallingOp<"while", "WhileOptions",
                                  ["cond_subgraph_index", "body_subgraph_index"]> {
  let summary = "Runs a function as long as another one gives true";
  let description = [{
    The loop carries the operands: the condition takes them and gives one
    boolean, the body takes them and gives those of the next iteration. The
    results are what the condition saw last.
  }];
  let arguments = (ins Variadic<AnyRankedTensor>:$inputs,
                       FlatSymbolRefAttr:$cond_subgraph_index,
                       FlatSymbolRefAttr:$body_subgraph_index);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
}

def Mopt_CallOp : Mopt_CallingOp<"call", "CallOptions", ["subgraph"]> {
  let summary = "Runs a function";
  let arguments = (ins Variadic<AnyRankedTensor>:$inputs,
                       FlatSymbolRefAttr:$subgraph);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
}

def Mopt_CallOnceOp : Mopt_CallingOp<"call_once", "CallOnceOptions",
                                     ["init_subgraph_index"]> {
  let summary = "Runs a function at its first use";
  let description = [{
    The function takes and gives nothing: it initialises resources. It runs once
    in the life of an executor (until `resetState`), however many ops name it.
  }];
  let arguments = (ins FlatSymbolRefAttr:$init_subgraph_index);
}

def Mopt_VarHandleOp : Mopt_ControlOp<"var_handle", "VarHandleOptions", [Pure]> {
  let summary = "The handle of a resource variable";
  let description = [{
    Ops with the same `container` and `shared_name` give the same variable, in
    every function of the module.
  }];
  let arguments = (ins DefaultValuedAttr<StrAttr, "\"\"">:$container,
                       DefaultValuedAttr<StrAttr, "\"\"">:$shared_name);
  let results = (outs AnyRankedTensor:$resource_id);
  let hasVerifier = 1;
}

def Mopt_ReadVariableOp : Mopt_ControlOp<"read_variable", "ReadVariableOptions"> {
  let summary = "The value of a resource variable";
  let description = [{
    An error where the variable has no value yet, or one of another type than
    the result's.
  }];
  let arguments = (ins AnyRankedTensor:$resource_id);
  let results = (outs AnyRankedTensor:$value);
  let hasVerifier = 1;
}

def Mopt_AssignVariableOp
    : Mopt_ControlOp<"assign_variable", "AssignVariableOptions"> {
  let summary = "Gives a resource variable a value";
  let arguments = (ins AnyRankedTensor:$resource_id, AnyRankedTensor:$value);
  let hasVerifier = 1;
}

#endif // MOPT_DIALECT_MOPT_IR_CONTROLOPS_TD
