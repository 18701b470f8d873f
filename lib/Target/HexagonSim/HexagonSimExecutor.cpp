//===- HexagonSimExecutor.cpp - Hexagon code in an emulator -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The model becomes a program, which QEMU runs. One process computes sample
// after sample, as they come through pipes; where the state begins anew, so
// does the process.
//
//===----------------------------------------------------------------------===//

#include "PipedProcess.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Target/CPU/CompileAhead.h"
#include "mopt/Target/Hexagon/Architecture.h"
#include "mopt/Target/Hexagon/Link.h"
#include "mopt/Target/Hexagon/PartitionTarget.h"
#include "mopt/Target/Hexagon/Simulator.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Expected;

namespace {

/// What clones share.
struct SimulatedProgram {
  FunctionType type;
  std::string name;
  bool hasState;
  std::string emulator;
  TemporaryFile file;
};

class HexagonSimExecutor : public Executor {
public:
  explicit HexagonSimExecutor(std::shared_ptr<const SimulatedProgram> program)
      : program(std::move(program)) {}

  FunctionType getFunctionType() const override { return program->type; }
  Expected<SmallVector<HostTensor>> run(ArrayRef<HostTensor> inputs) override;
  void resetState() override {
    if (program->hasState)
      process.reset();
  }
  std::unique_ptr<Executor> clone() const override {
    return std::make_unique<HexagonSimExecutor>(program);
  }

private:
  std::shared_ptr<const SimulatedProgram> program;
  /// From the first run on.
  std::unique_ptr<PipedProcess> process;
};

/// A function of which all ops are in one program.
class WholeExecutor : public PartitionedExecutor {
public:
  WholeExecutor(std::unique_ptr<Executor> whole, func::FuncOp func,
                const PartitionTarget &target)
      : executor(std::move(whole)) {
    std::string ops;
    for (Operation &op : func.getOps()) {
      if (!isModelOperator(&op))
        continue;
      OperatorPlacement placement;
      placement.op = getOperatorName(&op);
      if (op.getNumResults())
        placement.name = getTensorName(op.getResult(0)).str();
      placement.target = kHexagonTarget.str();
      placement.note = target.describe(&op);
      ops += (ops.empty() ? "" : " ") + placement.op;
      placements.push_back(std::move(placement));
    }
    parts.push_back({kHexagonTarget.str(), std::move(ops), executor.get(), 0});
  }
  explicit WholeExecutor(std::unique_ptr<Executor> whole)
      : executor(std::move(whole)) {}

  FunctionType getFunctionType() const override {
    return executor->getFunctionType();
  }
  Expected<SmallVector<HostTensor>> run(ArrayRef<HostTensor> inputs) override {
    return executor->run(inputs);
  }
  void resetState() override { executor->resetState(); }
  std::unique_ptr<Executor> clone() const override {
    return std::make_unique<WholeExecutor>(executor->clone());
  }
  ArrayRef<OperatorPlacement> getPlacements() const override {
    return placements;
  }
  ArrayRef<ExecutorPart> getParts() const override { return parts; }

private:
  std::unique_ptr<Executor> executor;
  std::vector<OperatorPlacement> placements;
  std::vector<ExecutorPart> parts;
};

} // namespace

Expected<SmallVector<HostTensor>>
HexagonSimExecutor::run(ArrayRef<HostTensor> inputs) {
  ArrayRef<Type> types = program->type.getInputs();
  if (inputs.size() != types.size())
    return llvm::createStringError(
        llvm::formatv("function @{0} takes {1} inputs, {2} given",
                      program->name, types.size(), inputs.size()));
  for (auto [i, type] : llvm::enumerate(types)) {
    uint64_t bytes = *getStorageBytes(cast<RankedTensorType>(type));
    if (inputs[i].getBytes().size() != bytes)
      return llvm::createStringError(
          llvm::formatv("input {0} of @{1} has {2} bytes, {3} are needed", i,
                        program->name, inputs[i].getBytes().size(), bytes));
  }
  SmallVector<HostTensor> results;
  for (Type type : program->type.getResults())
    results.push_back(HostTensor::allocate(cast<RankedTensorType>(type)));

  if (!process || types.empty()) {
    // QEMU 7.2 knows v67 only, and takes code for later ones as that.
    const std::string line[] = {program->emulator, "-cpu", "v67",
                                program->file.getPath().str()};
    auto started = PipedProcess::start(line, inputs.size(), results.size());
    if (!started)
      return started.takeError();
    process = std::move(*started);
  }
  bool isGood = true;
  for (auto [i, input] : llvm::enumerate(inputs))
    isGood = isGood && process->write(i, input.getBytes());
  for (auto [i, result] : llvm::enumerate(results))
    isGood = isGood && process->read(i, result.getMutableBytes());
  if (isGood)
    return results;
  std::string reason = process->wait();
  process.reset();
  return llvm::createStringError("the emulator of Hexagon did not compute @" +
                                 program->name + ": " + reason);
}

/// Without an emulator or a linker, or for other processors, the CPU would run
/// everything.
static Expected<std::string> findEmulator(StringRef mcpu) {
  if (llvm::Error error = getHexagonFeatures(mcpu).takeError())
    return std::move(error);
  std::string emulator = findTool({"qemu-hexagon"});
  if (emulator.empty())
    return llvm::createStringError(
        "no emulator of Hexagon: 'qemu-hexagon' is not on the PATH; it is part "
        "of the package qemu-user");
  if (llvm::Error error = findHexagonLinker().takeError())
    return std::move(error);
  return emulator;
}

static Expected<std::unique_ptr<Executor>>
createWholeExecutor(func::FuncOp func, StringRef emulator,
                    const CompileOptions &options) {
  auto program = std::make_shared<SimulatedProgram>();
  program->emulator = emulator;
  Expected<CompiledArtifact> compiled = compileAhead(func, options);
  if (!compiled)
    return compiled.takeError();
  program->type = func.getFunctionType();
  program->name = func.getName().str();
  program->hasState = compiled->stateBytes > 0;
  if (llvm::Error error =
          program->file.create("elf", StringRef(compiled->artifact.data(),
                                                compiled->artifact.size())))
    return std::move(error);
  if (std::error_code code = llvm::sys::fs::setPermissions(
          program->file.getPath(), llvm::sys::fs::owner_all))
    return llvm::createStringError("cannot make '" + program->file.getPath() +
                                   "' a program: " + code.message());
  return std::make_unique<HexagonSimExecutor>(std::move(program));
}

Expected<std::unique_ptr<PartitionedExecutor>>
mopt::createHexagonSimExecutor(func::FuncOp func,
                               const ExecutorOptions &options) {
  CompileOptions compilation;
  compilation.kind = ArtifactKind::Program;
  compilation.mcpu =
      options.mcpu == "host" ? kDefaultHexagonCPU.str() : options.mcpu;
  compilation.requantize = getRequantizeMode(func, options);
  compilation.compute = options.compute;
  Expected<std::string> emulator = findEmulator(compilation.mcpu);
  if (!emulator)
    return emulator.takeError();
  auto compile = [&](func::FuncOp part) {
    return createWholeExecutor(part, *emulator, compilation);
  };
  std::unique_ptr<PartitionTarget> target =
      createHexagonTarget(compilation.requantize);
  Expected<std::unique_ptr<Executor>> whole = compile(func);
  if (whole)
    return std::make_unique<WholeExecutor>(std::move(*whole), func, *target);
  if (options.compileWhole)
    return whole.takeError();
  llvm::consumeError(whole.takeError());
  // The CPU has processors of its own.
  ExecutorOptions host = options;
  host.mcpu = "host";
  return createPartitionedExecutor(func, *target, compile, host);
}
