//===- MoptInterfaces.td - Interfaces of the mopt dialect -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MOPTINTERFACES_TD
#define MOPT_DIALECT_MOPT_IR_MOPTINTERFACES_TD

include "mlir/IR/OpBase.td"

def Mopt_BuiltinOp : OpInterface<"BuiltinOp"> {
  let cppNamespace = "::mlir::mopt";
  let description = [{
    A typed op that stands for a builtin operator of the TFLite format. Its
    mnemonic is the operator's name in lower case and its attributes are the
    fields of the options table, by the same names; the importer and exporter
    are written against this interface and know no op by name.
  }];
  let methods = [
    StaticInterfaceMethod<
      "Name of the schema's options table of this op, empty if it has none",
      "::llvm::StringRef", "getOptionsTableName">,
    InterfaceMethod<[{
      The lowest operator version that the current operand and result types and
      attributes require.
    }], "int32_t", "getMinVersion", (ins), /*methodBody=*/"",
    /*defaultImplementation=*/[{
      return ::mlir::mopt::getDefaultMinVersion($_op.getOperation(),
                                                ConcreteOp::getQuantSpec());
    }]>
  ];
}

def Mopt_QuantizableOp : OpInterface<"QuantizableOp"> {
  let cppNamespace = "::mlir::mopt";
  let description = [{
    What quantization may do to an op, stated once and read by the quantiser,
    the verifiers, the pruner, size accounting and the exporter. None of these
    switches on op names.
  }];
  let verify = [{
    return ::mlir::mopt::detail::verifyQuantization($_op,
                                                    ConcreteOp::getQuantSpec());
  }];
  let methods = [
    StaticInterfaceMethod<[{
      Roles of the operands, the weight axis, the rule that ties the parameters
      of operands and results together, and the operator versions.
    }], "const ::mlir::mopt::QuantSpec &", "getQuantSpec">
  ];
}

def Mopt_ElementViewOp : OpInterface<"ElementViewOp"> {
  let cppNamespace = "::mlir::mopt";
  let description = [{
    An op that only moves data: every result consists of elements of the data
    operand (the first of role Activation), picked at regular steps. The method
    is the whole meaning of the op; verifier, evaluator and lowering are written
    against it.
  }];
  let verify = [{
    return ::mlir::mopt::detail::verifyElementViews(
        ::llvm::cast<::mlir::mopt::ElementViewOp>($_op));
  }];
  let methods = [
    InterfaceMethod<[{
      Where the elements of each result lie in the data operand. Asks `known`
      for the values of index operands; no views at all if one is not known.
      Values that have no meaning are one error on the op. verifyViewOperands has
      passed.
    }], "::mlir::FailureOr<::llvm::SmallVector<::mlir::mopt::ElementView>>",
    "getElementViews", (ins "::mlir::mopt::KnownIntegers":$known)>,
    InterfaceMethod<[{
      Verifies what getElementViews relies on: attributes, ranks, types and shapes
      of the index operands. (An op's own verifier runs only after this one.)
    }], "::llvm::LogicalResult", "verifyViewOperands">
  ];
}

def Mopt_WeightedOp : OpInterface<"WeightedOp"> {
  let cppNamespace = "::mlir::mopt";
  let description = [{
    An op with prunable weights: which operands hold them and which of their
    axes are output and input channels.
  }];
  let methods = [
    InterfaceMethod<"Indices of the operands that hold weights",
      "::llvm::SmallVector<unsigned>", "getWeightOperands">,
    InterfaceMethod<"The axis of the weight that counts output channels",
      "int64_t", "getOutputChannelAxis">,
    InterfaceMethod<[{
      The axis of the weight that counts input channels, or -1 where there is
      none (depthwise convolution).
    }], "int64_t", "getInputChannelAxis">
  ];
}

#endif // MOPT_DIALECT_MOPT_IR_MOPTINTERFACES_TD
