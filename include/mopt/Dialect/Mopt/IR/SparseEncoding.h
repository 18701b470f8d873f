//===- SparseEncoding.h - Sparse constants of the TFLite format -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_SPARSEENCODING_H
#define MOPT_DIALECT_MOPT_IR_SPARSEENCODING_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace mlir::mopt {

/// All elements of a tensor of `type`, row-major in storage form, from the
/// stored `values` of its sparse encoding: the schema's SparsityParameters as a
/// dictionary (the `sparsity` of a `#mopt.tensor`). Elements that the encoding
/// leaves out are zero bytes. Elements must be whole bytes.
///
/// The encoding is that of the TACO compiler: the dimensions, and after them
/// the dimensions inside a block, are nested in `traversal_order`; each level
/// is dense (all indices) or compressed (segments and indices of what is
/// there).
///
/// Fails, saying why, where the encoding is inconsistent with itself, with the
/// type or with the number of values.
llvm::Expected<std::vector<char>> densify(RankedTensorType type,
                                          DictionaryAttr sparsity,
                                          llvm::ArrayRef<char> values);

/// The stored values of a sparse encoding, and the schema's SparsityParameters
/// as densify takes them.
struct SparseTensor {
  DictionaryAttr parameters;
  std::vector<char> values;
};

/// Whether sparsify can encode `type` in blocks of `block` elements, a size for
/// each dimension: elements are whole bytes, and blocks fill the dimensions.
bool canSparsify(RankedTensorType type, llvm::ArrayRef<int64_t> block);

/// Encodes the row-major elements `dense` of `type`: all dimensions in their
/// order, the last one compressed, then the dimensions inside of a block.
/// Blocks whose bytes are all zero are left out, but for the last one where
/// there are no others; densify gives `dense` again.
SparseTensor sparsify(RankedTensorType type, llvm::ArrayRef<char> dense,
                      llvm::ArrayRef<int64_t> block);

/// The bytes of what sparsify gives, values, segments and indices.
uint64_t getSparseBytes(RankedTensorType type, llvm::ArrayRef<char> dense,
                        llvm::ArrayRef<int64_t> block);

/// Makes constants of `root` that are stored sparsely dense ones, in place of
/// the `mopt.densify` ops that read them. Fails with a diagnostic where an
/// encoding is inconsistent. Returns the number of constants.
FailureOr<unsigned> decodeSparseConstants(Operation *root);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_SPARSEENCODING_H
