//===- LayerwiseModel.h - A model whose layers can be exchanged -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_ACCURACY_LAYERWISEMODEL_H
#define MOPT_TRANSFORMS_ACCURACY_LAYERWISEMODEL_H

#include "mlir/IR/OwningOpRef.h"
#include "mopt/Runtime/Executor.h"

namespace mlir::mopt {

/// A function cut into its ops, each compiled alone. What an op computes can
/// then be exchanged, and only what depends on it has to run again: trying
/// another form of every layer costs one more compilation of the model and, for
/// each layer, half a run, where compiling the model anew for each would take
/// minutes.
class LayerwiseModel {
public:
  /// Compiles every op of `func`; one that cannot be compiled is interpreted.
  /// Fails where a value that passes between ops is no tensor of known shape,
  /// or where several ops share state. The weights are those of the function's
  /// module, which must outlive the result and must not change.
  static llvm::Expected<LayerwiseModel> create(func::FuncOp func);

  /// The ops that compute, in program order.
  ArrayRef<Operation *> getOps() const { return ops; }

  /// An executor for another form of op `index`: `change` gets a module with
  /// one function that holds nothing but the op and its constants. Null where
  /// `change` makes no difference (it returns false); what it reports is
  /// dropped.
  llvm::Expected<std::unique_ptr<Executor>>
  compileVariant(unsigned index,
                 llvm::function_ref<FailureOr<bool>(ModuleOp)> change);

  /// Executors for one thread.
  class Worker;

private:
  struct Piece {
    /// Numbers of the values that the op reads and writes.
    SmallVector<unsigned> inputs, results;
    std::unique_ptr<Executor> executor;
  };

  func::FuncOp func;
  SmallVector<Operation *> ops;
  std::vector<Piece> pieces;
  /// The modules that executors borrow weights from.
  std::vector<OwningOpRef<ModuleOp>> modules;
  /// Numbers of the function's results, and of every value.
  SmallVector<unsigned> outputs;
  DenseMap<Value, unsigned> numbers;
};

/// One thread's executors and values. The model must outlive it.
class LayerwiseModel::Worker {
public:
  explicit Worker(const LayerwiseModel &model);

  /// Runs the whole function and keeps every value.
  llvm::Error run(ArrayRef<HostTensor> inputs);

  /// An op that another executor is to compute.
  using Exchange = std::pair<unsigned, Executor *>;

  /// Runs again what depends on the exchanged ops (in program order) and
  /// returns the function's results; the values that `run` kept stay.
  llvm::Expected<SmallVector<HostTensor>>
  runExchanged(ArrayRef<Exchange> exchanges);

  /// The results of the last `run`.
  SmallVector<HostTensor> getOutputs() const;
  /// The results of op `index`, of the last `run` and `runExchanged`.
  SmallVector<HostTensor> getResults(unsigned index) const;
  SmallVector<HostTensor> getExchangedResults(unsigned index) const;

private:
  llvm::Error runPiece(unsigned index, Executor &executor,
                       llvm::function_ref<HostTensor(unsigned)> read,
                       std::vector<HostTensor> &written);

  const LayerwiseModel &model;
  std::vector<std::unique_ptr<Executor>> executors;
  /// By number; null in `changed`: as in `values`.
  std::vector<HostTensor> values, changed;
};

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_ACCURACY_LAYERWISEMODEL_H
