//===- EveryOperatorTest.cpp - The whole schema, in and out -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generated from the schema: a model for every operator code, every options
// table with all fields set to something else than their default, and every
// tensor type. A row that is added to the schema is tested without a change
// here.
//
//===----------------------------------------------------------------------===//

#include "EnumAttributes.h"
#include "RoundTrip.h"
#include "SchemaReflection.h"
#include "tflite_generated.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;
using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

namespace {

StringRef toStringRef(const flatbuffers::String *text) {
  return StringRef(text->c_str(), text->size());
}

/// A value for every field of `type`, none of which is the default.
class NonDefaultValues {
public:
  explicit NonDefaultValues(MLIRContext *context) : builder(context) {}

  DictionaryAttr make(const reflection::Object *type) {
    SmallVector<NamedAttribute> values;
    for (const reflection::Field *field :
         SchemaReflection::get().getFields(type))
      values.emplace_back(toStringRef(field->name()), makeField(field));
    return builder.getDictionaryAttr(values);
  }

private:
  int64_t makeInteger(const reflection::Field *field) {
    int64_t fallback = field->default_integer();
    if (field->type()->index() < 0)
      return fallback + 3 + field->id();
    const reflection::Enum *type =
        SchemaReflection::get().getEnum(field->type());
    int64_t last = type->values()->Get(type->values()->size() - 1)->value();
    // An enum with one member has only its default.
    return last != fallback || type->values()->size() == 1
               ? last
               : type->values()->Get(0)->value();
  }

  Attribute makeField(const reflection::Field *field) {
    switch (field->type()->base_type()) {
    case reflection::Bool:
      return builder.getBoolAttr(field->default_integer() == 0);
    case reflection::Float:
      return builder.getF32FloatAttr(static_cast<float>(field->default_real()) +
                                     0.1f + field->id());
    case reflection::String:
      return builder.getStringAttr("text of " + toStringRef(field->name()));
    case reflection::Vector:
      return makeVector(field);
    default:
      break;
    }
    int64_t value = makeInteger(field);
    if (field->type()->index() >= 0) {
      StringRef name =
          getLocalName(SchemaReflection::get().getEnum(field->type())->name());
      if (Attribute attr = getEnumAttr(builder.getContext(), name, value))
        return attr;
    }
    switch (field->type()->base_type()) {
    case reflection::Byte:
      return builder.getI8IntegerAttr(value);
    case reflection::Int:
      return builder.getI32IntegerAttr(value);
    case reflection::Long:
      return builder.getI64IntegerAttr(value);
    case reflection::UInt:
      return builder.getIntegerAttr(builder.getIntegerType(32, false), value);
    default:
      ADD_FAILURE() << "no value for " << field->name()->str();
      return {};
    }
  }

  Attribute makeVector(const reflection::Field *field) {
    switch (field->type()->element()) {
    case reflection::Bool:
      return builder.getDenseBoolArrayAttr({true, false, true});
    case reflection::Int:
      return builder.getDenseI32ArrayAttr({1, -2, field->id()});
    case reflection::Long:
      return builder.getDenseI64ArrayAttr({1, -2, int64_t(1) << 40});
    case reflection::Float:
      return builder.getDenseF32ArrayAttr({0.1f, -2.5f, 1.0e-20f});
    case reflection::UByte:
      return makeUnsigned<uint8_t>({1, 2, 255});
    case reflection::UInt:
      return makeUnsigned<uint32_t>({1, 2, 0});
    default:
      ADD_FAILURE() << "no value for " << field->name()->str();
      return {};
    }
  }

  template <typename T>
  Attribute makeUnsigned(ArrayRef<T> values) {
    return DenseElementsAttr::get(
        RankedTensorType::get({static_cast<int64_t>(values.size())},
                              builder.getIntegerType(sizeof(T) * 8, false)),
        values);
  }

  Builder builder;
};

Offset<tflite::Tensor> createTensor(FlatBufferBuilder &builder,
                                    ArrayRef<int32_t> shape,
                                    tflite::TensorType type, StringRef name,
                                    uint32_t buffer = 0) {
  auto dims = builder.CreateVector(shape.data(), shape.size());
  auto text = builder.CreateString(name.data(), name.size());
  return tflite::CreateTensor(builder, dims, type, buffer, text);
}

/// A model with one operator of `code` from tensor 0 to tensor 1.
std::string buildModel(tflite::BuiltinOperator code, StringRef table,
                       DictionaryAttr options) {
  const SchemaReflection &schema = SchemaReflection::get();
  FlatBufferBuilder builder;
  Offset<void> written;
  uint8_t type = 0, type2 = 0;
  if (!table.empty()) {
    auto result = writeTable(builder, schema.findTable(table), options,
                             [] { return InFlightDiagnostic(); });
    EXPECT_TRUE(succeeded(result)) << table.str();
    if (failed(result))
      return {};
    written = *result;
    if (auto member = getEnumValue(schema.findEnum("BuiltinOptions"), table))
      type = *member;
    else
      type2 = *getEnumValue(schema.findEnum("BuiltinOptions2"), table);
  }
  std::vector<Offset<tflite::Tensor>> tensors = {
      createTensor(builder, {1, 2}, tflite::TensorType::FLOAT32, "in"),
      createTensor(builder, {1, 2}, tflite::TensorType::FLOAT32, "out")};
  std::vector<int32_t> in = {0}, out = {1};
  auto tensorVector = builder.CreateVector(tensors);
  auto inputs = builder.CreateVector(in), outputs = builder.CreateVector(out);
  tflite::OperatorBuilder op(builder);
  op.add_inputs(inputs);
  op.add_outputs(outputs);
  op.add_builtin_options_type(static_cast<tflite::BuiltinOptions>(type));
  op.add_builtin_options_2_type(static_cast<tflite::BuiltinOptions2>(type2));
  if (type)
    op.add_builtin_options(written);
  if (type2)
    op.add_builtin_options_2(written);
  auto opOffset = op.Finish();
  auto operators = builder.CreateVector(&opOffset, 1);
  auto subgraph =
      tflite::CreateSubGraph(builder, tensorVector, inputs, outputs, operators);
  auto subgraphs = builder.CreateVector(&subgraph, 1);
  auto custom = builder.CreateString("acme");
  auto codeOffset = tflite::CreateOperatorCode(
      builder,
      static_cast<int8_t>(std::min<int32_t>(static_cast<int32_t>(code), 127)),
      code == tflite::BuiltinOperator::CUSTOM ? custom : 0, /*version=*/7,
      code);
  auto codes = builder.CreateVector(&codeOffset, 1);
  auto empty = tflite::CreateBuffer(builder);
  auto buffers = builder.CreateVector(&empty, 1);
  tflite::FinishModelBuffer(
      builder, tflite::CreateModel(builder, 3, codes, subgraphs, 0, buffers));
  return getBytes(builder);
}

const tflite::Operator &getOperator(const std::string &bytes) {
  return *tflite::GetModel(bytes.data())
              ->subgraphs()
              ->Get(0)
              ->operators()
              ->Get(0);
}

/// `name` in the style of the other side: "CONV_2D" and "Conv2DOptions" meet.
std::string normalize(StringRef name) {
  std::string result;
  for (char c : name)
    if (c != '_')
      result += llvm::toLower(c);
  return result;
}

/// The options table of the operator `name`: that of the typed op, or the one
/// that is named after it; empty if there is neither.
StringRef findTable(MLIRContext *context, StringRef name) {
  if (auto registered =
          RegisteredOperationName::lookup("mopt." + name.lower(), context))
    if (auto *builtin = registered->getInterface<BuiltinOp>())
      return builtin->getOptionsTableName();
  for (StringRef unionName : {"BuiltinOptions", "BuiltinOptions2"})
    for (const reflection::EnumVal *member :
         *SchemaReflection::get().findEnum(unionName)->values())
      if (normalize(toStringRef(member->name())) == normalize(name) + "options")
        return toStringRef(member->name());
  return {};
}

/// Imports a model of `code`, exports it and checks the file against the one
/// before by value, then imports again and checks that the IR is the same.
void checkOperator(tflite::BuiltinOperator code, StringRef name,
                   StringRef table) {
  SCOPED_TRACE((name + " with " + (table.empty() ? "no table" : table)).str());
  MLIRContext context;
  // Models that no runtime would run are imported with a warning.
  ScopedDiagnosticHandler silence(&context, [](Diagnostic &diagnostic) {
    return success(diagnostic.getSeverity() != DiagnosticSeverity::Error);
  });
  context.getOrLoadDialect<MoptDialect>();
  const SchemaReflection &schema = SchemaReflection::get();
  DictionaryAttr options;
  if (!table.empty())
    options = NonDefaultValues(&context).make(schema.findTable(table));
  std::string bytes = buildModel(code, table, options);
  OwningOpRef<ModuleOp> module = importBytes(context, bytes);
  ASSERT_TRUE(module);
  std::string exported = exportToBytes(*module);
  ASSERT_FALSE(exported.empty());

  flatbuffers::Verifier verifier(
      reinterpret_cast<const uint8_t *>(exported.data()), exported.size());
  ASSERT_TRUE(tflite::VerifyModelBuffer(verifier));
  const tflite::OperatorCode &entry =
      *tflite::GetModel(exported.data())->operator_codes()->Get(0);
  EXPECT_EQ(entry.builtin_code(), code);
  EXPECT_EQ(entry.deprecated_builtin_code(),
            std::min<int32_t>(static_cast<int32_t>(code), 127));
  EXPECT_EQ(entry.version(), 7);
  const tflite::Operator &op = getOperator(exported);
  EXPECT_EQ(op.builtin_options_type(),
            getOperator(bytes).builtin_options_type());
  EXPECT_EQ(op.builtin_options_2_type(),
            getOperator(bytes).builtin_options_2_type());
  if (!table.empty()) {
    const void *written =
        op.builtin_options() ? op.builtin_options() : op.builtin_options_2();
    ASSERT_NE(written, nullptr);
    auto read = readTable(static_cast<const flatbuffers::Table *>(written),
                          schema.findTable(table), &context,
                          [] { return InFlightDiagnostic(); });
    ASSERT_TRUE(succeeded(read));
    EXPECT_EQ(*read, options);
  }

  MLIRContext second, third;
  ScopedDiagnosticHandler silence2(&second, [](Diagnostic &) {});
  ScopedDiagnosticHandler silence3(&third, [](Diagnostic &) {});
  OwningOpRef<ModuleOp> before = importBytes(second, bytes);
  OwningOpRef<ModuleOp> after = importBytes(third, exported);
  ASSERT_TRUE(before && after);
  EXPECT_EQ(print(*before), print(*after));
}

TEST(EveryOperator, RoundTrips) {
  MLIRContext context;
  context.getOrLoadDialect<MoptDialect>();
  const reflection::Enum *codes =
      SchemaReflection::get().findEnum("BuiltinOperator");
  // CUSTOM, DELEGATE and the placeholder are codes like all others to a file.
  EXPECT_EQ(codes->values()->size(), 210u);
  for (const reflection::EnumVal *code : *codes->values()) {
    StringRef name = toStringRef(code->name());
    checkOperator(static_cast<tflite::BuiltinOperator>(code->value()), name,
                  findTable(&context, name));
  }
}

TEST(EveryOptionsTable, RoundTrips) {
  // ADD has a typed op, which takes a table of its own only; CALL has none.
  for (StringRef unionName : {"BuiltinOptions", "BuiltinOptions2"})
    for (const reflection::EnumVal *member :
         *SchemaReflection::get().findEnum(unionName)->values())
      if (member->value() != 0)
        for (tflite::BuiltinOperator code :
             {tflite::BuiltinOperator::ADD, tflite::BuiltinOperator::CALL})
          checkOperator(code, "operator", toStringRef(member->name()));
}

TEST(EveryOptionsTable, ValuesAreReadByTheGeneratedAccessorsToo) {
  MLIRContext context;
  Builder builder(&context);
  context.getOrLoadDialect<MoptDialect>();
  DictionaryAttr options = builder.getDictionaryAttr(
      {builder.getNamedAttr("padding",
                            PaddingAttr::get(&context, Padding::VALID)),
       builder.getNamedAttr("stride_w", builder.getI32IntegerAttr(5)),
       builder.getNamedAttr("stride_h", builder.getI32IntegerAttr(-6)),
       builder.getNamedAttr(
           "fused_activation_function",
           ActivationFunctionAttr::get(&context, ActivationFunction::TANH)),
       builder.getNamedAttr("dilation_w_factor",
                            builder.getI32IntegerAttr(2))});
  std::string bytes =
      buildModel(tflite::BuiltinOperator::CONV_2D, "Conv2DOptions", options);
  const tflite::Conv2DOptions *conv =
      getOperator(bytes).builtin_options_as_Conv2DOptions();
  ASSERT_NE(conv, nullptr);
  EXPECT_EQ(conv->padding(), tflite::Padding::VALID);
  EXPECT_EQ(conv->stride_w(), 5);
  EXPECT_EQ(conv->stride_h(), -6);
  EXPECT_EQ(conv->fused_activation_function(),
            tflite::ActivationFunctionType::TANH);
  EXPECT_EQ(conv->dilation_w_factor(), 2);
  EXPECT_EQ(conv->dilation_h_factor(), 1);
}

/// A model whose inputs, results and constants have every tensor type.
TEST(EveryTensorType, RoundTrips) {
  const reflection::Enum *types =
      SchemaReflection::get().findEnum("TensorType");
  EXPECT_EQ(types->values()->size(), 23u);
  FlatBufferBuilder builder;
  std::vector<Offset<tflite::Tensor>> tensors;
  std::vector<Offset<tflite::Buffer>> buffers = {tflite::CreateBuffer(builder)};
  std::vector<int32_t> inputs, outputs;
  for (const reflection::EnumVal *entry : *types->values()) {
    auto type = static_cast<tflite::TensorType>(entry->value());
    std::string name = entry->name()->str();
    inputs.push_back(tensors.size());
    outputs.push_back(tensors.size());
    tensors.push_back(createTensor(builder, {1, 4}, type, name));
    // Four elements of each type; strings and handles have no fixed size.
    static constexpr unsigned bits[] = {32, 16, 32, 8,   64, 0, 8, 16,
                                        64, 8,  64, 128, 64, 0, 0, 32,
                                        16, 4,  16, 2,   4,  8, 8};
    unsigned size = bits[entry->value()] ? bits[entry->value()] * 4 / 8 : 24;
    std::vector<uint8_t> data(size);
    for (unsigned i = 0; i < size; ++i)
      data[i] = type == tflite::TensorType::BOOL ? i % 2 : i + 1;
    outputs.push_back(tensors.size());
    tensors.push_back(
        createTensor(builder, {1, 4}, type, name + "_c", buffers.size()));
    buffers.push_back(
        tflite::CreateBuffer(builder, builder.CreateVector(data)));
  }
  auto tensorVector = builder.CreateVector(tensors);
  auto inputVector = builder.CreateVector(inputs);
  auto outputVector = builder.CreateVector(outputs);
  auto subgraph =
      tflite::CreateSubGraph(builder, tensorVector, inputVector, outputVector);
  auto subgraphs = builder.CreateVector(&subgraph, 1);
  auto bufferVector = builder.CreateVector(buffers);
  tflite::FinishModelBuffer(
      builder, tflite::CreateModel(builder, 3, 0, subgraphs, 0, bufferVector));
  std::string bytes = getBytes(builder);

  MLIRContext first, second;
  OwningOpRef<ModuleOp> module = importBytes(first, bytes);
  ASSERT_TRUE(module);
  std::string exported = exportToBytes(*module);
  OwningOpRef<ModuleOp> again = importBytes(second, exported);
  ASSERT_TRUE(again);
  EXPECT_EQ(print(*module), print(*again));

  auto getTensors = [](const std::string &data) {
    return tflite::GetModel(data.data())->subgraphs()->Get(0)->tensors();
  };
  auto getData = [](const std::string &data, const tflite::Tensor &tensor) {
    auto *vector =
        tflite::GetModel(data.data())->buffers()->Get(tensor.buffer())->data();
    return vector ? std::string(vector->begin(), vector->end()) : std::string();
  };
  std::map<std::string, const tflite::Tensor *> byName;
  for (const tflite::Tensor *tensor : *getTensors(exported))
    byName[tensor->name()->str()] = tensor;
  ASSERT_EQ(byName.size(), tensors.size());
  for (const tflite::Tensor *tensor : *getTensors(bytes)) {
    const tflite::Tensor *other = byName[tensor->name()->str()];
    ASSERT_NE(other, nullptr) << tensor->name()->str();
    EXPECT_EQ(other->type(), tensor->type()) << tensor->name()->str();
    EXPECT_EQ(getData(exported, *other), getData(bytes, *tensor))
        << tensor->name()->str();
  }
}

} // namespace
