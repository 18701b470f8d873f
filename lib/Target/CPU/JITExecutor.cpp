//===- JITExecutor.cpp - Compiled execution in process -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ArenaPlanner.h"
#include "CodeGenerator.h"
#include "LowerToLLVM.h"
#include "PartlyCompiled.h"
#include "Program.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Runtime/Executor.h"
#include "mopt/Runtime/ThreadPool.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

template <typename... Args>
static Error makeError(const char *format, Args &&...args) {
  return llvm::createStringError(
      llvm::formatv(format, std::forward<Args>(args)...).str());
}

static std::string printType(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

namespace {

/// What clones share: code, weights, and the types of everything passed.
struct CompiledProgram : Program {
  CompiledFunction code;
};

class JITExecutor : public Executor {
public:
  explicit JITExecutor(std::shared_ptr<const CompiledProgram> program,
                       std::shared_ptr<ThreadPool> pool = nullptr)
      : program(std::move(program)), pool(std::move(pool)) {
    auto i8 = IntegerType::get(this->program->type.getContext(), 8);
    arena = HostTensor::allocate(
        RankedTensorType::get({this->program->code.arenaBytes}, i8));
    for (RankedTensorType type : this->program->variables)
      variables.push_back(HostTensor::allocate(type));
    resetState();
  }

  FunctionType getFunctionType() const override { return program->type; }

  Expected<SmallVector<HostTensor>> run(ArrayRef<HostTensor> inputs) override;

  void resetState() override {
    for (HostTensor &tensor : variables)
      fillWithInitialState(tensor);
  }

  std::unique_ptr<Executor> clone() const override {
    return std::make_unique<JITExecutor>(program);
  }

private:
  std::shared_ptr<const CompiledProgram> program;
  std::shared_ptr<ThreadPool> pool;
  HostTensor arena;
  SmallVector<HostTensor> variables;
};

} // namespace

Expected<SmallVector<HostTensor>>
JITExecutor::run(ArrayRef<HostTensor> inputs) {
  ArrayRef<Type> types = program->type.getInputs();
  if (inputs.size() != types.size())
    return makeError("function @{0} takes {1} inputs, {2} given", program->name,
                     types.size(), inputs.size());
  SmallVector<void *> addresses;
  auto pass = [&](ArrayRef<char> bytes) {
    addresses.push_back(const_cast<char *>(bytes.data()));
  };
  for (auto [i, type] : llvm::enumerate(types)) {
    auto tensor = cast<RankedTensorType>(type);
    uint64_t bytes = *getStorageBytes(tensor);
    if (inputs[i].getBytes().size() != bytes)
      return makeError("input {0} of @{1} has {2} bytes, {3} needs {4}", i,
                       program->name, inputs[i].getBytes().size(),
                       printType(type), bytes);
    pass(inputs[i].getBytes());
  }
  for (const HostTensor &weight : program->weights)
    pass(weight.getBytes());
  for (HostTensor &variable : variables)
    pass(variable.getBytes());
  SmallVector<HostTensor> results;
  for (Type type : program->type.getResults()) {
    results.push_back(HostTensor::allocate(cast<RankedTensorType>(type)));
    pass(results.back().getBytes());
  }
  pass(arena.getBytes());
  if (pool)
    program->code.runParallel(addresses.data(),
                              reinterpret_cast<void *>(&ThreadPool::callback),
                              pool.get());
  else
    program->code.run(addresses.data());
  return results;
}

static Sharing getSharing(const ExecutorOptions &options) {
  if (!options.pool)
    return Sharing::None;
  return options.shareEverything ? Sharing::Everything : Sharing::Worthwhile;
}

Expected<std::unique_ptr<Executor>>
mopt::createCallingExecutor(func::FuncOp func, const ExecutorOptions &options,
                            HostCalls calls) {
  registerCodeGeneration(func.getContext());
  auto program = std::make_shared<CompiledProgram>();
  RequantizeMode mode = getRequantizeMode(func, options);
  Expected<OwningOpRef<ModuleOp>> module =
      separateData(func, *program, mode, options.mcpu, options.compute,
                   /*numbered=*/calls.mark != nullptr);
  if (!module)
    return module.takeError();
  Expected<CompiledFunction> code = compileFunction(
      module->get(), mode, options.mcpu, calls, getSharing(options));
  if (!code)
    return makeError("cannot compile @{0}: {1}", func.getName(),
                     llvm::toString(code.takeError()));
  program->code = std::move(*code);
  return std::make_unique<JITExecutor>(std::move(program), options.pool);
}

Expected<std::unique_ptr<Executor>>
mopt::createCompiledExecutor(func::FuncOp func,
                             const ExecutorOptions &options) {
  return createCallingExecutor(func, options, {});
}

Expected<std::unique_ptr<Executor>>
mopt::createObservedExecutor(func::FuncOp func, const ExecutorOptions &options,
                             ObserveFunction observe) {
  HostCalls calls;
  calls.observe = observe;
  return createCallingExecutor(func, options, calls);
}

Expected<std::unique_ptr<Executor>>
mopt::createJITExecutor(func::FuncOp func, const ExecutorOptions &options) {
  Expected<std::unique_ptr<Executor>> whole =
      createCompiledExecutor(func, options);
  if (whole || options.compileWhole)
    return whole;
  Expected<std::unique_ptr<Executor>> parts =
      createPartlyCompiledExecutor(func, options);
  if (parts && !*parts)
    return whole.takeError();
  llvm::consumeError(whole.takeError());
  return parts;
}
