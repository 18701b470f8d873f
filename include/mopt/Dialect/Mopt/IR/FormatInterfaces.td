//===- FormatInterfaces.td - What a file says in another way -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_FORMATINTERFACES_TD
#define MOPT_DIALECT_MOPT_IR_FORMATINTERFACES_TD

include "mlir/IR/OpBase.td"

def Mopt_SubgraphOp : OpInterface<"SubgraphOp"> {
  let cppNamespace = "::mlir::mopt";
  let description = [{
    An op that runs functions of the module. In a file these are indices of
    subgraphs; the importer turns them into symbols, the exporter back.
  }];
  let methods = [
    StaticInterfaceMethod<[{
      Names of the attributes that hold the functions as symbol references; each
      is the field of the options table that holds the index.
    }], "::llvm::ArrayRef<::llvm::StringRef>", "getSubgraphAttrNames">
  ];
}

def Mopt_CustomCodeOp : OpInterface<"CustomCodeOp"> {
  let cppNamespace = "::mlir::mopt";
  let description = [{
    A typed op that is a custom operator in a file. Its options are a map of the
    FlexBuffers format; each attribute is the entry of the same name.
  }];
  let methods = [
    StaticInterfaceMethod<"The custom code in the file",
      "::llvm::StringRef", "getCustomCode">
  ];
}

def Mopt_OpenShapeOp : OpInterface<"OpenShapeOp"> {
  let cppNamespace = "::mlir::mopt";
  let description = [{
    An op whose data decides on the first dimension of its first result. That
    dimension is dynamic in the IR, whatever a file puts in its place.
  }];
}

#endif // MOPT_DIALECT_MOPT_IR_FORMATINTERFACES_TD
