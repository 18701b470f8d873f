//===- TestLayer.h - Layers that tests are made of -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_TARGET_CPU_TESTLAYER_H
#define MOPT_UNITTESTS_TARGET_CPU_TESTLAYER_H

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mopt/InitAll.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FormatVariadic.h"

#include "gtest/gtest.h"

#include <cstdint>
#include <random>
#include <string>

namespace mlir::mopt {

/// One layer: the size of the input, window, strides, dilations.
struct TestLayer {
  const char *op;
  int64_t batch, height, width, channels, outputs;
  int64_t rows = 1, columns = 1, stride = 1, dilation = 1;
  bool same = true;
  const char *activation = "NONE";

  /// Rows or columns of the result, for those of the input and the window.
  int64_t getSize(int64_t input, int64_t taps) const {
    int64_t span = (taps - 1) * dilation + 1;
    int64_t room = same ? input : input - span + 1;
    return (room + stride - 1) / stride;
  }

  bool isProduct() const { return llvm::StringRef(op) == "fully_connected"; }
  bool isDepthwise() const {
    return llvm::StringRef(op) == "depthwise_conv_2d";
  }

  llvm::SmallVector<int64_t> getInputShape() const {
    if (isProduct())
      return {batch, channels};
    return {batch, height, width, channels};
  }
  llvm::SmallVector<int64_t> getOutputShape() const {
    if (isProduct())
      return {batch, outputs};
    return {batch, getSize(height, rows), getSize(width, columns), outputs};
  }
  llvm::SmallVector<int64_t> getFilterShape() const {
    if (isProduct())
      return {outputs, channels};
    if (isDepthwise())
      return {1, rows, columns, outputs};
    return {outputs, rows, columns, channels};
  }

  /// The attributes of the op, as text.
  std::string printAttributes() const {
    std::string text = llvm::formatv(
        "fused_activation_function = #mopt.activation<{0}>", activation);
    if (!isProduct())
      text +=
          llvm::formatv(", padding = #mopt.padding<{0}>, stride_h = {1} : i32, "
                        "stride_w = {1} : i32, dilation_h_factor = {2} : i32, "
                        "dilation_w_factor = {2} : i32",
                        same ? "SAME" : "VALID", stride, dilation);
    return text;
  }
};

/// The type of a tensor, as text.
inline std::string printTensorType(llvm::ArrayRef<int64_t> shape,
                                   llvm::StringRef element) {
  std::string text = "tensor<";
  for (int64_t dim : shape)
    text += std::to_string(dim) + "x";
  return text + element.str() + ">";
}

/// Tests with every dialect at hand that draw what they compute on.
template <typename Param>
class LayerTest : public testing::TestWithParam<Param> {
protected:
  LayerTest() {
    DialectRegistry registry;
    registerAllMopt(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  MLIRContext context{MLIRContext::Threading::DISABLED};
  std::mt19937 random{17};
};

} // namespace mlir::mopt

#endif // MOPT_UNITTESTS_TARGET_CPU_TESTLAYER_H
