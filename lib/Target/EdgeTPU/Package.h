//===- Package.h - A checked Edge TPU package -------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_EDGETPU_PACKAGE_H
#define MOPT_LIB_TARGET_EDGETPU_PACKAGE_H

#include "edgetpu_generated.h"

#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <optional>
#include <vector>

namespace mlir::mopt::edgetpu_format {

/// Custom code of the op that a mapped region becomes.
inline constexpr llvm::StringLiteral kCustomCode = "edgetpu-custom-op";

/// The map in the op's custom options, by its keys.
struct CustomOptions {
  /// "1"
  std::optional<int64_t> version;
  /// "2": only files of 2019 have it.
  std::optional<std::string> chip;
  /// "3": bytes of the weights' executable in files of 2019.
  std::optional<llvm::StringRef> weights;
  /// "4": the package; in files of 2019 a bare executable.
  llvm::StringRef package;
  /// "5": for Android's neural networks API; -1 elsewhere.
  std::optional<int64_t> executionPreference;
  /// "6": one number a executable.
  std::vector<int64_t> chips;
  /// "7": how many executables follow the one in "4".
  size_t furtherExecutables = 0;
};

/// One executable, in memory that is aligned as the driver's is.
struct LoadedExecutable {
  std::unique_ptr<llvm::MemoryBuffer> bytes;
  const edgetpu::Executable *root = nullptr;
  /// Where it begins, in bytes from the beginning of the custom options.
  uint64_t offset = 0;

  /// Where its parameters begin, from the beginning of the custom options.
  uint64_t getParametersOffset() const;
  /// The parameters; empty if there are none.
  llvm::ArrayRef<uint8_t> getParameters() const;
};

struct LoadedPackage {
  CustomOptions options;
  /// Where the package begins in the custom options.
  uint64_t offset = 0;
  std::unique_ptr<llvm::MemoryBuffer> bytes;
  /// Null for files of 2019, whose executables lie in the options as they are.
  const edgetpu::Package *root = nullptr;
  std::vector<LoadedExecutable> executables;

  /// The executable of the type; null if there is none.
  const LoadedExecutable *find(edgetpu::ExecutableType type) const;
};

/// The package in `customOptions`, if every offset in it leads to what it
/// should and its executables are a set that the runtime takes. The error says
/// what is wrong.
llvm::Expected<LoadedPackage> loadPackage(llvm::ArrayRef<char> customOptions);

/// The bytes of the op's custom options; empty if it has none.
llvm::ArrayRef<char> getCustomOptions(CustomOp op);

} // namespace mlir::mopt::edgetpu_format

#endif // MOPT_LIB_TARGET_EDGETPU_PACKAGE_H
