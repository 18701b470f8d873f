//===- CallKernels.td - Calls of functions -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Included by KernelOps.td, which defines the dialect.

#ifndef MOPT_DIALECT_KERNEL_IR_CALLKERNELS_TD
#define MOPT_DIALECT_KERNEL_IR_CALLKERNELS_TD

// What a function does beside giving results is not known (it may change
// states): nothing is said of effects.
class Kernel_CallingOp<string mnemonic, string functions>
    : Op<Kernel_Dialect, mnemonic,
         [AttrSizedOperandSegments, DestinationStyleOpInterface]> {
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = functions # [{
    (`ins` `(` $inputs^ `:` type($inputs) `)`)?
    (`outs` `(` $outputs^ `:` type($outputs) `)`)? attr-dict
    (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputsMutable(); }
  }];
}

def Kernel_CallOp : Kernel_CallingOp<"call", "$callee"> {
  let summary = "Runs a function, whose results go to destinations";
  let description = [{
    The function takes the inputs; it may take more arguments, which only the
    lowering of the whole program knows: weights, states, memory.
  }];
  let arguments = (ins
    Variadic<Kernel_Buffer>:$inputs, Variadic<Kernel_Buffer>:$outputs,
    FlatSymbolRefAttr:$callee);
}

def Kernel_IfOp : Kernel_CallingOp<"if",
    "$condition `:` type($condition) `then` $then_callee `else` $else_callee"> {
  let summary = "Runs one of two functions";
  let description = [{
    `condition` is one byte, true if it is not 0. See `kernel.call`.
  }];
  let arguments = (ins
    Kernel_Buffer:$condition, Variadic<Kernel_Buffer>:$inputs,
    Variadic<Kernel_Buffer>:$outputs, FlatSymbolRefAttr:$then_callee,
    FlatSymbolRefAttr:$else_callee);
}

def Kernel_WhileOp : Kernel_CallingOp<"while", "$condition `do` $body"> {
  let summary = "Runs a function as long as another one gives true";
  let description = [{
    The outputs begin as the inputs. While `condition` of them is true (one byte
    that is not 0), they become what `body` makes of them. See `kernel.call`.
  }];
  let arguments = (ins
    Variadic<Kernel_Buffer>:$inputs, Variadic<Kernel_Buffer>:$outputs,
    FlatSymbolRefAttr:$condition, FlatSymbolRefAttr:$body);
  let hasVerifier = 1;
}

def Kernel_CallOnceOp : Op<Kernel_Dialect, "call_once"> {
  let summary = "Runs a function at its first use";
  let description = [{
    The function takes and gives nothing. Whether it has run is a state of the
    program.
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee);
  let assemblyFormat = "$callee attr-dict";
}

// Reads its operand, and does with it what only the program knows: nothing is
// said of effects.
def Kernel_ObserveOp : Op<Kernel_Dialect, "observe"> {
  let summary = "Shows the elements of a tensor to the program";
  let description = [{
    Calls `mopt_observe(index, elements)` of the program that runs the code, with
    the address of the elements, which are dense there.
  }];
  let arguments = (ins I64Attr:$index, Kernel_Buffer:$input);
  let assemblyFormat = "$index `,` $input `:` type($input) attr-dict";
}

#endif // MOPT_DIALECT_KERNEL_IR_CALLKERNELS_TD
