//===- SchemaReflection.h - Tables as attributes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Any table of the schema can be read into MLIR attributes and written from
// them by field name, driven by the binary schema that flatc embeds. Options of
// operators, quantization details and sparsity go this way, so that a new
// operator or field needs no code.
//
// How field types map to attributes (both ways):
//   bool                      BoolAttr
//   integers                  IntegerAttr, iN for signed and uiN for unsigned
//   enum                      the dialect's enum attribute where there is one
//                             (Padding, ...), else the integer
//   float, double             FloatAttr
//   string                    StringAttr
//   [bool], [signed], [float] DenseArrayAttr
//   [unsigned]                DenseElementsAttr, tensor<NxuiN>
//   [string], [table]         ArrayAttr of StringAttr, DictionaryAttr
//   table                     DictionaryAttr
//   union x                   StringAttr x_type and DictionaryAttr x
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_SCHEMAREFLECTION_H
#define MOPT_LIB_TARGET_TFLITE_SCHEMAREFLECTION_H

#include "flatbuffers/flatbuffers.h"
#include "flatbuffers/reflection_generated.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/LogicalResult.h"

namespace mlir::mopt::tfl {

class VectorPool;

/// Starts an error that already says where in the file it is.
using EmitError = llvm::function_ref<InFlightDiagnostic()>;

/// Tables and enums of the schema by name, without the namespace.
class SchemaReflection {
public:
  static const SchemaReflection &get();

  /// Null if the schema has no such table.
  const reflection::Object *findTable(llvm::StringRef name) const;
  const reflection::Enum *findEnum(llvm::StringRef name) const;
  /// Fields of `table` in the order of their ids.
  llvm::ArrayRef<const reflection::Field *>
  getFields(const reflection::Object *table) const;
  const reflection::Object *getTable(const reflection::Type *type) const;
  const reflection::Enum *getEnum(const reflection::Type *type) const;

private:
  SchemaReflection();
  const reflection::Schema *schema;
  llvm::StringMap<const reflection::Object *> tables;
  llvm::StringMap<const reflection::Enum *> enums;
  llvm::DenseMap<const reflection::Object *,
                 llvm::SmallVector<const reflection::Field *, 8>>
      fields;
};

/// `name` without the schema's namespace.
llvm::StringRef getLocalName(const flatbuffers::String *name);

/// The name of member `value` of the union or enum `type`, empty if unknown.
llvm::StringRef getEnumName(const reflection::Enum *type, int64_t value);

/// The number of the member `name`, std::nullopt if there is none.
std::optional<int64_t> getEnumValue(const reflection::Enum *type,
                                    llvm::StringRef name);

/// Reads the fields of `table`, which the flatbuffer verifier has accepted.
/// Scalars are always in the result, with the schema's default where the file
/// leaves them out; vectors, strings and tables only where they are present.
/// A null `table` reads as one with no field present. Fails on a union member
/// that the schema does not know.
FailureOr<DictionaryAttr> readTable(const flatbuffers::Table *table,
                                    const reflection::Object *type,
                                    MLIRContext *context, EmitError emitError);

/// Writes `values` as a table of `type`. Fields that are missing in `values`
/// take the default or are left out. Fails on a name that is no field, or on an
/// attribute of a wrong kind. Vectors of numbers are taken from `pool`, which
/// must be one of `builder`, if there is one.
FailureOr<flatbuffers::Offset<void>>
writeTable(flatbuffers::FlatBufferBuilder &builder,
           const reflection::Object *type, DictionaryAttr values,
           EmitError emitError, VectorPool *pool = nullptr);

/// Calls `found` with the path of every field in `root` (a table of `type`)
/// that the schema does not know: what readTable and the
/// generated accessors cannot see.
void findUnknownFields(const flatbuffers::Table *root,
                       const reflection::Object *type,
                       llvm::function_ref<void(const llvm::Twine &)> found);

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_SCHEMAREFLECTION_H
