//===- Passes.td - Conversions between dialects -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_PASSES_TD
#define MOPT_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertMoptToLinalgPass
    : Pass<"mopt-convert-mopt-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower mopt ops to linalg.generic on storage types";
  let description = [{
    Every op becomes one `linalg.generic` over the elements of its result. The
    body computes one element from the captured operands (`tensor.extract`);
    reductions are `scf.for` loops with the accumulator as loop-carried value,
    borders are clamped loop bounds instead of padded copies, and bias,
    requantisation and fused activation are part of the body. Quantised tensors
    become tensors of their storage type, unsigned storage signless.

    ```mlir
    %0 = mopt.relu %x : (tensor<4xf32>) -> tensor<4xf32>
    ```
    becomes
    ```mlir
    %e = tensor.empty() : tensor<4xf32>
    %0 = linalg.generic {...} outs(%e : tensor<4xf32>) {
    ^bb0(%out: f32):
      %i = linalg.index 0 : index
      %v = tensor.extract %x[%i] : tensor<4xf32>
      ...
    ```

    An LSTM, whose states change in place, becomes `scf.for` loops over the
    batch and over time on buffers (`bufferization.to_buffer`) instead.

    Control flow becomes `kernel.call`, `kernel.if`, `kernel.while` and
    `kernel.call_once`: functions stay functions. The handle of a variable must be
    the tensor that holds its value by now, as whoever compiles a whole program
    makes it.

    All shapes must be static. The conversion is partial: an op without a
    lowering stays, and `reject-remaining` makes that an error that names every
    such op.
  }];
  let options = [
    Option<"requantize", "requantize", "std::string", /*default=*/"\"\"",
           "arithmetic of requantisation, `float` or `fixed`; empty takes the "
           "module's `mopt.requantize`, float without one">,
    Option<"rejectRemaining", "reject-remaining", "bool", /*default=*/"false",
           "fail if an op of the mopt dialect has no lowering">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::mopt::kernel::KernelDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

def ConvertMoptToGPUPass : Pass<"mopt-convert-mopt-to-gpu", "::mlir::ModuleOp"> {
  let summary = "Write the kernels by which a GPU computes the functions";
  let description = [{
    Every function gets a `gpu.module` of its name with `_kernels` behind it. Ops of
    equal sizes share a kernel: a `gpu.func` over buffers of i32, f32 or vectors of
    four of them, with all sizes baked in; scales, zero points and bounds are in
    memory. The ops stay, and say in `mopt.kernels` what computes them, in this
    order; a reshape needs none. `mopt-translate --to-spirv` lowers the kernels to
    SPIR-V and adds weights, the plan of the memory and the list of dispatches.

    8-bit tensors are stored as signed bytes, uint8 less 128, four in an i32, with
    whole vectors of 16 bytes for a pixel of more than 8 channels; floats in vectors
    of four. Kernels at both ends convert what the caller gives and gets.

    ```mlir
    func.func @main(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
      %0 = mopt.add %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    ```
    becomes
    ```mlir
    func.func @main(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
      %0 = mopt.add %x, %y {mopt.kernels = [@main_kernels::@float_add_0_0_1_1_1_1_1_1]} : ...
    gpu.module @main_kernels {
      gpu.func @float_add_0_0_1_1_1_1_1_1(%arg0: memref<1xvector<4xf32>, ...>, ...) kernel {
        ...
        %sum = arith.addf %a, %b : vector<4xf32>
        %cut = spirv.GL.FMin ...
        memref.store %cut, %arg3[%id] : memref<1xvector<4xf32>, ...>
    ```

    Fails where an op has no kernel: mopt-partition=target=vulkan and
    mopt-outline-partition make functions of those that have.
  }];
  let options = [
    Option<"profile", "profile", "std::string", /*default=*/"\"generic\"",
           "the kind of device whose tiles are taken">,
    Option<"requantize", "requantize", "std::string", /*default=*/"\"\"",
           "arithmetic of requantisation, `float` or `fixed`; empty takes the "
           "module's `mopt.requantize`, float without one">,
    Option<"float16", "float16", "bool", /*default=*/"false",
           "store weights of float convolutions and products as float16">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::spirv::SPIRVDialect"
  ];
}

def ConvertMoptToKernelPass
    : Pass<"mopt-convert-mopt-to-kernel", "::mlir::func::FuncOp"> {
  let summary = "Turn convolutions and matrix products into kernels of a CPU";
  let description = [{
    A `conv_2d`, `depthwise_conv_2d` or `fully_connected` of 8-bit activations with
    constant weights becomes a `kernel` op: weights packed in the order in which the
    code reads them, zero points folded into the bias, the instruction and the
    register tile chosen for the CPU and written down as `#kernel.tile`. A border,
    and whatever else the kernel cannot read in place, becomes a
    `kernel.pack_input`. Values that only kernels touch take the form that the
    instruction wants. Of floats (constant weights, `kernel.float_conv_2d` and
    `kernel.float_depthwise_conv_2d`) nothing is copied: windows at the border
    leave out taps. Ops that no kernel computes stay.

    Weights are looked at for blocks of zeros. Where a kernel that leaves them out
    promises to be a tenth faster or more, it is chosen (`kernel.sparse_conv_2d`,
    `kernel.sparse_float_conv_2d`), with as many channels side by side as pay.
    Float products with scattered zeros, and those of one row whose weights have at
    most 32 values, become kernels on compressed weights where the CPU finds floats
    in a table (`kernel.sparse_float_matmul`, `kernel.palette_float_matmul`).

    ```mlir
    %1 = mopt.fully_connected %0, %w, %b {...}
    ```
    becomes
    ```mlir
    %1 = kernel.conv_2d ins(%0, %packed, %bias, %factors : ...) outs(%e : ...)
        {tile = #kernel.tile<dot = vpdpbusd, lanes = 16, ...>, ...}
    ```
    Types change at the borders through `unrealized_conversion_cast`.
  }];
  let options = [
    Option<"requantize", "requantize", "std::string", /*default=*/"\"\"",
           "arithmetic of requantisation, `float` or `fixed`; empty takes the "
           "module's `mopt.requantize`, float without one">,
    Option<"compute", "compute", "std::string", /*default=*/"\"f32\"",
           "what products of floats are made of, `f32` or `bf16`">,
    Option<"mcpu", "mcpu", "std::string", /*default=*/"\"host\"",
           "LLVM CPU name, `host` for this machine">,
    Option<"triple", "triple", "std::string", /*default=*/"\"\"",
           "target triple; empty for this machine's">,
    Option<"features", "features", "std::string", /*default=*/"\"\"",
           "LLVM features to add to those of the CPU, as `+a,-b`">,
  ];
  let dependentDialects = ["::mlir::mopt::kernel::KernelDialect",
                           "::mlir::tensor::TensorDialect"];
}

def VerifyKernelTargetPass
    : Pass<"mopt-verify-kernel-target", "::mlir::func::FuncOp"> {
  let summary = "Check that a CPU can compute the kernels as they say";
  let description = [{
    Changes nothing. Fails with one error and a note an offender where the
    `#kernel.tile` of a kernel asks for what the CPU does not have:

     1. the instruction `dot`;
     2. vectors of so many `lanes`;
     3. registers for the sums (`vectors` times `pixels`), for weights and input,
        in the innermost loop of a convolution: code that keeps some of them in
        memory takes twice the time;
     4. instructions that narrow `pack` vectors at once;
     5. for recurrent kernels: the `lanes`, and fused multiply-add;

    and where a constant list of blocks of a sparse kernel has a place outside of
    its window or lists that are not in order.

    Code generation runs it after mopt-convert-mopt-to-kernel, with the CPU that it
    generates code for. Run that pass first.
  }];
  let options = [
    Option<"mcpu", "mcpu", "std::string", /*default=*/"\"host\"",
           "LLVM CPU name, `host` for this machine">,
    Option<"triple", "triple", "std::string", /*default=*/"\"\"",
           "target triple; empty for this machine's">,
    Option<"features", "features", "std::string", /*default=*/"\"\"",
           "LLVM features to add to those of the CPU, as `+a,-b`">,
  ];
}

def ConvertKernelToVectorPass
    : Pass<"mopt-convert-kernel-to-vector", "::mlir::ModuleOp"> {
  let summary = "Lower kernels on buffers to loops over vectors";
  let description = [{
    Every kernel becomes a call of a private function of its own, whose buffers do
    not alias: loops over tiles of pixels with the sums in registers, as
    `#kernel.tile` says. Products and narrowing are instructions of the target
    (`llvm.call_intrinsic`); all else is `vector` and `arith`.

    A kernel on tensors, or an instruction in a width that the target lacks, is an
    error.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def ConvertMoptToHVXPass
    : Pass<"mopt-convert-mopt-to-hvx", "::mlir::func::FuncOp"> {
  let summary = "Replace layers on 8-bit images by kernels of Hexagon's vectors";
  let description = [{
    Convolutions, matrix products, additions and means of whole images become
    `kernel.hvx_*` ops on packed constants, to the same bits as the evaluators.
    Images between them are in planes of four channels (`#kernel.planes`), with the
    border that their readers need; `kernel.hvx_pack` and `kernel.hvx_unpack` are
    where other ops read or write them.

    ```mlir
    %1 = mopt.conv_2d %0, %filter, %bias {...}
    ```

    becomes

    ```mlir
    %2 = kernel.hvx_pack ins(%0) outs(%a) {planes = ...}
    %3 = kernel.hvx_conv_2d ins(%2, %weights, %parameters) outs(%b) {...}
    %1 = kernel.hvx_unpack ins(%3) outs(%c) {planes = ...}
    ```

    Ops that no kernel computes stay; a remark says why.
  }];
  let dependentDialects = [
    "::mlir::mopt::kernel::KernelDialect", "::mlir::tensor::TensorDialect"
  ];
  let options = [
    Option<"requantize", "requantize", "std::string", /*default=*/"\"\"",
           "`float` or `fixed`; empty for what the module says">,
  ];
}

def ConvertKernelToHexagonPass
    : Pass<"mopt-convert-kernel-to-hexagon", "::mlir::ModuleOp"> {
  let summary = "Lower kernels of Hexagon's vectors to its instructions";
  let description = [{
    Every `kernel.hvx_*` op on buffers becomes a call of a private function of its
    own, in the LLVM dialect: addresses and counters of 32 bits, loops that LLVM
    makes hardware loops of, HVX instructions as intrinsics.

    ```mlir
    kernel.hvx_conv_2d ins(%0, %w, %p : memref<...>, ...) outs(%1 : memref<...>)
    ```

    becomes

    ```mlir
    func.call @main_hvx_conv_2d(%0, %w, %p, %1)
    ```

    A kernel on tensors is an error.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect"
  ];
}

#endif // MOPT_CONVERSION_PASSES_TD
