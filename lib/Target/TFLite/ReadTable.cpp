//===- ReadTable.cpp - From flatbuffer tables to attributes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EnumAttributes.h"
#include "SchemaReflection.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;

namespace {

using TablePointers =
    flatbuffers::Vector<flatbuffers::Offset<flatbuffers::Table>>;
using StringPointers =
    flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;

class TableReader {
public:
  TableReader(MLIRContext *context, EmitError emitError)
      : builder(context), emitError(emitError) {}

  FailureOr<DictionaryAttr> read(const flatbuffers::Table *table,
                                 const reflection::Object *type) {
    SmallVector<NamedAttribute> values;
    for (const reflection::Field *field :
         SchemaReflection::get().getFields(type)) {
      FailureOr<Attribute> value = readField(table, field);
      if (failed(value))
        return failure();
      if (*value)
        values.emplace_back(toStringRef(field->name()), *value);
    }
    return DictionaryAttr::get(builder.getContext(), values);
  }

private:
  static StringRef toStringRef(const flatbuffers::String *text) {
    return StringRef(text->c_str(), text->size());
  }

  template <typename T>
  T getScalar(const flatbuffers::Table *table, const reflection::Field *field) {
    T fallback = std::is_floating_point_v<T>
                     ? static_cast<T>(field->default_real())
                     : static_cast<T>(field->default_integer());
    return table ? table->GetField<T>(field->offset(), fallback) : fallback;
  }

  template <typename T>
  const T *getPointer(const flatbuffers::Table *table,
                      const reflection::Field *field) {
    return table ? table->GetPointer<const T *>(field->offset()) : nullptr;
  }

  template <typename T>
  Attribute readInteger(const flatbuffers::Table *table,
                        const reflection::Field *field) {
    T value = getScalar<T>(table, field);
    if (field->type()->index() >= 0) {
      const reflection::Enum *type =
          SchemaReflection::get().getEnum(field->type());
      if (Attribute attr =
              getEnumAttr(builder.getContext(), getLocalName(type->name()),
                          static_cast<int64_t>(value)))
        return attr;
    }
    auto type = builder.getIntegerType(sizeof(T) * 8);
    if (std::is_unsigned_v<T>)
      type = builder.getIntegerType(sizeof(T) * 8, /*isSigned=*/false);
    return builder.getIntegerAttr(
        type, APInt(sizeof(T) * 8, static_cast<uint64_t>(value),
                    std::is_signed_v<T>, /*implicitTrunc=*/true));
  }

  template <typename T>
  SmallVector<T> getElements(const flatbuffers::Table *table,
                             const reflection::Field *field) {
    // A copy: a file need not align elements to their size.
    auto *vector = getPointer<flatbuffers::Vector<T>>(table, field);
    SmallVector<T> elements(vector->size());
    if (!elements.empty())
      std::memcpy(elements.data(), vector->Data(), elements.size() * sizeof(T));
    return elements;
  }

  template <typename T>
  Attribute readUnsignedVector(const flatbuffers::Table *table,
                               const reflection::Field *field) {
    SmallVector<T> values = getElements<T>(table, field);
    auto type = RankedTensorType::get(
        {static_cast<int64_t>(values.size())},
        builder.getIntegerType(sizeof(T) * 8, /*isSigned=*/false));
    return DenseElementsAttr::get(type, ArrayRef<T>(values));
  }

  FailureOr<Attribute> readVector(const flatbuffers::Table *table,
                                  const reflection::Field *field) {
    if (!getPointer<void>(table, field))
      return Attribute();
    MLIRContext *context = builder.getContext();
    switch (field->type()->element()) {
    case reflection::Bool: {
      // Any nonzero byte is true; a C++ bool may only be read as 0 or 1.
      SmallVector<bool> values;
      for (uint8_t value : getElements<uint8_t>(table, field))
        values.push_back(value != 0);
      return Attribute(builder.getDenseBoolArrayAttr(values));
    }
    case reflection::Byte:
      return Attribute(
          builder.getDenseI8ArrayAttr(getElements<int8_t>(table, field)));
    case reflection::Short:
      return Attribute(
          builder.getDenseI16ArrayAttr(getElements<int16_t>(table, field)));
    case reflection::Int:
      return Attribute(
          builder.getDenseI32ArrayAttr(getElements<int32_t>(table, field)));
    case reflection::Long:
      return Attribute(
          builder.getDenseI64ArrayAttr(getElements<int64_t>(table, field)));
    case reflection::Float:
      return Attribute(
          builder.getDenseF32ArrayAttr(getElements<float>(table, field)));
    case reflection::UByte:
      return readUnsignedVector<uint8_t>(table, field);
    case reflection::UShort:
      return readUnsignedVector<uint16_t>(table, field);
    case reflection::UInt:
      return readUnsignedVector<uint32_t>(table, field);
    case reflection::ULong:
      return readUnsignedVector<uint64_t>(table, field);
    case reflection::String: {
      SmallVector<Attribute> values;
      for (const flatbuffers::String *text :
           *getPointer<StringPointers>(table, field))
        values.push_back(StringAttr::get(context, toStringRef(text)));
      return Attribute(builder.getArrayAttr(values));
    }
    case reflection::Obj: {
      SmallVector<Attribute> values;
      for (const flatbuffers::Table *element :
           *getPointer<TablePointers>(table, field)) {
        FailureOr<DictionaryAttr> value =
            read(element, SchemaReflection::get().getTable(field->type()));
        if (failed(value))
          return failure();
        values.push_back(*value);
      }
      return Attribute(builder.getArrayAttr(values));
    }
    default:
      return emitError() << "field '" << toStringRef(field->name())
                         << "' has a vector type that mopt cannot read";
    }
  }

  FailureOr<Attribute> readUnion(const flatbuffers::Table *table,
                                 const reflection::Field *field) {
    auto *value = getPointer<flatbuffers::Table>(table, field);
    // The member's number is in the field before.
    uint8_t member =
        table ? table->GetField<uint8_t>(field->offset() - 2, 0) : 0;
    if (member == 0 || !value) {
      if (member == 0 && !value)
        return Attribute();
      return emitError() << "field '" << toStringRef(field->name())
                         << "' has a union "
                         << (value ? "value without type"
                                   : "type without value");
    }
    StringRef name =
        getEnumName(SchemaReflection::get().getEnum(field->type()), member);
    FailureOr<DictionaryAttr> read =
        this->read(value, SchemaReflection::get().findTable(name));
    if (failed(read))
      return failure();
    return Attribute(*read);
  }

  FailureOr<Attribute> readUnionType(const flatbuffers::Table *table,
                                     const reflection::Field *field) {
    uint8_t member = getScalar<uint8_t>(table, field);
    if (member == 0)
      return Attribute();
    StringRef name =
        getEnumName(SchemaReflection::get().getEnum(field->type()), member);
    if (name.empty())
      return emitError() << "field '" << toStringRef(field->name())
                         << "' has union member " << unsigned(member)
                         << ", which the schema does not know";
    return Attribute(builder.getStringAttr(name));
  }

  FailureOr<Attribute> readField(const flatbuffers::Table *table,
                                 const reflection::Field *field) {
    switch (field->type()->base_type()) {
    case reflection::UType:
      return readUnionType(table, field);
    case reflection::Bool:
      return Attribute(
          builder.getBoolAttr(getScalar<uint8_t>(table, field) != 0));
    case reflection::Byte:
      return readInteger<int8_t>(table, field);
    case reflection::UByte:
      return readInteger<uint8_t>(table, field);
    case reflection::Short:
      return readInteger<int16_t>(table, field);
    case reflection::UShort:
      return readInteger<uint16_t>(table, field);
    case reflection::Int:
      return readInteger<int32_t>(table, field);
    case reflection::UInt:
      return readInteger<uint32_t>(table, field);
    case reflection::Long:
      return readInteger<int64_t>(table, field);
    case reflection::ULong:
      return readInteger<uint64_t>(table, field);
    case reflection::Float:
      return Attribute(builder.getF32FloatAttr(getScalar<float>(table, field)));
    case reflection::Double:
      return Attribute(
          builder.getF64FloatAttr(getScalar<double>(table, field)));
    case reflection::String: {
      auto *text = getPointer<flatbuffers::String>(table, field);
      return text ? Attribute(builder.getStringAttr(toStringRef(text)))
                  : Attribute();
    }
    case reflection::Vector:
      return readVector(table, field);
    case reflection::Obj: {
      auto *value = getPointer<flatbuffers::Table>(table, field);
      if (!value)
        return Attribute();
      FailureOr<DictionaryAttr> nested =
          read(value, SchemaReflection::get().getTable(field->type()));
      if (failed(nested))
        return failure();
      return Attribute(*nested);
    }
    case reflection::Union:
      return readUnion(table, field);
    default:
      return emitError() << "field '" << toStringRef(field->name())
                         << "' has a type that mopt cannot read";
    }
  }

  Builder builder;
  EmitError emitError;
};

} // namespace

FailureOr<DictionaryAttr> tfl::readTable(const flatbuffers::Table *table,
                                         const reflection::Object *type,
                                         MLIRContext *context,
                                         EmitError emitError) {
  return TableReader(context, emitError).read(table, type);
}
