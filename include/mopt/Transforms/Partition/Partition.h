//===- Partition.h - Which target runs which op -----------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// A target says of each op whether it takes it, and if not why, in a
// PartitionTarget. Everything else is the same for all targets: which of the
// accepted ops it gets, the marks in the IR, the report.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_PARTITION_PARTITION_H
#define MOPT_TRANSFORMS_PARTITION_PARTITION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlir::mopt {

/// On an op: the name of the target that runs it, `cpu` for what none takes.
inline constexpr llvm::StringLiteral kTargetAttr = "mopt.target";
/// On an op that the CPU runs: why, in one line.
inline constexpr llvm::StringLiteral kTargetReasonAttr = "mopt.target_reason";
/// On an op that a target runs: what is to be known of how, in one line.
inline constexpr llvm::StringLiteral kTargetNoteAttr = "mopt.target_note";
/// What runs the ops that no target takes.
inline constexpr llvm::StringLiteral kHostTarget = "cpu";

/// Why a target does not take an op.
struct Refusal {
  /// In the words of the target's own compiler, where it has one.
  std::string status;
  /// Which operand, shape, type or limit; may be empty.
  std::string detail;
};

/// What a target can run.
class PartitionTarget {
public:
  virtual ~PartitionTarget();

  /// A word in lower case, the value of `mopt.target`.
  virtual StringRef getName() const = 0;

  /// std::nullopt if the target can run `op`, looked at alone.
  virtual std::optional<Refusal> refuse(Operation *op) const = 0;

  /// How the target runs `op`, which it takes, where that is not the best way
  /// it has; empty otherwise.
  virtual std::string describe(Operation *op) const;

  /// Whether the target runs some form of the op, named as `mopt.conv_2d`.
  virtual bool knows(StringRef op) const = 0;

  /// Whether the target runs one region only: the first run of accepted ops,
  /// in the order of the function. Accepted ops after it are stranded.
  virtual bool hasSingleRegion() const { return false; }

  /// How the report speaks of ops that the target runs, and of stranded ones.
  virtual StringRef getMappedStatus() const { return "mapped"; }
  virtual StringRef getStrandedStatus() const { return "stranded"; }
};

/// Where an op went.
enum class Placement {
  /// To the target.
  Mapped,
  /// To the CPU, although the target could run it.
  Stranded,
  /// To the CPU: the target refuses it.
  Unsupported,
};

StringRef stringifyPlacement(Placement placement);

struct PlacedOp {
  Operation *op;
  Placement placement;
  std::string status;
  /// Of a refusal; of an op that the target runs what it says of that.
  std::string detail;
};

/// True for what is an operator in a model file: constants, variables and
/// absent operands are none, nor is the terminator.
bool isModelOperator(Operation *op);

/// The operator's name in the schema, as `CONV_2D`; the code of a custom one.
std::string getOperatorName(Operation *op);

/// Asks `target` for every operator of `func`, in order.
std::vector<PlacedOp> placeOps(func::FuncOp func,
                               const PartitionTarget &target);

/// Marks `ops`, which `placeOps` gave for `target`, in the IR; a remark for
/// each op that the target refuses, or says something of.
void markPlacement(ArrayRef<PlacedOp> ops, const PartitionTarget &target);

/// How many of `ops` went to `placement`.
int64_t countPlaced(ArrayRef<PlacedOp> ops, Placement placement);

/// One object an op: operator, name, placement, status, detail.
llvm::json::Array placementToJSON(ArrayRef<PlacedOp> ops);

/// A table of how often which operator met which status, and the refused ops by
/// name.
void printPlacement(llvm::raw_ostream &os, ArrayRef<PlacedOp> ops);

/// Makes a target known by `name`. Registering a name again changes nothing.
void registerPartitionTarget(
    StringRef name, std::function<std::unique_ptr<PartitionTarget>()> make);

/// The target `name`; null if there is none.
std::unique_ptr<PartitionTarget> createPartitionTarget(StringRef name);

/// All registered names, sorted.
std::vector<std::string> getPartitionTargetNames();

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_PARTITION_PARTITION_H
