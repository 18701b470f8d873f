// A float LSTM whose two states are variables; the weights are inputs. The state
// begins as zero and goes on from run to run.
func.func @main(
    %x: tensor<2x3x3xf32>, %wi: tensor<4x3xf32>, %wf: tensor<4x3xf32>,
    %wc: tensor<4x3xf32>, %wo: tensor<4x3xf32>, %ri: tensor<4x4xf32>,
    %rf: tensor<4x4xf32>, %rc: tensor<4x4xf32>, %ro: tensor<4x4xf32>,
    %bi: tensor<4xf32>, %bf: tensor<4xf32>, %bc: tensor<4xf32>,
    %bo: tensor<4xf32>) -> tensor<2x3x4xf32> {
  %none = mopt.no_value : () -> none
  %h = mopt.variable : () -> tensor<2x4xf32>
  %c = mopt.variable : () -> tensor<2x4xf32>
  %0 = mopt.unidirectional_sequence_lstm %x, %wi, %wf, %wc, %wo, %ri, %rf, %rc, %ro, %none, %none, %none, %bi, %bf, %bc, %bo, %none, %none, %h, %c, %none, %none, %none, %none {fused_activation_function = #mopt.activation<TANH>, cell_clip = 0.0 : f32, proj_clip = 0.0 : f32}
    : (tensor<2x3x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, none, none, none, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, none, none, tensor<2x4xf32>, tensor<2x4xf32>, none, none, none, none)
    -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}
