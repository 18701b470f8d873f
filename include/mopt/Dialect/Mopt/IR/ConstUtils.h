//===- ConstUtils.h - Reading and making constants -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_CONSTUTILS_H
#define MOPT_DIALECT_MOPT_IR_CONSTUTILS_H

#include "mlir/IR/AsmState.h"
#include "mlir/IR/Builders.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"

#include <vector>

namespace mlir::mopt {

/// The elements of a constant, one by one and aligned: a view of the blob
/// where that is possible, else a copy (splats, unaligned blobs).
class ConstBytes {
public:
  /// std::nullopt for a constant that does not hold its elements densely:
  /// sparse encodings, strings, resources that were not loaded.
  static std::optional<ConstBytes> read(ConstOp op);

  ArrayRef<char> bytes() const {
    return storage.empty() ? view : ArrayRef<char>(storage);
  }
  /// `T` must be the storage type.
  template <typename T>
  ArrayRef<T> as() const {
    return {reinterpret_cast<const T *>(bytes().data()),
            bytes().size() / sizeof(T)};
  }

private:
  ArrayRef<char> view;
  std::vector<char> storage;
};

/// Elements that are about to become a constant; `size` bytes, 64-byte aligned
/// and not initialised.
AsmResourceBlob allocateConstBlob(size_t size);

/// Makes a `mopt.const` of `type` that owns `blob`, whose size must be that of
/// `type`. `info` (which may be null) is what getTensorInfo returns for it.
ConstOp createConst(OpBuilder &builder, Location loc, RankedTensorType type,
                    AsmResourceBlob blob, TensorAttr info);

/// `info` under another name; null gives an attribute with only a name.
TensorAttr withName(MLIRContext *context, TensorAttr info, const Twine &name);

/// `info` with another range; null attributes drop it.
TensorAttr withRange(MLIRContext *context, TensorAttr info,
                     DenseF32ArrayAttr min, DenseF32ArrayAttr max);

/// `info` with other quantization parameters, as fields of the schema's
/// QuantizationParameters; null drops them.
TensorAttr withQuantization(MLIRContext *context, TensorAttr info,
                            DictionaryAttr quantization);

/// `info` with another sparse encoding, none if null.
TensorAttr withSparsity(MLIRContext *context, TensorAttr info,
                        DictionaryAttr sparsity);

/// `info` with symmetric parameters that no type can express (those of 64-bit
/// integers): one scale, or one a channel of axis 0.
TensorAttr withSymmetricScales(MLIRContext *context, TensorAttr info,
                               ArrayRef<float> scales);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_CONSTUTILS_H
