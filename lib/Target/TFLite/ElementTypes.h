//===- ElementTypes.h - Tensor types of the format -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_ELEMENTTYPES_H
#define MOPT_LIB_TARGET_TFLITE_ELEMENTTYPES_H

#include "mlir/IR/Types.h"
#include "tflite_generated.h"

#include <optional>

namespace mlir::mopt::tfl {

/// The storage type of a tensor of `type`: signed integers are signless,
/// unsigned ones keep their sign. Null for a number the schema does not know.
Type getElementType(MLIRContext *context, tflite::TensorType type);

/// The inverse, for any element type, quantised ones included; std::nullopt if
/// the format has no such type.
std::optional<tflite::TensorType> getTensorType(Type elementType);

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_ELEMENTTYPES_H
