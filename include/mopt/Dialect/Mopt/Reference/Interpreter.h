//===- Interpreter.h - Runs functions op by op -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_REFERENCE_INTERPRETER_H
#define MOPT_DIALECT_MOPT_REFERENCE_INTERPRETER_H

#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Runtime/Executor.h"

#include <functional>

namespace mlir::mopt {

/// Called after every op that computes something, with its results. The
/// tensors may be kept; they share the bytes and are not changed afterwards.
using EvaluationObserver =
    std::function<void(Operation *op, ArrayRef<HostTensor> results)>;

/// createReferenceExecutor with an observer, for calibration and debugging. An
/// op in a function that is called twice is observed twice.
llvm::Expected<std::unique_ptr<Executor>>
createReferenceExecutor(func::FuncOp func, const ExecutorOptions &options,
                        EvaluationObserver observer);

/// Executors of functions that the interpreter calls instead of interpreting
/// them, by func::FuncOp.
using CalleeExecutors = DenseMap<Operation *, std::unique_ptr<Executor>>;

/// createReferenceExecutor of a function that calls others which are compiled.
llvm::Expected<std::unique_ptr<Executor>>
createReferenceExecutor(func::FuncOp func, const ExecutorOptions &options,
                        CalleeExecutors callees);

/// The value of a constant: a view of its blob where the blob holds all
/// elements, a copy for splats, inline sub-byte values and sparse encodings,
/// which become dense. Fails where the value lies in a resource that is not
/// loaded or where a sparse encoding is malformed.
llvm::Expected<HostTensor> getConstantTensor(ConstOp op);

/// The same for an operand; an empty tensor if it is no constant, or cannot be
/// read.
HostTensor getConstantBytes(Value value);

/// The elements of a constant operand of any integer type; std::nullopt if it
/// is not a constant.
std::optional<SmallVector<int64_t>> getConstantIntegers(Value value);

/// What a variable holds before the first run, as in TFLite: int8 tensors their
/// zero point, all others bytes of zero, uint8 ones too.
void fillWithInitialState(HostTensor &tensor);

/// The requantisation arithmetic that `options` and the module of `op` choose.
RequantizeMode getRequantizeMode(Operation *op, const ExecutorOptions &options);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_INTERPRETER_H
