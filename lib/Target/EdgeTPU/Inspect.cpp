//===- Inspect.cpp - What is in an Edge TPU package -------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/EdgeTPU/Inspect.h"

#include "Package.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Target/TFLite/Attributes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/xxhash.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::edgetpu_format;
using llvm::json::Array;
using llvm::json::Object;
using JSON = llvm::json::Value;

//===----------------------------------------------------------------------===//
// Fields that may be absent
//===----------------------------------------------------------------------===//

static JSON toJSON(const flatbuffers::String *text) {
  if (!text)
    return nullptr;
  return llvm::json::fixUTF8(llvm::StringRef(text->c_str(), text->size()));
}

template <typename T>
static JSON toJSON(const flatbuffers::Vector<T> *values) {
  if (!values)
    return nullptr;
  Array array;
  for (T value : *values)
    array.push_back(static_cast<int64_t>(value));
  return array;
}

/// `table[i]` for every entry; a table that is absent has none.
template <typename T, typename Function>
static Array
mapTables(const flatbuffers::Vector<flatbuffers::Offset<T>> *tables,
          Function toObject) {
  Array array;
  if (tables)
    for (const T *table : *tables)
      array.push_back(toObject(*table));
  return array;
}

/// Numbers that no name is known for stay numbers.
template <typename Enum>
static JSON nameOrNumber(Enum value, const char *name) {
  if (name && *name)
    return name;
  return static_cast<int64_t>(value);
}

static std::string getHash(llvm::ArrayRef<uint8_t> bytes) {
  return llvm::formatv("{0:x-16}", llvm::xxh3_64bits(bytes)).str();
}

static JSON describeBytes(const flatbuffers::Vector<uint8_t> *bytes) {
  llvm::ArrayRef<uint8_t> data;
  if (bytes)
    data = {bytes->data(), bytes->size()};
  Object object{{"bytes", static_cast<int64_t>(data.size())}};
  if (!data.empty())
    object["xxh3"] = getHash(data);
  return object;
}

//===----------------------------------------------------------------------===//
// Instructions and transfers
//===----------------------------------------------------------------------===//

static JSON toJSON(const edgetpu::Meta *meta) {
  if (!meta)
    return nullptr;
  Object object{
      {"base", nameOrNumber(meta->desc(), edgetpu::EnumNameBase(meta->desc()))},
      {"position",
       nameOrNumber(meta->position(), edgetpu::EnumNameHalf(meta->position()))},
      {"batch", meta->batch()}};
  if (meta->name())
    object["name"] = toJSON(meta->name());
  return object;
}

static JSON describeBitstream(const edgetpu::InstructionBitstream &stream) {
  int64_t bytes = stream.bitstream() ? stream.bitstream()->size() : 0;
  return Object{{"bitstream", describeBytes(stream.bitstream())},
                {"instructions", bytes / 16},
                {"field_offsets",
                 mapTables(stream.field_offsets(),
                           [](const edgetpu::FieldOffset &field) -> JSON {
                             return Object{{"offset_bit", field.offset_bit()},
                                           {"meta", toJSON(field.meta())}};
                           })}};
}

static JSON describeHint(const edgetpu::DmaHint &hint) {
  Object object{
      {"kind", nameOrNumber(hint.any_hint_type(),
                            edgetpu::EnumNameAnyHint(hint.any_hint_type()))},
      {"direction", nameOrNumber(hint.direction(), edgetpu::EnumNameDirection(
                                                       hint.direction()))}};
  if (const auto *dma = hint.any_hint_as_DmaDescriptorHint()) {
    object["meta"] = toJSON(dma->meta());
    object["offset_in_bytes"] = dma->offset_in_bytes();
    object["size_in_bytes"] = dma->size_in_bytes();
  } else if (const auto *chunk = hint.any_hint_as_InstructionHint()) {
    object["instruction_chunk_index"] = chunk->instruction_chunk_index();
  } else if (const auto *interrupt = hint.any_hint_as_InterruptHint()) {
    object["type"] = nameOrNumber(
        interrupt->type(), edgetpu::EnumNameInterrupt(interrupt->type()));
  }
  return object;
}

static JSON describeHints(const edgetpu::DmaHints *hints) {
  if (!hints)
    return nullptr;
  return Object{{"fully_deterministic", hints->fully_deterministic()},
                {"hints", mapTables(hints->hints(), describeHint)}};
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

static JSON describeShape(const edgetpu::TensorShape *shape) {
  if (!shape || !shape->dimension())
    return nullptr;
  Array dimensions;
  for (const edgetpu::Range *range : *shape->dimension())
    dimensions.push_back(Array{range->start(), range->end()});
  return dimensions;
}

static JSON describeLayout(const edgetpu::OutputLayout *layout) {
  if (!layout)
    return nullptr;
  return Object{{"y_coordinate_to_linear_tile_id_map",
                 toJSON(layout->y_coordinate_to_linear_tile_id_map())},
                {"x_coordinate_to_linear_tile_id_map",
                 toJSON(layout->x_coordinate_to_linear_tile_id_map())},
                {"linearized_tile_byte_offset",
                 toJSON(layout->linearized_tile_byte_offset())},
                {"x_coordinate_to_local_byte_offset",
                 toJSON(layout->x_coordinate_to_local_byte_offset())},
                {"y_coordinate_to_local_y_offset",
                 toJSON(layout->y_coordinate_to_local_y_offset())},
                {"x_coordinate_to_local_y_row_size",
                 toJSON(layout->x_coordinate_to_local_y_row_size())}};
}

static JSON describeShapeInfo(const edgetpu::OutputShapeInfo *info) {
  if (!info)
    return nullptr;
  return Object{{"slice_layout",
                 mapTables(info->slice_layout(),
                           [](const edgetpu::TensorLayout &layout) -> JSON {
                             return Object{
                                 {"shape", describeShape(layout.shape())},
                                 {"stride", toJSON(layout.stride())}};
                           })},
                {"slice_offset", toJSON(info->slice_offset())}};
}

/// What the host adds to the zero points of signed tensors, whose sign bit it
/// flips: data on the chip is unsigned.
static int64_t getSignOffset(edgetpu::DataType type) {
  switch (type) {
  case edgetpu::DataType::SIGNED_FIXED_POINT8:
    return 128;
  case edgetpu::DataType::SIGNED_FIXED_POINT16:
    return 32768;
  default:
    return 0;
  }
}

static JSON describeLayer(const edgetpu::Layer &layer) {
  Object object{
      {"name", toJSON(layer.name())},
      {"size_bytes", layer.size_bytes()},
      {"y_dim", layer.y_dim()},
      {"x_dim", layer.x_dim()},
      {"z_dim", layer.z_dim()},
      {"data_type", nameOrNumber(layer.data_type(),
                                 edgetpu::EnumNameDataType(layer.data_type()))},
      {"execution_count_per_inference", layer.execution_count_per_inference()},
      {"cache_on_dram", layer.cache_on_dram()},
      {"shape", describeShape(layer.shape())}};
  if (const edgetpu::Numerics *numerics = layer.numerics()) {
    object["zero_point"] = numerics->zero_point();
    object["tflite_zero_point"] =
        numerics->zero_point() - getSignOffset(layer.data_type());
    // JSON has no infinities, which only a damaged file holds.
    float factor = numerics->dequantization_factor();
    object["dequantization_factor"] =
        std::isfinite(factor) ? JSON(factor) : JSON(nullptr);
  }
  if (const edgetpu::OutputLayer *output = layer.any_layer_as_OutputLayer()) {
    object["layout"] = describeLayout(output->layout());
    object["shape_info"] = describeShapeInfo(output->shape_info());
  }
  return object;
}

//===----------------------------------------------------------------------===//
// Executables and packages
//===----------------------------------------------------------------------===//

/// Their place is from the beginning of the custom options.
static JSON describeParameters(const LoadedExecutable &loaded) {
  JSON object = describeBytes(loaded.root->parameters());
  if (!loaded.getParameters().empty())
    (*object.getAsObject())["offset"] =
        static_cast<int64_t>(loaded.getParametersOffset());
  return object;
}

static JSON describeExecutable(const LoadedExecutable &loaded) {
  const edgetpu::Executable &executable = *loaded.root;
  return Object{
      {"bytes", static_cast<int64_t>(loaded.bytes->getBufferSize())},
      {"version", executable.version()},
      {"name", toJSON(executable.name())},
      {"type", edgetpu::EnumNameExecutableType(executable.type())},
      {"batch_size", executable.batch_size()},
      {"chip", toJSON(executable.chip())},
      {"scratch_size_bytes", executable.scratch_size_bytes()},
      {"used_narrow_memory_bytes_per_tile",
       executable.used_narrow_memory_bytes_per_tile()},
      {"parameter_caching_token",
       llvm::formatv("{0:x-16}", executable.parameter_caching_token()).str()},
      {"estimated_cycles", executable.estimated_cycles()},
      {"estimated_cycles_64bit", executable.estimated_cycles_64bit()},
      {"use_tpu_dram_for_parameters", executable.use_tpu_dram_for_parameters()},
      {"serialized_model", describeBytes(executable.serialized_model())},
      {"parameters", describeParameters(loaded)},
      {"instruction_bitstreams",
       mapTables(executable.instruction_bitstreams(), describeBitstream)},
      {"dma_hints", describeHints(executable.dma_hints())},
      {"input_layers", mapTables(executable.input_layers(), describeLayer)},
      {"output_layers", mapTables(executable.output_layers(), describeLayer)}};
}

static Object describeOptions(const CustomOptions &options) {
  Object object{
      {"further_executables", static_cast<int64_t>(options.furtherExecutables)},
      {"chips", Array(options.chips)}};
  if (options.version)
    object["version"] = *options.version;
  if (options.chip)
    object["chip"] = llvm::json::fixUTF8(*options.chip);
  if (options.executionPreference)
    object["execution_preference"] = *options.executionPreference;
  return object;
}

llvm::Expected<Object>
mopt::inspectEdgeTPUOptions(llvm::ArrayRef<char> customOptions) {
  llvm::Expected<LoadedPackage> loaded = loadPackage(customOptions);
  if (!loaded)
    return loaded.takeError();
  Object object{
      {"custom_options_bytes", static_cast<int64_t>(customOptions.size())},
      {"options", describeOptions(loaded->options)},
      {"package_offset", static_cast<int64_t>(loaded->offset)},
      {"package_bytes", static_cast<int64_t>(loaded->options.package.size())}};
  if (const edgetpu::Package *package = loaded->root) {
    const auto *chips = package->multi_chip_package();
    object["package"] =
        Object{{"min_runtime_version", package->min_runtime_version()},
               {"compiler_version", toJSON(package->compiler_version())},
               {"keypair_version", package->keypair_version()},
               {"signature", describeBytes(package->signature())},
               {"virtual_chip_id", package->virtual_chip_id()},
               {"multi_chip_packages", chips ? int64_t(chips->size()) : 0},
               {"model_identifier", toJSON(package->model_identifier())}};
  }
  Array executables;
  for (const LoadedExecutable &executable : loaded->executables)
    executables.push_back(describeExecutable(executable));
  object["executables"] = std::move(executables);
  return object;
}

static Array describeTensors(ValueRange values) {
  Array array;
  for (Value value : values) {
    std::string type;
    llvm::raw_string_ostream os(type);
    value.getType().print(os);
    array.push_back(Object{{"name", llvm::json::fixUTF8(getTensorName(value))},
                           {"type", std::move(type)}});
  }
  return array;
}

FailureOr<Object> mopt::inspectEdgeTPU(ModuleOp module) {
  Array ops;
  WalkResult result = module.walk([&](CustomOp op) {
    if (op.getCustomCode() != kCustomCode)
      return WalkResult::advance();
    llvm::Expected<Object> object = inspectEdgeTPUOptions(getCustomOptions(op));
    if (!object) {
      emitError(op.getLoc()) << llvm::toString(object.takeError());
      return WalkResult::interrupt();
    }
    auto version = op->getAttrOfType<IntegerAttr>(kVersionAttr);
    (*object)["version"] = version ? version.getInt() : 1;
    auto format = op->getAttrOfType<IntegerAttr>(kCustomOptionsFormatAttr);
    (*object)["custom_options_format"] =
        format ? JSON(format.getInt()) : JSON("FLEXBUFFERS");
    (*object)["inputs"] = describeTensors(op.getInputs());
    (*object)["outputs"] = describeTensors(op.getOutputs());
    ops.push_back(std::move(*object));
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  if (ops.empty())
    return LogicalResult(emitError(module.getLoc())
                         << "holds no '" << kCustomCode
                         << "': it is not what the Edge TPU's compiler wrote");
  Object report{{"custom_code", kCustomCode}, {"ops", std::move(ops)}};
  if (auto description = module->getAttrOfType<StringAttr>(kDescriptionAttr))
    report["description"] = llvm::json::fixUTF8(description.getValue());
  return report;
}
