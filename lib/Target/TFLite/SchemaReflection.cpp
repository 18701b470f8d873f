//===- SchemaReflection.cpp - Tables as attributes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SchemaReflection.h"

#include "tflite_bfbs_generated.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;

StringRef tfl::getLocalName(const flatbuffers::String *name) {
  return StringRef(name->c_str(), name->size()).rsplit('.').second.empty()
             ? StringRef(name->c_str(), name->size())
             : StringRef(name->c_str(), name->size()).rsplit('.').second;
}

const SchemaReflection &SchemaReflection::get() {
  static const SchemaReflection instance;
  return instance;
}

SchemaReflection::SchemaReflection()
    : schema(reflection::GetSchema(tflite::ModelBinarySchema::data())) {
  for (const reflection::Object *object : *schema->objects()) {
    tables[getLocalName(object->name())] = object;
    auto &ordered = fields[object];
    ordered.resize(object->fields()->size());
    for (const reflection::Field *field : *object->fields())
      ordered[field->id()] = field;
  }
  for (const reflection::Enum *type : *schema->enums())
    enums[getLocalName(type->name())] = type;
}

const reflection::Object *SchemaReflection::findTable(StringRef name) const {
  return tables.lookup(name);
}

const reflection::Enum *SchemaReflection::findEnum(StringRef name) const {
  return enums.lookup(name);
}

ArrayRef<const reflection::Field *>
SchemaReflection::getFields(const reflection::Object *table) const {
  return fields.find(table)->second;
}

const reflection::Object *
SchemaReflection::getTable(const reflection::Type *type) const {
  return schema->objects()->Get(type->index());
}

const reflection::Enum *
SchemaReflection::getEnum(const reflection::Type *type) const {
  return schema->enums()->Get(type->index());
}

StringRef tfl::getEnumName(const reflection::Enum *type, int64_t value) {
  for (const reflection::EnumVal *member : *type->values())
    if (member->value() == value)
      return StringRef(member->name()->c_str(), member->name()->size());
  return {};
}

std::optional<int64_t> tfl::getEnumValue(const reflection::Enum *type,
                                         StringRef name) {
  for (const reflection::EnumVal *member : *type->values())
    if (name == StringRef(member->name()->c_str(), member->name()->size()))
      return member->value();
  return std::nullopt;
}

namespace {

/// Reports vtable slots that no field of the schema explains.
class UnknownFieldFinder {
public:
  explicit UnknownFieldFinder(llvm::function_ref<void(const Twine &)> found)
      : found(found) {}

  void visit(const flatbuffers::Table *table, const reflection::Object *type,
             const Twine &path) {
    const auto &reflection = SchemaReflection::get();
    ArrayRef<const reflection::Field *> fields = reflection.getFields(type);
    // The first two entries of a vtable are its own size and the table's; a
    // damaged one may not even have these.
    const uint8_t *vtable = table->GetVTable();
    unsigned entries = flatbuffers::ReadScalar<flatbuffers::voffset_t>(vtable) /
                       sizeof(flatbuffers::voffset_t);
    unsigned slots = std::max(entries, 2u) - 2;
    for (unsigned slot = fields.size(); slot < slots; ++slot)
      if (table->CheckField(flatbuffers::FieldIndexToOffset(slot)))
        found(path + "[field " + Twine(slot) + "]");
    for (const reflection::Field *field : fields) {
      if (!table->CheckField(field->offset()))
        continue;
      StringRef name(field->name()->c_str(), field->name()->size());
      visitField(table, field, path + "." + name);
    }
  }

private:
  void visitField(const flatbuffers::Table *table,
                  const reflection::Field *field, const Twine &path) {
    const auto &reflection = SchemaReflection::get();
    const reflection::Type *type = field->type();
    using Pointers =
        flatbuffers::Vector<flatbuffers::Offset<flatbuffers::Table>>;
    if (type->base_type() == reflection::Obj) {
      visit(table->GetPointer<const flatbuffers::Table *>(field->offset()),
            reflection.getTable(type), path);
    } else if (type->base_type() == reflection::Vector &&
               type->element() == reflection::Obj) {
      for (const flatbuffers::Table *element :
           *table->GetPointer<const Pointers *>(field->offset()))
        visit(element, reflection.getTable(type), path);
    } else if (type->base_type() == reflection::Union) {
      // The member's number is in the field before.
      uint8_t member = table->GetField<uint8_t>(field->offset() - 2, 0);
      const reflection::Enum *members = reflection.getEnum(type);
      if (StringRef name = getEnumName(members, member);
          member != 0 && !name.empty())
        visit(table->GetPointer<const flatbuffers::Table *>(field->offset()),
              reflection.findTable(name), path);
    }
  }

  llvm::function_ref<void(const Twine &)> found;
};

} // namespace

void tfl::findUnknownFields(const flatbuffers::Table *root,
                            const reflection::Object *type,
                            llvm::function_ref<void(const Twine &)> found) {
  UnknownFieldFinder(found).visit(root, type, getLocalName(type->name()));
}
