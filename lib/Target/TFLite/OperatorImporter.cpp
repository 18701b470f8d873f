//===- OperatorImporter.cpp - From an operator to an op -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OperatorImporter.h"

#include "ConstantData.h"
#include "CustomOptions.h"

#include "mlir/IR/Verifier.h"
#include "mopt/Dialect/Mopt/IR/FormatInterfaces.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Target/TFLite/Attributes.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;

namespace {

/// An options table of the file.
struct Options {
  StringRef table;
  DictionaryAttr fields;
};

class OperatorImporter {
public:
  OperatorImporter(ModelImporter &importer, OpBuilder &builder,
                   const OperatorParts &parts)
      : importer(importer), builder(builder), parts(parts),
        loc(NameLoc::get(builder.getStringAttr(parts.where))) {}

  FailureOr<Operation *> run() {
    if (failed(readOptions()) || failed(readCustomOptions()))
      return failure();
    setCommonAttributes();
    bool isCustom = parts.code.code == tflite::BuiltinOperator::CUSTOM;
    std::string reason;
    if (Operation *op =
            isCustom ? createTypedCustom(reason) : createTyped(reason))
      return op;
    if (!reason.empty() && importer.getBatch())
      return importer.error(parts.where)
             << "cannot be given a batch of " << importer.getBatch() << ": "
             << reason;
    if (!reason.empty())
      emitWarning(importer.getFileLoc())
          << parts.where << ": carried as mopt."
          << (isCustom ? "custom" : "opaque") << ", because " << reason;
    return isCustom ? createCustom() : createOpaque();
  }

private:
  FailureOr<Options> readUnion(const void *value, uint8_t member,
                               StringRef unionName) {
    auto error = [&] { return importer.error(parts.where); };
    if (member == 0)
      return Options{};
    StringRef name =
        getEnumName(SchemaReflection::get().findEnum(unionName), member);
    if (name.empty())
      return error() << "has options table " << unsigned(member) << " of "
                     << unionName << ", which the schema does not know";
    if (!value)
      return error() << "names options table " << name << " but has none";
    FailureOr<DictionaryAttr> fields = readTable(
        static_cast<const flatbuffers::Table *>(value),
        SchemaReflection::get().findTable(name), importer.getContext(), error);
    if (failed(fields))
      return failure();
    return Options{name, *fields};
  }

  LogicalResult readOptions() {
    const tflite::Operator &op = parts.op;
    FailureOr<Options> first = readUnion(
        op.builtin_options(), static_cast<uint8_t>(op.builtin_options_type()),
        "BuiltinOptions");
    if (failed(first))
      return failure();
    FailureOr<Options> second = readUnion(
        op.builtin_options_2(),
        static_cast<uint8_t>(op.builtin_options_2_type()), "BuiltinOptions2");
    if (failed(second))
      return failure();
    options = first->fields ? *first : *second;
    if (first->fields && second->fields)
      extraOptions = *second;
    return success();
  }

  LogicalResult readCustomOptions() {
    const tflite::Operator &op = parts.op;
    if (op.custom_options()) {
      ArrayRef<uint8_t> bytes = toArrayRef(op.custom_options());
      customOptions = importer.addBytesAttr(ArrayRef<char>(
          reinterpret_cast<const char *>(bytes.data()), bytes.size()));
    }
    // An offset of 0 or 1 means that there are none outside the flatbuffer.
    if (op.large_custom_options_offset() <= 1)
      return success();
    std::optional<ArrayRef<char>> bytes = importer.getFileRange(
        op.large_custom_options_offset(), op.large_custom_options_size());
    if (!bytes || customOptions)
      return importer.error(parts.where)
             << "has custom options "
             << (bytes ? "both inside and outside the flatbuffer"
                       : "outside the file");
    customOptions = importer.addBytesAttr(*bytes);
    return success();
  }

  void setCommonAttributes() {
    auto add = [&](StringRef name, Attribute value) {
      common.push_back(builder.getNamedAttr(name, value));
    };
    const tflite::Operator &op = parts.op;
    add(kTensorsAttr, builder.getArrayAttr(parts.resultInfos));
    add(kVersionAttr, builder.getI32IntegerAttr(parts.code.version));
    if (!parts.intermediates.empty())
      add(kIntermediatesAttr, builder.getArrayAttr(parts.intermediates));
    if (op.debug_metadata_index() != -1)
      add(kDebugMetadataIndexAttr,
          builder.getI32IntegerAttr(op.debug_metadata_index()));
    if (op.custom_options_format() != tflite::CustomOptionsFormat::FLEXBUFFERS)
      add(kCustomOptionsFormatAttr,
          builder.getI8IntegerAttr(
              static_cast<int8_t>(op.custom_options_format())));
    SmallVector<bool> flags;
    if (op.mutating_variable_inputs())
      for (size_t i = 0; i < op.mutating_variable_inputs()->size(); ++i)
        flags.push_back(op.mutating_variable_inputs()->Get(i) != 0);
    // An empty list and one without a set flag say the same as none.
    if (llvm::is_contained(flags, true))
      mutating = builder.getDenseBoolArrayAttr(flags);
    if (extraOptions.fields) {
      add(kExtraOptionsTableAttr, builder.getStringAttr(extraOptions.table));
      add(kExtraOptionsAttr, extraOptions.fields);
    }
    bool isCustom = parts.code.code == tflite::BuiltinOperator::CUSTOM;
    if (!isCustom && !parts.code.customCode.empty())
      add(kCustomCodeAttr, builder.getStringAttr(parts.code.customCode));
  }

  OperationState getState(StringRef opName) {
    OperationState state(loc, opName);
    state.addOperands(parts.operands);
    state.addTypes(parts.resultTypes);
    state.addAttributes(common);
    return state;
  }

  Operation *createCustom() {
    OperationState state = getState(CustomOp::getOperationName());
    state.addAttribute("custom_code",
                       builder.getStringAttr(parts.code.customCode));
    if (customOptions)
      state.addAttribute("custom_options", customOptions);
    if (mutating)
      state.addAttribute("mutating_variable_inputs", mutating);
    if (options.fields) {
      state.addAttribute(kExtraOptionsTableAttr,
                         builder.getStringAttr(options.table));
      state.addAttribute(kExtraOptionsAttr, options.fields);
    }
    return builder.create(state);
  }

  Operation *createOpaque() {
    OperationState state = getState(OpaqueOp::getOperationName());
    state.addAttribute("opcode", builder.getStringAttr(parts.code.name));
    if (options.fields) {
      state.addAttribute("options_table", builder.getStringAttr(options.table));
      state.addAttribute("options", options.fields);
    }
    if (customOptions)
      state.addAttribute("custom_options", customOptions);
    if (mutating)
      state.addAttribute("mutating_variable_inputs", mutating);
    return builder.create(state);
  }

  /// The fields that the typed op takes: those of the file, or the schema's
  /// defaults where it has no table.
  DictionaryAttr getTypedFields(StringRef table) {
    if (options.fields || table.empty())
      return options.fields;
    FailureOr<DictionaryAttr> defaults = readTable(
        nullptr, SchemaReflection::get().findTable(table),
        importer.getContext(), [&] { return importer.error(parts.where); });
    return succeeded(defaults) ? *defaults : DictionaryAttr();
  }

  /// Null if no op has the custom code (`reason` stays empty) or it does not
  /// fit.
  Operation *createTypedCustom(std::string &reason) {
    auto name = findCustomCodeOp(importer.getContext(), parts.code.customCode);
    if (!name)
      return nullptr;
    OperationState state = getState(name->getStringRef());
    if (customOptions)
      state.addAttribute(kCustomOptionsAttr, customOptions);
    if (mutating)
      state.addAttribute(kMutatingInputsAttr, mutating);
    if (options.fields) {
      state.addAttribute(kExtraOptionsTableAttr,
                         builder.getStringAttr(options.table));
      state.addAttribute(kExtraOptionsAttr, options.fields);
    }
    Operation *op = builder.create(state);
    std::optional<ConstantData> data;
    if (customOptions)
      data = getConstantData(customOptions);
    if (!data || !tfl::readCustomOptions(data->bytes, op))
      reason = "its options are no map";
    else
      reason = getVerifierMessage(op);
    if (reason.empty())
      return op;
    op->erase();
    return nullptr;
  }

  /// Opens the first dimension of the first result; what the file has there
  /// goes to an attribute.
  void openShape(OperationState &state) {
    auto type = state.types.empty()
                    ? RankedTensorType()
                    : dyn_cast<RankedTensorType>(state.types.front());
    if (!type || type.getRank() == 0)
      return;
    SmallVector<int64_t> shape(type.getShape());
    state.addAttribute(kFileDimensionAttr,
                       builder.getI32IntegerAttr(shape.front()));
    shape.front() = ShapedType::kDynamic;
    state.types.front() = RankedTensorType::get(shape, type.getElementType());
  }

  /// What the verifier says against `op`; empty if it verifies.
  std::string getVerifierMessage(Operation *op) {
    std::string message;
    ScopedDiagnosticHandler capture(importer.getContext(),
                                    [&](Diagnostic &diagnostic) {
                                      if (message.empty())
                                        message = diagnostic.str();
                                      return success();
                                    });
    (void)verify(op, /*verifyRecursively=*/false);
    return message;
  }

  /// `fields` with symbols in place of the indices of subgraphs.
  DictionaryAttr nameSubgraphs(RegisteredOperationName name,
                               DictionaryAttr fields, std::string &reason) {
    NamedAttrList result(fields);
    for (StringRef attr :
         name.getInterface<SubgraphOp>()->getSubgraphAttrNames()) {
      auto index = fields.getAs<IntegerAttr>(attr);
      FlatSymbolRefAttr symbol;
      if (index)
        symbol = importer.getSubgraphSymbol(index.getValue().getSExtValue());
      if (!symbol) {
        reason = ("option '" + attr + "' names no subgraph of the model").str();
        return {};
      }
      result.set(attr, symbol);
    }
    return result.getDictionary(importer.getContext());
  }

  /// Null if there is no such op (`reason` stays empty) or it does not fit.
  Operation *createTyped(std::string &reason) {
    std::string opName = "mopt." + parts.code.name.lower();
    std::optional<RegisteredOperationName> registered =
        RegisteredOperationName::lookup(opName, importer.getContext());
    if (!registered)
      return nullptr;
    auto *builtin = registered->getInterface<BuiltinOp>();
    if (!builtin)
      return nullptr;
    StringRef table = builtin->getOptionsTableName();
    if (options.fields && options.table != table) {
      reason = (opName + " takes " +
                (table.empty() ? "no options table" : "the table " + table) +
                ", not " + options.table)
                   .str();
      return nullptr;
    }
    OperationState state = getState(opName);
    if (registered->hasInterface<OpenShapeOp>())
      openShape(state);
    DictionaryAttr fields = getTypedFields(table);
    if (fields && registered->hasInterface<SubgraphOp>()) {
      fields = nameSubgraphs(*registered, fields, reason);
      if (!fields)
        return nullptr;
    }
    if (fields)
      for (NamedAttribute field : fields)
        state.addAttribute(field.getName(), field.getValue());
    if (!options.fields && !table.empty())
      state.addAttribute(kNoOptionsAttr, builder.getUnitAttr());
    if (customOptions)
      state.addAttribute(kCustomOptionsAttr, customOptions);
    if (mutating)
      state.addAttribute(kMutatingInputsAttr, mutating);

    Operation *op = builder.create(state);
    // An attribute of a wrong kind is dropped without a word on creation.
    if (fields)
      for (NamedAttribute field : fields)
        if (op->getAttr(field.getName()) != field.getValue()) {
          reason = ("it does not take the value of option '" +
                    field.getName().getValue() + "'")
                       .str();
          op->erase();
          return nullptr;
        }
    reason = getVerifierMessage(op);
    if (reason.empty())
      return op;
    op->erase();
    return nullptr;
  }

  ModelImporter &importer;
  OpBuilder &builder;
  const OperatorParts &parts;
  Location loc;
  Options options, extraOptions;
  ElementsAttr customOptions;
  DenseBoolArrayAttr mutating;
  SmallVector<NamedAttribute> common;
};

} // namespace

FailureOr<Operation *> tfl::createOperator(ModelImporter &importer,
                                           OpBuilder &builder,
                                           const OperatorParts &parts) {
  return OperatorImporter(importer, builder, parts).run();
}

DictionaryAttr tfl::getOptionFields(Operation *op, GetSubgraphIndex getIndex) {
  NamedAttrList fields;
  const reflection::Object *table = SchemaReflection::get().findTable(
      cast<BuiltinOp>(op).getOptionsTableName());
  if (!table)
    return {};
  Builder builder(op->getContext());
  for (const reflection::Field *field :
       SchemaReflection::get().getFields(table)) {
    StringRef name(field->name()->c_str(), field->name()->size());
    Attribute value = op->getAttr(name);
    if (auto symbol = dyn_cast_or_null<FlatSymbolRefAttr>(value)) {
      bool isSigned = field->type()->base_type() == reflection::Int;
      value = builder.getIntegerAttr(
          isSigned ? builder.getI32Type()
                   : builder.getIntegerType(32, /*isSigned=*/false),
          getIndex(symbol));
    }
    auto list = dyn_cast_or_null<DenseArrayAttr>(value);
    if (value && !(list && list.empty()))
      fields.set(name, value);
  }
  return fields.getDictionary(op->getContext());
}

void tfl::carryAsOpaque(Operation *op, GetSubgraphIndex getIndex) {
  OpBuilder builder(op);
  OperationState state(op->getLoc(), OpaqueOp::getOperationName());
  state.addOperands(op->getOperands());
  state.addTypes(op->getResultTypes());
  StringRef table = cast<BuiltinOp>(op).getOptionsTableName();
  state.addAttribute(
      "opcode", builder.getStringAttr(op->getName().stripDialect().upper()));
  if (!table.empty() && !op->hasAttr(kNoOptionsAttr)) {
    state.addAttribute("options_table", builder.getStringAttr(table));
    state.addAttribute("options", getOptionFields(op, getIndex));
  }
  for (NamedAttribute attr : op->getDiscardableAttrs()) {
    if (attr.getName() == kNoOptionsAttr)
      continue;
    StringRef name = attr.getName();
    if (name == kCustomOptionsAttr)
      name = "custom_options";
    else if (name == kMutatingInputsAttr)
      name = "mutating_variable_inputs";
    state.addAttribute(name, attr.getValue());
  }
  Operation *opaque = builder.create(state);
  op->replaceAllUsesWith(opaque);
  op->erase();
}
