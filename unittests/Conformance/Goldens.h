//===- Goldens.h - The golden archives of the case table --------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads test/Conformance/goldens; the format is described in the README there.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_CONFORMANCE_GOLDENS_H
#define MOPT_UNITTESTS_CONFORMANCE_GOLDENS_H

#include "mopt/Data/Npz.h"

#include <string>
#include <vector>

namespace mlir::mopt::conformance {

/// One row of the case table.
struct GoldenCase {
  std::string op;
  std::string name;
  /// Why the other runtime takes no such model; there is no golden then.
  std::string refusal;
  /// Of the rows of this op that have a golden, how many are before this one.
  unsigned number = 0;

  std::string getFullName() const { return op + "/" + name; }
  /// State goes on from run to run.
  bool isSequence() const {
    return llvm::StringRef(name).ends_with("_sequence");
  }
};

/// What one run of a case was given and gave.
struct GoldenRun {
  std::vector<Array> inputs;
  std::vector<Array> outputs;
  /// One an output; none where the output must be equal bit for bit.
  std::vector<std::optional<Array>> bounds;
};

/// The model and runs of one case.
struct Golden {
  Array model;
  std::vector<GoldenRun> runs;
};

/// The archives of one directory.
class Goldens {
public:
  /// Opens all archives. The rows come from listing.txt, in its order; a row
  /// without its members or members without a row are errors.
  static llvm::Expected<Goldens> open(llvm::StringRef directory);

  llvm::ArrayRef<GoldenCase> getCases() const { return cases; }

  /// The element type of the first output of a case that is not refused.
  llvm::Expected<DType> readResultType(const GoldenCase &row) const;

  /// Reads all members of a case that is not refused.
  llvm::Expected<Golden> read(const GoldenCase &row) const;

private:
  std::vector<GoldenCase> cases;
  std::vector<std::pair<std::string, NpzFile>> archives;

  const NpzFile *findArchive(llvm::StringRef op) const;
};

} // namespace mlir::mopt::conformance

#endif // MOPT_UNITTESTS_CONFORMANCE_GOLDENS_H
