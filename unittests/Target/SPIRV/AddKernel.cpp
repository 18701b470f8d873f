//===- AddKernel.cpp - An artifact written by hand --------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AddKernel.h"

#include "mlir/Dialect/SPIRV/IR/SPIRVDialect.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/SPIRV/Serialization.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt;

static constexpr uint32_t kLocalSize = 8;

/// y[i] = x[i] + c[i], x, c and y being the bindings 0, 1 and 2; {0} elements.
/// What is there of c depends on how it is read.
static constexpr char kKernel[] = R"mlir(
spirv.module Logical GLSL450 requires
    #spirv.vce<v1.3, [{capabilities}], [SPV_KHR_storage_buffer_storage_class]> {
  spirv.GlobalVariable @id built_in("GlobalInvocationId")
      : !spirv.ptr<vector<3xi32>, Input>
  spirv.GlobalVariable @x bind(0, 0)
      : !spirv.ptr<!spirv.struct<(!spirv.array<{0} x f32, stride=4> [0])>,
                   StorageBuffer>
  spirv.GlobalVariable @c bind(0, 1) : {c type}
  spirv.GlobalVariable @y bind(0, 2)
      : !spirv.ptr<!spirv.struct<(!spirv.array<{0} x f32, stride=4> [0])>,
                   StorageBuffer>
  spirv.func @add() "None" {
    %idp = spirv.mlir.addressof @id : !spirv.ptr<vector<3xi32>, Input>
    %ids = spirv.Load "Input" %idp : vector<3xi32>
    %i = spirv.CompositeExtract %ids[0 : i32] : vector<3xi32>
    %zero = spirv.Constant 0 : i32
    %x = spirv.mlir.addressof @x
        : !spirv.ptr<!spirv.struct<(!spirv.array<{0} x f32, stride=4> [0])>,
                     StorageBuffer>
    %c = spirv.mlir.addressof @c : {c type}
    %y = spirv.mlir.addressof @y
        : !spirv.ptr<!spirv.struct<(!spirv.array<{0} x f32, stride=4> [0])>,
                     StorageBuffer>
    %xi = spirv.AccessChain %x[%zero, %i]
        : !spirv.ptr<!spirv.struct<(!spirv.array<{0} x f32, stride=4> [0])>,
                     StorageBuffer>, i32, i32 -> !spirv.ptr<f32, StorageBuffer>
    %yi = spirv.AccessChain %y[%zero, %i]
        : !spirv.ptr<!spirv.struct<(!spirv.array<{0} x f32, stride=4> [0])>,
                     StorageBuffer>, i32, i32 -> !spirv.ptr<f32, StorageBuffer>
    %a = spirv.Load "StorageBuffer" %xi : f32
    {load c}
    %sum = spirv.FAdd %a, %b : f32
    spirv.Store "StorageBuffer" %yi, %sum : f32
    spirv.Return
  }
  spirv.EntryPoint "GLCompute" @add, @id
  spirv.ExecutionMode @add "LocalSize", 8, 1, 1
}
)mlir";

static constexpr char kStorage[] =
    "!spirv.ptr<!spirv.struct<(!spirv.array<{0} x f32, stride=4> [0])>, "
    "StorageBuffer>";
static constexpr char kLoadStorage[] = R"mlir(
    %ci = spirv.AccessChain %c[%zero, %i]
        : {c type}, i32, i32 -> !spirv.ptr<f32, StorageBuffer>
    %b = spirv.Load "StorageBuffer" %ci : f32
)mlir";

static constexpr char kTexels[] =
    "!spirv.ptr<!spirv.image<f32, Buffer, NoDepth, NonArrayed, SingleSampled, "
    "NeedSampler, Unknown>, UniformConstant>";
static constexpr char kLoadTexels[] = R"mlir(
    %texels = spirv.Load "UniformConstant" %c
        : !spirv.image<f32, Buffer, NoDepth, NonArrayed, SingleSampled,
                       NeedSampler, Unknown>
    %texel = spirv.ImageFetch %texels, %i
        : !spirv.image<f32, Buffer, NoDepth, NonArrayed, SingleSampled,
                       NeedSampler, Unknown>, i32 -> vector<4xf32>
    %b = spirv.CompositeExtract %texel[0 : i32] : vector<4xf32>
)mlir";

static void replaceAll(std::string &text, llvm::StringRef name,
                       llvm::StringRef value) {
  for (size_t at; (at = text.find(name.str())) != std::string::npos;)
    text.replace(at, name.size(), value.str());
}

static std::vector<uint32_t> serializeKernel(uint32_t n, bool readsTexels) {
  MLIRContext context;
  context.loadDialect<spirv::SPIRVDialect>();
  std::string text = kKernel;
  replaceAll(text, "{capabilities}",
             readsTexels ? "Shader, SampledBuffer" : "Shader");
  replaceAll(text, "{load c}", readsTexels ? kLoadTexels : kLoadStorage);
  replaceAll(text, "{c type}", readsTexels ? kTexels : kStorage);
  replaceAll(text, "{0}", std::to_string(n));
  auto module = parseSourceString<spirv::ModuleOp>(text, &context);
  llvm::SmallVector<uint32_t, 0> words;
  if (!module || failed(spirv::serialize(*module, words)))
    llvm::report_fatal_error("the kernel of the test does not serialize");
  return std::vector<uint32_t>(words.begin(), words.end());
}

SPIRVArtifact mopt::makeAddArtifact(uint32_t n, bool readsTexels) {
  SPIRVArtifact artifact;
  artifact.profile = "generic";
  artifact.vulkanVersion = 1u << 22 | 1u << 12;
  artifact.modules = {{serializeKernel(n, readsTexels)}};

  SPIRVKernel kernel;
  kernel.name = "add " + std::to_string(n);
  kernel.entryPoint = "add";
  kernel.localSize = {kLocalSize, 1, 1};
  kernel.bindings.assign(3, SPIRVBindingKind::StorageBuffer);
  if (readsTexels)
    kernel.bindings[1] = SPIRVBindingKind::TexelsF32;
  artifact.kernels = {kernel};

  uint64_t bytes = n * sizeof(float);
  artifact.constants.resize(bytes);
  for (uint32_t i = 0; i < n; ++i) {
    float value = i + 0.5f;
    std::memcpy(&artifact.constants[i * sizeof(float)], &value, sizeof(float));
  }
  artifact.arenaSize = bytes;
  uint64_t outputOffset = llvm::alignTo(bytes, kSPIRVBufferAlignment);
  artifact.ioSize = outputOffset + bytes;

  SPIRVRange input{SPIRVMemory::Io, 0, bytes};
  SPIRVRange constants{SPIRVMemory::Constants, 0, bytes};
  SPIRVRange arena{SPIRVMemory::Arena, 0, bytes};
  SPIRVRange output{SPIRVMemory::Io, outputOffset, bytes};
  uint32_t groups = n / kLocalSize;
  artifact.dispatches = {
      {0, {groups, 1, 1}, {input, constants, arena}, false, "ADD x", 0},
      {0, {groups, 1, 1}, {arena, constants, output}, true, "ADD y", 0}};
  artifact.inputs = {{"x", {1, n}, SPIRVElementType::Float32, 0, 0, input}};
  artifact.outputs = {{"y", {1, n}, SPIRVElementType::Float32, 0, 0, output}};
  return artifact;
}
