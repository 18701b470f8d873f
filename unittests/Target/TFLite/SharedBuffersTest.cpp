//===- SharedBuffersTest.cpp - Buffers in the same bytes --------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RoundTrip.h"

#include "tflite_generated.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::mopt;

/// A model of three buffers that share one vector: of two tensors and of none.
static std::string makeModel() {
  flatbuffers::FlatBufferBuilder builder;
  auto data = builder.CreateVector(std::vector<uint8_t>{1, 2, 3, 4});
  std::vector<flatbuffers::Offset<tflite::Buffer>> buffers = {
      tflite::CreateBuffer(builder)};
  for (int i = 0; i < 3; ++i)
    buffers.push_back(tflite::CreateBuffer(builder, data));
  std::vector<flatbuffers::Offset<tflite::Tensor>> tensors;
  std::vector<int32_t> shape = {4}, outputs = {0, 1};
  for (uint32_t buffer : {1, 2})
    tensors.push_back(tflite::CreateTensorDirect(
        builder, &shape, tflite::TensorType::INT8, buffer, "t"));
  std::vector<flatbuffers::Offset<tflite::SubGraph>> graphs = {
      tflite::CreateSubGraphDirect(builder, &tensors, nullptr, &outputs)};
  tflite::FinishModelBuffer(
      builder, tflite::CreateModelDirect(builder, 3, nullptr, &graphs, nullptr,
                                         &buffers));
  return std::string(reinterpret_cast<const char *>(builder.GetBufferPointer()),
                     builder.GetSize());
}

/// They are one buffer to every reader, and after a round trip in the file too.
TEST(SharedBuffers, AreOneResource) {
  DialectRegistry registry;
  registerTFLiteDialects(registry);
  MLIRContext context(registry), again(registry);
  OwningOpRef<ModuleOp> module = importBytes(context, makeModel());
  ASSERT_TRUE(module);
  std::string exported = exportToBytes(*module);
  EXPECT_EQ(tflite::GetModel(exported.data())->buffers()->size(), 2u);
  OwningOpRef<ModuleOp> second = importBytes(again, exported);
  ASSERT_TRUE(second);
  EXPECT_EQ(print(*module), print(*second));
}
