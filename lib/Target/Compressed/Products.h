//===- Products.h - Numbers of a model that others make -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_COMPRESSED_PRODUCTS_H
#define MOPT_LIB_TARGET_COMPRESSED_PRODUCTS_H

#include "ByteIO.h"
#include "mopt/Target/TFLite/Buffers.h"

namespace mlir::mopt {

/// Float32 numbers of a file, each of which is the product, rounded once, of
/// one number and of that in its place of a row. Places are bytes from the
/// beginning of the file.
struct Product {
  uint64_t place, row, number;
  /// Of the row.
  uint64_t count;
};

/// The scales of biases that are those of inputs and weights, in the order of
/// their places: they overlap neither each other nor anything that they are
/// made of, nor `buffers`.
std::vector<Product> findProducts(llvm::StringRef file,
                                  llvm::ArrayRef<TFLiteBuffer> buffers);

/// The list of `products` in a container.
Bytes writeProducts(llvm::ArrayRef<Product> products);

/// Fills in what `list` says of `model`; false where it says more than there
/// is. Takes time in proportion to the model at most.
bool applyProducts(MutableBytes model, ByteView list);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_COMPRESSED_PRODUCTS_H
