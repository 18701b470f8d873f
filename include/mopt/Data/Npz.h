//===- Npz.h - archives of numpy arrays -------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DATA_NPZ_H
#define MOPT_DATA_NPZ_H

#include "mopt/Data/Npy.h"

namespace mlir::mopt {

/// An open .npz file: a ZIP archive of .npy members, stored or deflated.
///
/// The archive is mapped; members are inflated only when read. All functions
/// may be called from several threads (inflating is serialised).
class NpzFile {
public:
  static llvm::Expected<NpzFile> open(llvm::StringRef path);

  /// Opens an archive in memory. `name` is used in messages.
  static llvm::Expected<NpzFile> parse(std::shared_ptr<llvm::MemoryBuffer> file,
                                       llvm::StringRef name);

  /// Names of the arrays in the order of the archive, without `.npy`.
  llvm::ArrayRef<std::string> names() const;
  bool contains(llvm::StringRef array) const;

  /// The header of an array; inflates no more than the header.
  llvm::Expected<NpyHeader> header(llvm::StringRef array) const;

  /// Inflates an array into memory of its own and checks its CRC. The size
  /// that the archive declares must be the one that the .npy header declares,
  /// and one that deflate can reach: memory taken is bounded by the file's
  /// size times 1032, and no byte beyond the header's size is inflated.
  llvm::Expected<Array> read(llvm::StringRef array) const;

private:
  struct Archive;
  std::shared_ptr<Archive> archive;
};

} // namespace mlir::mopt

#endif // MOPT_DATA_NPZ_H
