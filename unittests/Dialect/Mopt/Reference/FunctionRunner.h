//===- FunctionRunner.h - Runs a function given as text ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_DIALECT_MOPT_REFERENCE_FUNCTIONRUNNER_H
#define MOPT_UNITTESTS_DIALECT_MOPT_REFERENCE_FUNCTIONRUNNER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"
#include "mopt/Runtime/Executor.h"

#include "gtest/gtest.h"

#include <random>
#include <string>
#include <vector>

namespace mlir::mopt {

/// One function with its own context, run by the reference executor.
class FunctionRunner {
public:
  /// `body` uses the arguments %arg0, %arg1, ... and ends with a return.
  FunctionRunner(const std::string &arguments, const std::string &results,
                 const std::string &body) {
    DialectRegistry registry;
    registry.insert<MoptDialect, func::FuncDialect, quant::QuantDialect>();
    registerReferenceEvaluators(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    std::string text = "func.func @main(" + arguments + ") -> (" + results +
                       ") {\n" + body + "\n}";
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text;
  }

  /// One op of one result on the arguments: `op` is its mnemonic with the
  /// attributes, such as `add {...}`.
  static FunctionRunner ofOp(const std::string &op,
                             const std::vector<std::string> &operands,
                             const std::string &result) {
    std::string arguments, names, types;
    for (size_t i = 0; i < operands.size(); ++i) {
      std::string separator = i ? ", " : "", name = "%arg" + std::to_string(i);
      arguments += separator + name + ": " + operands[i];
      names += separator + name;
      types += separator + operands[i];
    }
    size_t space = op.find(' ');
    std::string attributes = space == std::string::npos ? "" : op.substr(space);
    return FunctionRunner(arguments, result,
                          "%0 = mopt." + op.substr(0, space) + " " + names +
                              attributes + " : (" + types + ") -> " + result +
                              "\nreturn %0 : " + result);
  }

  /// The elements of the one result.
  template <typename T>
  std::vector<T> run(RequantizeMode mode,
                     const std::vector<HostTensor> &inputs) {
    auto results = tryRun(mode, inputs);
    if (!results) {
      ADD_FAILURE() << llvm::toString(results.takeError());
      return {};
    }
    auto elements = results->front().template as<T>();
    return std::vector<T>(elements.begin(), elements.end());
  }

  /// The message of the error that running must give.
  std::string runForError(const std::vector<HostTensor> &inputs) {
    auto results = tryRun(RequantizeMode::Fixed, inputs);
    if (results)
      return "no error";
    return llvm::toString(results.takeError());
  }

  /// A tensor of the type of argument `i` with these elements.
  template <typename T>
  HostTensor makeInput(unsigned i, const std::vector<T> &values) {
    HostTensor tensor = HostTensor::allocate(
        cast<RankedTensorType>(getFunction().getArgumentTypes()[i]));
    EXPECT_EQ(tensor.getBytes().size(), values.size() * sizeof(T));
    llvm::copy(values, tensor.asMutable<T>().begin());
    return tensor;
  }

  MLIRContext *getContext() { return &context; }

private:
  func::FuncOp getFunction() { return *module->getOps<func::FuncOp>().begin(); }

  llvm::Expected<SmallVector<HostTensor>>
  tryRun(RequantizeMode mode, const std::vector<HostTensor> &inputs) {
    ExecutorOptions options;
    options.requantize = mode;
    auto executor = createReferenceExecutor(getFunction(), options);
    if (!executor)
      return executor.takeError();
    return (*executor)->run(inputs);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

/// Scale, zero point and storage of one tensor of a test.
struct TestQuantization {
  float scale;
  int32_t zeroPoint;

  /// `tensor<3x4x!quant.uniform<i8:f32, ...>>`; `storage` is i8, u8, i16, i32.
  std::string type(const std::string &shape, const std::string &storage) const {
    char text[128];
    std::snprintf(text, sizeof(text),
                  "tensor<%sx!quant.uniform<%s:f32, %.16e:%d>>", shape.c_str(),
                  storage.c_str(), double(scale), zeroPoint);
    return text;
  }
};

/// The seeded source of a test's numbers.
class TestNumbers {
public:
  explicit TestNumbers(unsigned seed) : engine(seed) {}

  /// Any values of `T`, both ends among them.
  template <typename T>
  std::vector<T> integers(size_t count) {
    std::uniform_int_distribution<int64_t> distribution(
        std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
    std::vector<T> values(count);
    for (T &value : values)
      value = static_cast<T>(distribution(engine));
    values.front() = std::numeric_limits<T>::min();
    values.back() = std::numeric_limits<T>::max();
    return values;
  }

  /// Parameters whose scale lies within a factor of four of `around`.
  template <typename T>
  TestQuantization quantization(float around) {
    std::uniform_real_distribution<float> exponent(-2.0f, 2.0f);
    std::uniform_int_distribution<int32_t> zero(std::numeric_limits<T>::min(),
                                                std::numeric_limits<T>::max());
    float scale = around * std::exp2(exponent(engine));
    return {scale, sizeof(T) == 1 ? zero(engine) : 0};
  }

private:
  std::mt19937 engine;
};

/// MLIR's name of the storage type that `T` stands for.
template <typename T>
std::string storageName() {
  return (std::is_signed_v<T> ? "i" : "u") + std::to_string(8 * sizeof(T));
}

} // namespace mlir::mopt

#endif // MOPT_UNITTESTS_DIALECT_MOPT_REFERENCE_FUNCTIONRUNNER_H
