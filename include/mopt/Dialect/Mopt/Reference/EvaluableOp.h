//===- EvaluableOp.h - Ops that can be executed -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_REFERENCE_EVALUABLEOP_H
#define MOPT_DIALECT_MOPT_REFERENCE_EVALUABLEOP_H

#include "mlir/IR/OpDefinition.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Dialect/Mopt/Reference/HostTensor.h"

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mlir::mopt {

/// What an evaluator sees: the operands' values (an empty HostTensor for a
/// `mopt.no_value`), the results to fill, allocated by their types, and the
/// arithmetic of requantisation.
class EvalContext {
public:
  EvalContext(ArrayRef<HostTensor> inputs, ArrayRef<HostTensor> outputs,
              RequantizeMode mode)
      : inputs(inputs), outputs(outputs), mode(mode) {}

  unsigned getNumInputs() const { return inputs.size(); }
  /// False for operands that are absent or `mopt.no_value`.
  bool hasInput(unsigned i) const {
    return i < inputs.size() && static_cast<bool>(inputs[i]);
  }
  const HostTensor &input(unsigned i) const { return inputs[i]; }
  const HostTensor &output(unsigned i = 0) const { return outputs[i]; }
  RequantizeMode getRequantizeMode() const { return mode; }

private:
  ArrayRef<HostTensor> inputs;
  ArrayRef<HostTensor> outputs;
  RequantizeMode mode;
};

/// Attaches EvaluableOp to every typed op when the dialect is loaded.
void registerReferenceEvaluators(DialectRegistry &registry);

} // namespace mlir::mopt

#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h.inc"

#endif // MOPT_DIALECT_MOPT_REFERENCE_EVALUABLEOP_H
