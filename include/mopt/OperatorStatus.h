//===- OperatorStatus.h - What mopt does with each operator -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_OPERATORSTATUS_H
#define MOPT_OPERATORSTATUS_H

#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h"

#include <string>
#include <vector>

namespace mlir::mopt {

/// What mopt does with one operator of the TFLite format, read from what is
/// registered (interfaces and patterns), not from a list.
struct OperatorStatus {
  /// The schema's name (`CONV_2D`), or the custom code of a custom operator.
  std::string name;
  /// The typed op (`mopt.conv_2d`), empty for carried operators.
  std::string op;
  /// A typed op that is verified; others are carried with all their options.
  bool isTyped = false;
  /// The reference evaluator runs it.
  bool isEvaluated = false;
  /// There is a lowering to machine code.
  bool isLowered = false;
  /// The targets of a partition that run some form of it, by name.
  std::vector<std::string> targets;
  /// The integer forms that the quantiser may choose.
  bool hasInt8 = false, hasInt16 = false, hasHybrid = false;
  /// There is a rule of quantization: of an integer form, or that an op only
  /// moves data or only reads integers.
  ScaleRule rule = ScaleRule::None;
};

/// All builtin operators of the format, and the custom ones that have a typed
/// op, in the order of their names. Loads the dialect into `context`, which
/// needs registerAllMopt.
std::vector<OperatorStatus> getOperatorStatus(MLIRContext &context);

} // namespace mlir::mopt

#endif // MOPT_OPERATORSTATUS_H
