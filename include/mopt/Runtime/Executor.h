//===- Executor.h - Something that runs a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_EXECUTOR_H
#define MOPT_RUNTIME_EXECUTOR_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Dialect/Mopt/Reference/HostTensor.h"
#include "mopt/Runtime/ComputeType.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt {

class ThreadPool;

/// A model ready to run on some device. State (variables) lives in the
/// executor from run to run until `resetState`. One executor serves one thread;
/// `clone` gives another thread its own state over the same code and weights.
class Executor {
public:
  virtual ~Executor() = default;

  /// Types of the inputs and results, in the order of the function.
  virtual FunctionType getFunctionType() const = 0;

  /// Runs once. `inputs` match the function's argument types (storage form);
  /// returns one tensor per result, valid until the next run or for as long as
  /// the caller keeps them (they are owned by the result).
  virtual llvm::Expected<SmallVector<HostTensor>>
  run(ArrayRef<HostTensor> inputs) = 0;

  /// Sets every variable back to zero (its zero point).
  virtual void resetState() = 0;

  virtual std::unique_ptr<Executor> clone() const = 0;
};

/// How executors are made: which arithmetic, and for compiled ones which CPU.
struct ExecutorOptions {
  /// Overrides the module's `mopt.requantize`; its default is `Float`.
  std::optional<RequantizeMode> requantize;
  /// LLVM CPU name, "host" = the machine this runs on.
  std::string mcpu = "host";
  /// Compiled executors: what products of floats are made of. Fails for BF16
  /// on a CPU without such products.
  ComputeType compute = ComputeType::F32;
  /// Compiled executors: fail where an op has no lowering, in place of running
  /// it with its evaluator.
  bool compileWhole = false;
  /// Compiled executors: threads that share one run; without it one thread
  /// does all. Clones do not share it.
  std::shared_ptr<ThreadPool> pool;
  /// With a pool: share also what is too small to pay. For tests.
  bool shareEverything = false;
};

/// Interprets the ops with their reference evaluators. Lives in
/// MoptReference. `func` (and its module) must outlive the executor and must
/// not change.
llvm::Expected<std::unique_ptr<Executor>>
createReferenceExecutor(func::FuncOp func, const ExecutorOptions &options);

/// Compiles with MoptToLinalg and LLVM and runs the machine code in process;
/// ops that have no lowering (control flow, resources, shapes that depend on
/// data) run with their evaluators between compiled parts. Fails, naming the
/// ops, where one has neither. Lives in MoptTargetCPU. Works on a copy of the
/// IR (weights are shared, not copied); the weights' module must outlive the
/// executor.
llvm::Expected<std::unique_ptr<Executor>>
createJITExecutor(func::FuncOp func, const ExecutorOptions &options);

/// createJITExecutor where every op can be compiled, else
/// createReferenceExecutor, both with their defaults. What the compiler says
/// about an op that it cannot lower is no diagnostic: the first error of it is
/// stored as `whyInterpreted`, which stays empty where the function is
/// compiled. Lives in MoptTargetCPU.
llvm::Expected<std::unique_ptr<Executor>>
createFastestExecutor(func::FuncOp func, std::string *whyInterpreted = nullptr);

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_EXECUTOR_H
