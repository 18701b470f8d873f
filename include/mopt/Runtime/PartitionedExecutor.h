//===- PartitionedExecutor.h - A target and the CPU share a model ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_PARTITIONEDEXECUTOR_H
#define MOPT_RUNTIME_PARTITIONEDEXECUTOR_H

#include "mopt/Runtime/Executor.h"
#include "mopt/Transforms/Partition/Partition.h"

#include <functional>

namespace mlir::mopt {

/// What became of one operator of a model.
struct OperatorPlacement {
  /// As in the schema: `CONV_2D`.
  std::string op;
  /// Of its first result; may be empty.
  std::string name;
  /// The name of the target, or `cpu`.
  std::string target;
  /// Why the CPU runs it; empty on the target.
  std::string reason;
  /// What the target says of how it runs it; may be empty.
  std::string note;
};

/// A part of the model that one executor runs.
struct ExecutorPart {
  /// The name of the target, or `cpu`.
  std::string target;
  /// Operators, in order, as `CONV_2D RELU`.
  std::string ops;
  /// Owned by the executor of the whole.
  Executor *executor = nullptr;
  /// Of the last run.
  double microseconds = 0;
};

/// Runs a model whose operators are shared between a target and the CPU.
class PartitionedExecutor : public Executor {
public:
  ~PartitionedExecutor() override = default;

  /// All operators, in the order of the function.
  virtual ArrayRef<OperatorPlacement> getPlacements() const = 0;

  /// What was compiled, in the order of the function.
  virtual ArrayRef<ExecutorPart> getParts() const = 0;
};

/// Compiles a function of operators that the target accepts. An error names
/// what cannot be done and why; the CPU runs the function then.
using CompilePart =
    std::function<llvm::Expected<std::unique_ptr<Executor>>(func::FuncOp)>;

/// Asks `target` for every operator of `func`. If it takes all, `compile` gets
/// the function as it is; else each run of neighbours that it takes becomes a
/// function of its own for `compile`, and each run between them one for
/// createJITExecutor. What has neither is interpreted. Works on a copy of the
/// module of `func`, whose weights must outlive the executor.
llvm::Expected<std::unique_ptr<PartitionedExecutor>>
createPartitionedExecutor(func::FuncOp func, const PartitionTarget &target,
                          const CompilePart &compile,
                          const ExecutorOptions &options);

/// One object an operator: operator, name, target and, on the CPU, the reason,
/// or else the note, if there is one.
llvm::json::Array placementsToJSON(ArrayRef<OperatorPlacement> placements);

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_PARTITIONEDEXECUTOR_H
