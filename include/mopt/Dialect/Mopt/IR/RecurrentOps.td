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

def Mopt_UnidirectionalSequenceLSTMOp
    : Mopt_TypedOp<"unidirectional_sequence_lstm",
        "UnidirectionalSequenceLSTMOptions",
        "QuantSpec(ScaleRule::Free, {OperandRole::Activation, OperandRole::Other})"
        ".int8(1).hybrid(2)", [Mopt_WeightedOp]> {
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
  let hasVerifier = 1;
  let extraClassDeclaration = typedOpDeclaration # [{
    ::llvm::SmallVector<unsigned> getWeightOperands() {
      return {1, 2, 3, 4, 5, 6, 7, 8, 16};
    }
    int64_t getOutputChannelAxis() { return 0; }
    int64_t getInputChannelAxis() { return 1; }
    int32_t getMinVersion();
  }];
}

#endif // MOPT_DIALECT_MOPT_IR_RECURRENTOPS_TD
