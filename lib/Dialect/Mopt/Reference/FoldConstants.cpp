//===- FoldConstants.cpp - Computing what is known -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/FoldConstants.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

using namespace mlir;
using namespace mlir::mopt;

/// The values of the operands; std::nullopt if one is not known.
static std::optional<SmallVector<HostTensor>> getOperands(Operation *op) {
  SmallVector<HostTensor> tensors;
  bool hasConstant = false;
  for (Value operand : op->getOperands()) {
    if (isa<NoneType>(operand.getType())) {
      tensors.push_back({});
      continue;
    }
    tensors.push_back(getConstantBytes(operand));
    if (!tensors.back())
      return std::nullopt;
    hasConstant = true;
  }
  if (!hasConstant)
    return std::nullopt;
  return tensors;
}

/// Tensors for the results; std::nullopt if their size is not known.
static std::optional<SmallVector<HostTensor>> makeResults(Operation *op) {
  SmallVector<HostTensor> tensors;
  for (Type type : op->getResultTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !getStorageBytes(tensor))
      return std::nullopt;
    tensors.push_back(HostTensor::allocate(tensor));
  }
  return tensors;
}

static bool fold(Operation *op, RequantizeMode mode) {
  auto evaluable = dyn_cast<EvaluableOp>(op);
  if (!evaluable || isa<ConstOp>(op) || !isMemoryEffectFree(op) ||
      op->getNumResults() == 0)
    return false;
  std::optional<SmallVector<HostTensor>> inputs = getOperands(op);
  if (!inputs)
    return false;
  std::optional<SmallVector<HostTensor>> outputs = makeResults(op);
  if (!outputs)
    return false;
  // What cannot be computed now fails, with its message, when the model runs.
  ScopedDiagnosticHandler silence(op->getContext(),
                                  [](Diagnostic &) { return success(); });
  EvalContext context(*inputs, *outputs, mode);
  if (failed(evaluable.evaluate(context)))
    return false;

  OpBuilder builder(op);
  for (auto [result, tensor] : llvm::zip_equal(op->getResults(), *outputs)) {
    ArrayRef<char> bytes = tensor.getBytes();
    AsmResourceBlob blob = allocateConstBlob(bytes.size());
    llvm::copy(bytes, blob.getMutableData().begin());
    ConstOp constant = createConst(builder, op->getLoc(),
                                   cast<RankedTensorType>(result.getType()),
                                   std::move(blob), getTensorInfo(result));
    result.replaceAllUsesWith(constant.getResult());
  }
  return true;
}

unsigned mopt::foldConstants(func::FuncOp func, RequantizeMode mode) {
  unsigned count = 0;
  func.walk<WalkOrder::PreOrder>([&](Block *block) {
    for (Operation &op : llvm::make_early_inc_range(*block))
      if (fold(&op, mode)) {
        SmallVector<Value> operands(op.getOperands());
        op.erase();
        ++count;
        for (Value operand : operands)
          if (Operation *source = operand.getDefiningOp();
              source && operand.use_empty())
            source->erase();
      }
  });
  return count;
}
