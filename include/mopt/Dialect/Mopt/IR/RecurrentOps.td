//===- RecurrentOps.td - Recurrent cells -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_RECURRENTOPS_TD
#define MOPT_DIALECT_MOPT_IR_RECURRENTOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

// Weights have the role `Other`: they have one scale a tensor whatever the
// quantiser wishes, and ranges inside the cells are not observed by calibration.
// `weights` is a C++ expression, the operands that pruning may touch.
class Mopt_RecurrentOp<string opMnemonic, string options, string quantSpec,
                       string weights>
    : Mopt_TypedOp<opMnemonic, options, quantSpec, [Mopt_WeightedOp]> {
  let hasVerifier = 1;
  let extraClassDeclaration = typedOpDeclaration # [{
    ::llvm::SmallVector<unsigned> getWeightOperands() {
      return }] # weights # [{;
    }
    int64_t getOutputChannelAxis() { return 0; }
    int64_t getInputChannelAxis() { return 1; }
    int32_t getMinVersion();
  }];
}

def Mopt_SVDFOp : Mopt_RecurrentOp<"svdf", "SVDFOptions",
    "QuantSpec(ScaleRule::Free, {OperandRole::Activation, OperandRole::Other, "
    "OperandRole::Other, OperandRole::Other, OperandRole::State})"
    ".int8(3).hybrid(2)", "{1, 2}"> {
  let summary = "Filters over time that are products of a vector and a vector";
  let description = [{
    Each of the [filters] multiplies the input of a step by its row of
    `weights_feature`; `state`, [batch, filters * memory], keeps the last
    [memory] products of every filter, and is changed in place. An output adds
    the sums of products * `weights_time` of `rank` neighbouring filters, and a
    bias, and applies the activation.

    Forms: float32; float32 with int8 weights; int8 with int16 `weights_time`
    and state, which keeps no activation but RELU, done by the zero point.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$weights_feature,
    Mopt_Tensor:$weights_time, Mopt_TensorOrNone:$bias, Mopt_Tensor:$state,
    Mopt_I32<"0">:$rank,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_Bool<"false">:$asymmetric_quantize_inputs);
  let results = (outs Mopt_Tensor:$output);
}

def Mopt_RNNOp : Mopt_RecurrentOp<"rnn", "RNNOptions",
    "QuantSpec(ScaleRule::Free, {OperandRole::Activation, OperandRole::Other, "
    "OperandRole::Other, OperandRole::Other, OperandRole::State}).hybrid(2)",
    "{1, 2}"> {
  let summary = "One step of a recurrent layer";
  let description = [{
    state = output = activation(input * input_weights + state *
    recurrent_weights + bias). `hidden_state`, [batch, units], is changed in
    place. Forms: float32; float32 with int8 weights.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$input_weights,
    Mopt_Tensor:$recurrent_weights, Mopt_Tensor:$bias,
    Mopt_Tensor:$hidden_state,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_Bool<"false">:$asymmetric_quantize_inputs);
  let results = (outs Mopt_Tensor:$output);
}

def Mopt_UnidirectionalSequenceRNNOp
    : Mopt_RecurrentOp<"unidirectional_sequence_rnn", "SequenceRNNOptions",
    "QuantSpec(ScaleRule::Free, {OperandRole::Activation, OperandRole::Other, "
    "OperandRole::Other, OperandRole::Other, OperandRole::State}).hybrid(2)",
    "{1, 2}"> {
  let summary = "A recurrent layer run over a whole sequence";
  let description = [{
    `mopt.rnn` for every step of an input [batch, time, inputs], or
    [time, batch, inputs] where `time_major`.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$input_weights,
    Mopt_Tensor:$recurrent_weights, Mopt_Tensor:$bias,
    Mopt_Tensor:$hidden_state, Mopt_Bool<"false">:$time_major,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_Bool<"false">:$asymmetric_quantize_inputs);
  let results = (outs Mopt_Tensor:$output);
}

def Mopt_BidirectionalSequenceRNNOp
    : Mopt_RecurrentOp<"bidirectional_sequence_rnn",
    "BidirectionalSequenceRNNOptions",
    "QuantSpec(ScaleRule::Free, {OperandRole::Activation, OperandRole::Other, "
    "OperandRole::Other, OperandRole::Other, OperandRole::State, "
    "OperandRole::Other, OperandRole::Other, OperandRole::Other, "
    "OperandRole::State, OperandRole::Activation, OperandRole::Other})"
    ".hybrid(2)", "{1, 2, 5, 6, 10, 11}"> {
  let summary = "Two recurrent layers, one from each end of a sequence";
  let description = [{
    Each is a `mopt.unidirectional_sequence_rnn`; the backward one reads the
    sequence and writes its outputs from the last step to the first. With
    `merge_outputs` there is one result, with the backward layer's columns after
    the forward one's. The auxiliary input is a sequence of as many steps: with
    auxiliary weights both layers add its product with theirs to the
    activation's argument; without, it is the backward layer's only input.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$fw_input_weights,
    Mopt_Tensor:$fw_recurrent_weights, Mopt_Tensor:$fw_bias,
    Mopt_Tensor:$fw_hidden_state, Mopt_Tensor:$bw_input_weights,
    Mopt_Tensor:$bw_recurrent_weights, Mopt_Tensor:$bw_bias,
    Mopt_Tensor:$bw_hidden_state, Mopt_TensorOrNone:$aux_input,
    Mopt_TensorOrNone:$fw_aux_input_weights,
    Mopt_TensorOrNone:$bw_aux_input_weights,
    Mopt_Bool<"false">:$time_major,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_Bool<"false">:$merge_outputs,
    Mopt_Bool<"false">:$asymmetric_quantize_inputs);
  let results = (outs Variadic<Mopt_Tensor>:$outputs);
}

def Mopt_UnidirectionalSequenceLSTMOp
    : Mopt_RecurrentOp<"unidirectional_sequence_lstm",
        "UnidirectionalSequenceLSTMOptions",
        "QuantSpec(ScaleRule::Free, {OperandRole::Activation, OperandRole::Other})"
        ".int8(1).hybrid(2)", "{1, 2, 3, 4, 5, 6, 7, 8, 16}"> {
  let summary = "An LSTM layer run over a whole sequence";
  let description = [{
    Operands, in order: 0 input; 1..4 input-to-gate weights and 5..8 recurrent
    weights (input, forget, cell, output gate); 9..11 peephole weights (input,
    forget, output); 12..15 gate biases; 16 projection weights, 17 projection
    bias; 18 output state, 19 cell state (`mopt.variable`, changed in place);
    20..23 layer normalisation coefficients. Absent ones are `mopt.no_value`.
    Which may be absent: those of the input gate, which is then one minus the
    forget gate; peephole weights; projection; normalisation. Recurrent weights
    of rank 1 are diagonal matrices. LSTMOperands.h names the places.

    Forms: float32; float32 with int8 weights (states stay float32); int8 with
    an int16 cell state of a power-of-two scale, which carries five calibrated
    ranges in `mopt.intermediates`: of the gates before layer normalisation, and
    of the hidden state before the projection.
  }];
  let arguments = (ins
    Variadic<Mopt_TensorOrNone>:$inputs,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_F32<"0.0f">:$cell_clip, Mopt_F32<"0.0f">:$proj_clip,
    Mopt_Bool<"false">:$time_major,
    Mopt_Bool<"false">:$asymmetric_quantize_inputs,
    Mopt_Bool<"false">:$diagonal_recurrent_tensors);
  let results = (outs Mopt_Tensor:$output);
}

def Mopt_LSTMOp
    : Mopt_RecurrentOp<"lstm", "LSTMOptions",
        "QuantSpec(ScaleRule::Free, {OperandRole::Activation, OperandRole::Other})"
        ".int8(1).hybrid(3)",
        "getKernelType() == LSTMKernel::BASIC ? ::llvm::SmallVector<unsigned>{2}"
        ": ::llvm::SmallVector<unsigned>{1, 2, 3, 4, 5, 6, 7, 8, 16}"> {
  let summary = "One step of an LSTM layer";
  let description = [{
    `kernel_type` FULL: one step of `mopt.unidirectional_sequence_lstm`, with the
    same operands and forms; input and result have no dimension for time.

    BASIC: 0 input [batch, inputs]; 1 last output and 4 cell state,
    [batch, cells], both changed in place; 2 weights [4 * cells,
    inputs + cells]; 3 bias [4 * cells]. The gates are in the order input, cell
    (new values), forget, output. Results: output; cell state; input and last
    output side by side; the gates before their activation. Forms: float32;
    uint8 with int16 cell state and gates.
  }];
  let arguments = (ins
    Variadic<Mopt_TensorOrNone>:$inputs,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_F32<"0.0f">:$cell_clip, Mopt_F32<"0.0f">:$proj_clip,
    DefaultValuedAttr<Mopt_LSTMKernelAttr,
                      "::mlir::mopt::LSTMKernel::FULL">:$kernel_type,
    Mopt_Bool<"false">:$asymmetric_quantize_inputs);
  let results = (outs Variadic<Mopt_Tensor>:$outputs);
}

def Mopt_BidirectionalSequenceLSTMOp
    : Mopt_RecurrentOp<"bidirectional_sequence_lstm",
        "BidirectionalSequenceLSTMOptions",
        "QuantSpec(ScaleRule::Free, {OperandRole::Activation, OperandRole::Other})"
        ".hybrid(2)",
        "{1, 2, 3, 4, 5, 6, 7, 8, 16, 18, 19, 20, 21, 22, 23, 24, 25, 33, 40, "
        "41, 42, 43, 44, 45, 46, 47}"> {
  let summary = "Two LSTM layers, one from each end of a sequence";
  let description = [{
    Operands: 0 input; 1..17 the forward layer's, as in
    `mopt.unidirectional_sequence_lstm`; 18..34 the backward layer's; 35, 36 the
    forward output state and cell state, 37, 38 the backward ones; 39 the
    auxiliary input; 40..43 and 44..47 the layers' weights for it, a gate each.
    There is no layer normalisation and no integer form. The auxiliary input and
    `merge_outputs` are those of `mopt.bidirectional_sequence_rnn`.
  }];
  let arguments = (ins
    Variadic<Mopt_TensorOrNone>:$inputs,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_F32<"0.0f">:$cell_clip, Mopt_F32<"0.0f">:$proj_clip,
    Mopt_Bool<"false">:$merge_outputs, Mopt_Bool<"true">:$time_major,
    Mopt_Bool<"false">:$asymmetric_quantize_inputs);
  let results = (outs Variadic<Mopt_Tensor>:$outputs);
}

#endif // MOPT_DIALECT_MOPT_IR_RECURRENTOPS_TD
