//===- ExternalBuffersTest.cpp - Data behind the flatbuffer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RoundTrip.h"
#include "tflite_generated.h"

#include "mlir/Parser/Parser.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::mopt;

static constexpr llvm::StringLiteral kModel = R"(
module {
  func.func @main() -> (tensor<3xi8>, tensor<2xi32>, tensor<3xi8>) {
    %0 = mopt.const {mopt.tensors = [#mopt.tensor<name = "a">],
                     value = dense_resource<t0> : tensor<3xi8>} : () -> tensor<3xi8>
    %1 = mopt.const {mopt.tensors = [#mopt.tensor<name = "b">],
                     value = dense_resource<t1> : tensor<2xi32>} : () -> tensor<2xi32>
    return %0, %1, %0 : tensor<3xi8>, tensor<2xi32>, tensor<3xi8>
  }
}
{-#
  dialect_resources: {
    builtin: {
      t0: "0x10000000010203",
      t1: "0x10000000FFFFFFFF00000080"
    }
  }
#-}
)";

/// Files of more than 2 GiB keep their data outside the flatbuffer; a lower
/// limit does the same to a small one.
TEST(ExternalBuffers, RoundTrip) {
  DialectRegistry registry;
  registerTFLiteDialects(registry);
  MLIRContext context(registry), second, third;
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(kModel, ParserConfig(&context));
  ASSERT_TRUE(module);
  TFLiteExportOptions options;
  options.maxInlineBytes = 1;
  std::string outside = exportToBytes(*module, options);
  std::string inside = exportToBytes(*module);
  ASSERT_FALSE(outside.empty());

  const tflite::Model *model = tflite::GetModel(outside.data());
  ASSERT_EQ(model->buffers()->size(), 3u);
  const tflite::Buffer *first = model->buffers()->Get(1);
  const tflite::Buffer *last = model->buffers()->Get(2);
  EXPECT_EQ(first->data(), nullptr);
  EXPECT_EQ(first->size(), 3u);
  EXPECT_EQ(first->offset() % 16, 0u);
  EXPECT_EQ(last->offset() % 16, 0u);
  EXPECT_EQ(outside.substr(first->offset(), 3), std::string("\1\2\3"));
  EXPECT_EQ(last->offset() + last->size(), outside.size());

  OwningOpRef<ModuleOp> fromOutside = importBytes(second, outside);
  OwningOpRef<ModuleOp> fromInside = importBytes(third, inside);
  ASSERT_TRUE(fromOutside && fromInside);
  EXPECT_EQ(print(*fromOutside), print(*fromInside));
}

TEST(ExternalBuffers, RangeOutsideTheFileIsRefused) {
  DialectRegistry registry;
  registerTFLiteDialects(registry);
  MLIRContext context(registry);
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(kModel, ParserConfig(&context));
  ASSERT_TRUE(module);
  TFLiteExportOptions options;
  options.maxInlineBytes = 1;
  std::string bytes = exportToBytes(*module, options);
  std::string message;
  ScopedDiagnosticHandler capture(&context, [&](Diagnostic &diagnostic) {
    message = diagnostic.str();
    return success();
  });
  bytes.pop_back();
  EXPECT_FALSE(importBytes(context, bytes));
  EXPECT_NE(message.find("buffer 2 lies at ["), std::string::npos) << message;
  EXPECT_NE(message.find("outside the file"), std::string::npos) << message;
}
