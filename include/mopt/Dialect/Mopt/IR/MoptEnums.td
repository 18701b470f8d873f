//===- MoptEnums.td - Enumerations of the mopt dialect -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MOPTENUMS_TD
#define MOPT_DIALECT_MOPT_IR_MOPTENUMS_TD

include "mopt/Dialect/Mopt/IR/MoptBase.td"

// Names and values are those of the TFLite schema, so that the importer and the
// exporter convert by value.
class Mopt_Enum<string name, string summary,
                list<I32EnumCase> cases> : I32Enum<name, summary, cases> {
  let cppNamespace = "::mlir::mopt";
}

def Mopt_Padding : Mopt_Enum<"Padding", "How a window is placed at the border: SAME pads with zeros (the zero point), VALID does not pad", [
  I32EnumCase<"SAME", 0>,
  I32EnumCase<"VALID", 1>
]>;

def Mopt_PaddingAttr : EnumAttr<Mopt_Dialect, Mopt_Padding, "padding"> {
  let assemblyFormat = "`<` $value `>`";
}

def Mopt_ActivationFunction : Mopt_Enum<"ActivationFunction", "The function fused to the end of an op", [
  I32EnumCase<"NONE", 0>,
  I32EnumCase<"RELU", 1>,
  I32EnumCase<"RELU_N1_TO_1", 2>,
  I32EnumCase<"RELU6", 3>,
  I32EnumCase<"TANH", 4>,
  I32EnumCase<"SIGN_BIT", 5>
]>;

def Mopt_ActivationFunctionAttr : EnumAttr<Mopt_Dialect, Mopt_ActivationFunction, "activation"> {
  let assemblyFormat = "`<` $value `>`";
}

def Mopt_WeightsFormat : Mopt_Enum<"WeightsFormat", "Memory layout of the weights of fully_connected", [
  I32EnumCase<"DEFAULT", 0>,
  I32EnumCase<"SHUFFLED4x16INT8", 1>
]>;

def Mopt_WeightsFormatAttr : EnumAttr<Mopt_Dialect, Mopt_WeightsFormat, "weights_format"> {
  let assemblyFormat = "`<` $value `>`";
}

def Mopt_LSTMKernel : Mopt_Enum<"LSTMKernel", "Full (24 operands) or basic (5 operands) LSTM cell", [
  I32EnumCase<"FULL", 0>,
  I32EnumCase<"BASIC", 1>
]>;

def Mopt_LSTMKernelAttr : EnumAttr<Mopt_Dialect, Mopt_LSTMKernel, "lstm_kernel_type"> {
  let assemblyFormat = "`<` $value `>`";
}

def Mopt_MirrorPadMode : Mopt_Enum<"MirrorPadMode", "Whether a mirrored border repeats the edge element (SYMMETRIC) or not (REFLECT)", [
  I32EnumCase<"REFLECT", 0>,
  I32EnumCase<"SYMMETRIC", 1>
]>;

def Mopt_MirrorPadModeAttr : EnumAttr<Mopt_Dialect, Mopt_MirrorPadMode, "mirror_pad_mode"> {
  let assemblyFormat = "`<` $value `>`";
}

def Mopt_CombinerType : Mopt_Enum<"CombinerType", "How looked-up embeddings are combined", [
  I32EnumCase<"SUM", 0>,
  I32EnumCase<"MEAN", 1>,
  I32EnumCase<"SQRTN", 2>
]>;

def Mopt_CombinerTypeAttr : EnumAttr<Mopt_Dialect, Mopt_CombinerType, "combiner_type"> {
  let assemblyFormat = "`<` $value `>`";
}

def Mopt_LSHProjectionType : Mopt_Enum<"LSHProjectionType", "Kind of locality-sensitive hashing", [
  I32EnumCase<"UNKNOWN", 0>,
  I32EnumCase<"SPARSE", 1>,
  I32EnumCase<"DENSE", 2>
]>;

def Mopt_LSHProjectionTypeAttr : EnumAttr<Mopt_Dialect, Mopt_LSHProjectionType, "lsh_projection_type"> {
  let assemblyFormat = "`<` $value `>`";
}

def Mopt_ElementType : Mopt_Enum<"ElementType", "Element type of a tensor, by the names of the TFLite schema", [
  I32EnumCase<"FLOAT32", 0>,
  I32EnumCase<"FLOAT16", 1>,
  I32EnumCase<"INT32", 2>,
  I32EnumCase<"UINT8", 3>,
  I32EnumCase<"INT64", 4>,
  I32EnumCase<"STRING", 5>,
  I32EnumCase<"BOOL", 6>,
  I32EnumCase<"INT16", 7>,
  I32EnumCase<"COMPLEX64", 8>,
  I32EnumCase<"INT8", 9>,
  I32EnumCase<"FLOAT64", 10>,
  I32EnumCase<"COMPLEX128", 11>,
  I32EnumCase<"UINT64", 12>,
  I32EnumCase<"RESOURCE", 13>,
  I32EnumCase<"VARIANT", 14>,
  I32EnumCase<"UINT32", 15>,
  I32EnumCase<"UINT16", 16>,
  I32EnumCase<"INT4", 17>,
  I32EnumCase<"BFLOAT16", 18>,
  I32EnumCase<"INT2", 19>,
  I32EnumCase<"UINT4", 20>,
  I32EnumCase<"FLOAT8_E4M3FN", 21>,
  I32EnumCase<"FLOAT8_E5M2", 22>
]>;

def Mopt_ElementTypeAttr : EnumAttr<Mopt_Dialect, Mopt_ElementType, "element_type"> {
  let assemblyFormat = "`<` $value `>`";
}

def Mopt_RequantizeMode
    : Mopt_Enum<"RequantizeMode", "Arithmetic of requantisation", [
  I32EnumCase<"Float", 0, "float">,
  I32EnumCase<"Fixed", 1, "fixed">
]>;

def Mopt_RequantizeModeAttr
    : EnumAttr<Mopt_Dialect, Mopt_RequantizeMode, "requantize"> {
  let assemblyFormat = "`<` $value `>`";
}

#endif // MOPT_DIALECT_MOPT_IR_MOPTENUMS_TD
