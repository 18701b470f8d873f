//===- CustomOptionsTest.cpp - Options of typed custom ops ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RoundTrip.h"
#include "flatbuffers/flexbuffers.h"
#include "tflite_generated.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/Parser/Parser.h"
#include "mopt/Dialect/Mopt/IR/DetectionOps.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

constexpr const char *kModel = R"mlir(
  func.func @main(%b: tensor<1x5x4xf32>, %p: tensor<1x5x3xf32>,
                  %a: tensor<5x4xf32>) -> tensor<1x2x4xf32> {
    %0:4 = mopt.custom %b, %p, %a {custom_code = "TFLite_Detection_PostProcess",
             custom_options = dense<0> : tensor<1xui8>}
         : (tensor<1x5x4xf32>, tensor<1x5x3xf32>, tensor<5x4xf32>)
           -> (tensor<1x2x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>,
               tensor<1xf32>)
    return %0#0 : tensor<1x2x4xf32>
  }
)mlir";

/// A map as a writer may have made it: an int for a float, an entry that is no
/// option, and one that no option can have.
std::vector<uint8_t> makeOptions() {
  flexbuffers::Builder builder;
  builder.Map([&] {
    builder.Int("max_detections", 2);
    builder.Int("max_classes_per_detection", 1);
    builder.Int("num_classes", 3);
    builder.Float("nms_iou_threshold", 0.5f);
    builder.Int("y_scale", 10);
    builder.Bool("_output_quantized", true);
    builder.Vector("_types", [&] { builder.Int(1); });
  });
  builder.Finish();
  return builder.GetBuffer();
}

/// The file of kModel with `options`.
std::string makeModel(MLIRContext &context, ArrayRef<uint8_t> options) {
  auto module = parseSourceString<ModuleOp>(kModel, &context);
  Builder builder(&context);
  auto type = RankedTensorType::get({static_cast<int64_t>(options.size())},
                                    builder.getIntegerType(8, false));
  module->walk([&](CustomOp op) {
    op.setCustomOptionsAttr(DenseElementsAttr::get(type, options));
  });
  return exportToBytes(*module);
}

std::vector<uint8_t> getOptions(const std::string &file) {
  auto *bytes = tflite::GetModel(file.data())
                    ->subgraphs()
                    ->Get(0)
                    ->operators()
                    ->Get(0)
                    ->custom_options();
  return std::vector<uint8_t>(bytes->begin(), bytes->end());
}

DetectionPostProcessOp findOp(ModuleOp module) {
  DetectionPostProcessOp found;
  module.walk([&](DetectionPostProcessOp op) { found = op; });
  return found;
}

TEST(CustomOptionsTest, StayAsTheyAre) {
  MLIRContext context;
  context.loadDialect<MoptDialect, func::FuncDialect>();
  std::vector<uint8_t> options = makeOptions();
  OwningOpRef<ModuleOp> module =
      importBytes(context, makeModel(context, options));
  ASSERT_TRUE(module);
  DetectionPostProcessOp op = findOp(*module);
  ASSERT_TRUE(op);
  EXPECT_EQ(op.getMaxDetections(), 2);
  EXPECT_EQ(op.getDetectionsPerClass(), 100);
  EXPECT_EQ(op.getYScale().convertToFloat(), 10.0f);
  EXPECT_EQ(getOptions(exportToBytes(*module)), options);
}

TEST(CustomOptionsTest, AreWrittenAnewAfterAChange) {
  MLIRContext context;
  context.loadDialect<MoptDialect, func::FuncDialect>();
  OwningOpRef<ModuleOp> module =
      importBytes(context, makeModel(context, makeOptions()));
  ASSERT_TRUE(module);
  findOp(*module).setDetectionsPerClass(7);
  std::vector<uint8_t> written = getOptions(exportToBytes(*module));
  flexbuffers::Map map = flexbuffers::GetRoot(written).AsMap();
  EXPECT_EQ(map["detections_per_class"].AsInt32(), 7);
  EXPECT_EQ(map["max_detections"].AsInt32(), 2);
  EXPECT_EQ(map["y_scale"].AsFloat(), 10.0f);
  EXPECT_TRUE(map["_output_quantized"].AsBool());
  EXPECT_TRUE(map["_types"].IsNull());
}

TEST(CustomOptionsTest, ThatAreNoMapLeaveTheOpAsItIs) {
  MLIRContext context;
  context.loadDialect<MoptDialect, func::FuncDialect>();
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    message += diagnostic.str();
    return success();
  });
  std::vector<uint8_t> options = {1, 2, 3, 4, 5};
  OwningOpRef<ModuleOp> module =
      importBytes(context, makeModel(context, options));
  ASSERT_TRUE(module);
  EXPECT_FALSE(findOp(*module));
  EXPECT_NE(message.find("carried as mopt.custom, because its options are no "
                         "map"),
            std::string::npos)
      << message;
  EXPECT_EQ(getOptions(exportToBytes(*module)), options);
}

} // namespace
