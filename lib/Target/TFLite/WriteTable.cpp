//===- WriteTable.cpp - From attributes to flatbuffer tables --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EnumAttributes.h"
#include "SchemaReflection.h"
#include "VectorPool.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;

namespace {

/// A field whose value is known: a scalar by its bits, anything else by the
/// offset of what was written before the table was started.
struct PendingField {
  const reflection::Field *field;
  uint64_t bits = 0;
  double real = 0.0;
  flatbuffers::Offset<void> offset = 0;
};

/// Bytes that a value of `type` takes inside a table.
unsigned getInlineSize(reflection::BaseType type) {
  switch (type) {
  case reflection::UType:
  case reflection::Bool:
  case reflection::Byte:
  case reflection::UByte:
    return 1;
  case reflection::Short:
  case reflection::UShort:
    return 2;
  case reflection::Long:
  case reflection::ULong:
  case reflection::Double:
    return 8;
  default:
    return 4;
  }
}

class TableWriter {
public:
  TableWriter(flatbuffers::FlatBufferBuilder &builder, EmitError emitError,
              VectorPool *pool)
      : builder(builder), emitError(emitError), pool(pool) {}

  FailureOr<flatbuffers::Offset<void>> write(const reflection::Object *type,
                                             DictionaryAttr values) {
    SmallVector<PendingField> pending;
    size_t known = 0;
    for (const reflection::Field *field :
         SchemaReflection::get().getFields(type)) {
      Attribute value = values.get(getName(field));
      if (!value)
        continue;
      ++known;
      PendingField entry{field};
      if (failed(prepare(entry, value, values)))
        return failure();
      pending.push_back(entry);
    }
    if (known != values.size())
      return reportUnknownName(type, values);
    // Large fields first: fewer bytes of padding, and always the same order.
    flatbuffers::uoffset_t start = builder.StartTable();
    for (unsigned size : {8, 4, 2, 1})
      for (const PendingField &entry : pending)
        if (getInlineSize(entry.field->type()->base_type()) == size)
          add(entry);
    return flatbuffers::Offset<void>(builder.EndTable(start));
  }

private:
  static StringRef getName(const reflection::Field *field) {
    return StringRef(field->name()->c_str(), field->name()->size());
  }

  LogicalResult reportUnknownName(const reflection::Object *type,
                                  DictionaryAttr values) {
    for (NamedAttribute value : values)
      if (llvm::none_of(SchemaReflection::get().getFields(type),
                        [&](const reflection::Field *field) {
                          return getName(field) == value.getName();
                        }))
        return emitError() << getLocalName(type->name()) << " has no field "
                           << value.getName();
    return failure();
  }

  LogicalResult wrongKind(const reflection::Field *field, Attribute value) {
    return emitError() << "field '" << getName(field) << "' cannot hold "
                       << value;
  }

  /// Writes what `value` needs outside the table.
  LogicalResult prepare(PendingField &entry, Attribute value,
                        DictionaryAttr values) {
    const reflection::Field *field = entry.field;
    switch (field->type()->base_type()) {
    case reflection::UType: {
      auto name = dyn_cast<StringAttr>(value);
      std::optional<int64_t> member;
      if (name)
        member =
            getEnumValue(SchemaReflection::get().getEnum(field->type()), name);
      if (!member)
        return wrongKind(field, value);
      entry.bits = *member;
      return success();
    }
    case reflection::Bool: {
      auto flag = dyn_cast<BoolAttr>(value);
      if (!flag)
        return wrongKind(field, value);
      entry.bits = flag.getValue();
      return success();
    }
    case reflection::Float:
    case reflection::Double: {
      auto number = dyn_cast<FloatAttr>(value);
      if (!number)
        return wrongKind(field, value);
      entry.real = number.getValueAsDouble();
      return success();
    }
    case reflection::String: {
      auto text = dyn_cast<StringAttr>(value);
      if (!text)
        return wrongKind(field, value);
      entry.offset = builder.CreateString(text.data(), text.size()).Union();
      return success();
    }
    case reflection::Obj: {
      auto fields = dyn_cast<DictionaryAttr>(value);
      if (!fields)
        return wrongKind(field, value);
      return prepareTable(
          entry, SchemaReflection::get().getTable(field->type()), fields);
    }
    case reflection::Union: {
      auto fields = dyn_cast<DictionaryAttr>(value);
      auto member = values.getAs<StringAttr>((getName(field) + "_type").str());
      const reflection::Object *type =
          member ? SchemaReflection::get().findTable(member) : nullptr;
      if (!fields || !type)
        return wrongKind(field, value);
      return prepareTable(entry, type, fields);
    }
    case reflection::Vector:
      return prepareVector(entry, value);
    default: {
      if (auto integer = dyn_cast<IntegerAttr>(value)) {
        unsigned width = getInlineSize(field->type()->base_type()) * 8;
        if (integer.getValue().getBitWidth() > width)
          return wrongKind(field, value);
        entry.bits = integer.getValue().getSExtValue();
        return success();
      }
      std::optional<int64_t> number = getEnumAttrValue(value);
      if (!number)
        return wrongKind(field, value);
      entry.bits = *number;
      return success();
    }
    }
  }

  LogicalResult prepareTable(PendingField &entry,
                             const reflection::Object *type,
                             DictionaryAttr fields) {
    FailureOr<flatbuffers::Offset<void>> table = write(type, fields);
    if (failed(table))
      return failure();
    entry.offset = *table;
    return success();
  }

  /// The alignment that the schema forces on the vector `field`, or 0.
  static size_t getForcedAlignment(const reflection::Field *field) {
    if (!field->attributes())
      return 0;
    for (const reflection::KeyValue *attribute : *field->attributes())
      if (StringRef(attribute->key()->c_str()) == "force_align") {
        size_t alignment = 0;
        StringRef(attribute->value()->c_str()).getAsInteger(10, alignment);
        return alignment;
      }
    return 0;
  }

  template <typename T>
  void createVector(PendingField &entry, ArrayRef<T> values) {
    size_t alignment = getForcedAlignment(entry.field);
    if (pool && alignment == 0) {
      entry.offset = pool->get(values).Union();
      return;
    }
    if (alignment != 0)
      builder.ForceVectorAlignment(values.size(), sizeof(T), alignment);
    entry.offset = builder.CreateVector(values.data(), values.size()).Union();
  }

  template <typename AttrT>
  LogicalResult prepareArray(PendingField &entry, Attribute value) {
    auto array = dyn_cast<AttrT>(value);
    if (!array)
      return wrongKind(entry.field, value);
    createVector(entry, array.asArrayRef());
    return success();
  }

  template <typename T>
  LogicalResult prepareUnsigned(PendingField &entry, Attribute value) {
    auto elements = dyn_cast<DenseIntElementsAttr>(value);
    if (!elements || elements.getType().getRank() != 1 ||
        !elements.getElementType().isUnsignedInteger(sizeof(T) * 8))
      return wrongKind(entry.field, value);
    auto range = elements.getValues<T>();
    SmallVector<T> values(range.begin(), range.end());
    createVector(entry, ArrayRef<T>(values));
    return success();
  }

  LogicalResult prepareVector(PendingField &entry, Attribute value) {
    const reflection::Type *type = entry.field->type();
    switch (type->element()) {
    case reflection::Bool: {
      auto array = dyn_cast<DenseBoolArrayAttr>(value);
      if (!array)
        return wrongKind(entry.field, value);
      SmallVector<uint8_t> values(array.asArrayRef().begin(),
                                  array.asArrayRef().end());
      createVector(entry, ArrayRef<uint8_t>(values));
      return success();
    }
    case reflection::Byte:
      return prepareArray<DenseI8ArrayAttr>(entry, value);
    case reflection::Short:
      return prepareArray<DenseI16ArrayAttr>(entry, value);
    case reflection::Int:
      return prepareArray<DenseI32ArrayAttr>(entry, value);
    case reflection::Long:
      return prepareArray<DenseI64ArrayAttr>(entry, value);
    case reflection::Float:
      return prepareArray<DenseF32ArrayAttr>(entry, value);
    case reflection::UByte:
      return prepareUnsigned<uint8_t>(entry, value);
    case reflection::UShort:
      return prepareUnsigned<uint16_t>(entry, value);
    case reflection::UInt:
      return prepareUnsigned<uint32_t>(entry, value);
    case reflection::ULong:
      return prepareUnsigned<uint64_t>(entry, value);
    case reflection::String:
    case reflection::Obj:
      return preparePointers(entry, value);
    default:
      return wrongKind(entry.field, value);
    }
  }

  LogicalResult preparePointers(PendingField &entry, Attribute value) {
    const reflection::Type *type = entry.field->type();
    auto array = dyn_cast<ArrayAttr>(value);
    if (!array)
      return wrongKind(entry.field, value);
    std::vector<flatbuffers::Offset<void>> offsets;
    for (Attribute element : array) {
      if (type->element() == reflection::String) {
        auto text = dyn_cast<StringAttr>(element);
        if (!text)
          return wrongKind(entry.field, value);
        offsets.push_back(
            builder.CreateString(text.data(), text.size()).Union());
        continue;
      }
      auto fields = dyn_cast<DictionaryAttr>(element);
      if (!fields)
        return wrongKind(entry.field, value);
      FailureOr<flatbuffers::Offset<void>> table =
          write(SchemaReflection::get().getTable(type), fields);
      if (failed(table))
        return failure();
      offsets.push_back(*table);
    }
    entry.offset = builder.CreateVector(offsets).Union();
    return success();
  }

  template <typename T>
  void addInteger(const PendingField &entry) {
    builder.AddElement<T>(entry.field->offset(), static_cast<T>(entry.bits),
                          static_cast<T>(entry.field->default_integer()));
  }

  void add(const PendingField &entry) {
    const reflection::Field *field = entry.field;
    switch (field->type()->base_type()) {
    case reflection::UType:
    case reflection::Bool:
    case reflection::UByte:
      return addInteger<uint8_t>(entry);
    case reflection::Byte:
      return addInteger<int8_t>(entry);
    case reflection::Short:
      return addInteger<int16_t>(entry);
    case reflection::UShort:
      return addInteger<uint16_t>(entry);
    case reflection::Int:
      return addInteger<int32_t>(entry);
    case reflection::UInt:
      return addInteger<uint32_t>(entry);
    case reflection::Long:
      return addInteger<int64_t>(entry);
    case reflection::ULong:
      return addInteger<uint64_t>(entry);
    case reflection::Float:
      return builder.AddElement<float>(
          field->offset(), static_cast<float>(entry.real),
          static_cast<float>(field->default_real()));
    case reflection::Double:
      return builder.AddElement<double>(field->offset(), entry.real,
                                        field->default_real());
    default:
      return builder.AddOffset(field->offset(), entry.offset);
    }
  }

  flatbuffers::FlatBufferBuilder &builder;
  EmitError emitError;
  VectorPool *pool;
};

} // namespace

FailureOr<flatbuffers::Offset<void>>
tfl::writeTable(flatbuffers::FlatBufferBuilder &builder,
                const reflection::Object *type, DictionaryAttr values,
                EmitError emitError, VectorPool *pool) {
  return TableWriter(builder, emitError, pool).write(type, values);
}
