//===- Quantization.h - Quantization parameters in files -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tensor's quantization parameters are split into what `!quant.uniform` says
// (scales, zero points, axis of tensors of at most 32 bits) and the rest, kept
// in `#mopt.tensor`: observed `min` and `max`, and the dictionary
// `quantization` with the fields of the schema's QuantizationParameters.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_QUANTIZATION_H
#define MOPT_LIB_TARGET_TFLITE_QUANTIZATION_H

#include "SchemaReflection.h"
#include "VectorPool.h"
#include "tflite_generated.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

namespace mlir::mopt::tfl {

/// Quantization of one tensor as the IR holds it.
struct ImportedQuantization {
  /// The storage type, or a quantised type over it.
  Type elementType;
  DenseF32ArrayAttr min, max;
  /// Null if `elementType` says everything.
  DictionaryAttr rest;
};

/// Reads `params` (may be null) of a tensor of `storageType` and `shape`.
/// `!quant.uniform` is chosen for integer types up to 32 bits with positive,
/// normal scales and as many zero points as scales; other combinations that
/// runtimes accept stay in `rest`: 64-bit and float tensors, absent zero
/// points, scale 0 (no range was observed), block-wise and custom details.
/// Fails on scales that are negative, infinite or NaN, on zero points outside
/// the storage range, and on counts that fit neither the tensor nor one of its
/// axes.
FailureOr<ImportedQuantization>
importQuantization(const tflite::QuantizationParameters *params,
                   Type storageType, ArrayRef<int64_t> shape,
                   EmitError emitError);

/// Writes the parameters of a tensor of `elementType` that `info` (may be
/// null) describes further. The offset is null where there are none.
/// `rest` is `info.getQuantization()` with its tensor references resolved.
FailureOr<flatbuffers::Offset<tflite::QuantizationParameters>>
exportQuantization(VectorPool &pool, Type elementType, TensorAttr info,
                   DictionaryAttr rest, EmitError emitError);

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_QUANTIZATION_H
