//===- Package.cpp - A checked Edge TPU package -----------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Package.h"

#include "flatbuffers/flexbuffers.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt::edgetpu_format;

/// Tables of instructions and layers lie no deeper than this.
static constexpr size_t kMaxDepth = 16;

/// The driver copies packages to memory that is aligned to a page; numbers in
/// them need 8 bytes.
static std::unique_ptr<llvm::MemoryBuffer> copyAligned(llvm::StringRef bytes) {
  auto copy = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      bytes.size(), "package", llvm::Align(64));
  std::memcpy(copy->getBufferStart(), bytes.data(), bytes.size());
  return copy;
}

/// A verifier whose limits a small file that describes a huge one runs into.
static flatbuffers::Verifier makeVerifier(llvm::StringRef bytes) {
  flatbuffers::Verifier::Options limits;
  limits.max_depth = kMaxDepth;
  limits.max_tables = bytes.size() / sizeof(flatbuffers::soffset_t);
  return flatbuffers::Verifier(
      reinterpret_cast<const uint8_t *>(bytes.data()),
      std::min<size_t>(bytes.size(), FLATBUFFERS_MAX_BUFFER_SIZE - 1), limits);
}

template <typename Root>
static const Root *openRoot(llvm::StringRef bytes, const char *identifier) {
  // An offset to the root and the identifier come first.
  if (bytes.size() < 8)
    return nullptr;
  flatbuffers::Verifier verifier = makeVerifier(bytes);
  if (!verifier.VerifyBuffer<Root>(identifier))
    return nullptr;
  return flatbuffers::GetRoot<Root>(bytes.data());
}

static llvm::Error damaged(const llvm::Twine &what) {
  return llvm::createStringError(
      "the Edge TPU package is damaged: " + what +
      "; compile the model again or get the file from its source");
}

//===----------------------------------------------------------------------===//
// The options of the op
//===----------------------------------------------------------------------===//

static std::optional<llvm::StringRef> getBytes(flexbuffers::Reference value) {
  if (value.IsString()) {
    flexbuffers::String string = value.AsString();
    return llvm::StringRef(string.c_str(), string.length());
  }
  if (value.IsBlob()) {
    flexbuffers::Blob blob = value.AsBlob();
    return llvm::StringRef(reinterpret_cast<const char *>(blob.data()),
                           blob.size());
  }
  return std::nullopt;
}

static std::optional<int64_t> getInteger(flexbuffers::Reference value) {
  if (!value.IsIntOrUint())
    return std::nullopt;
  return value.AsInt64();
}

/// The numbers of a vector, with a type for each element or one for all.
static std::vector<int64_t> getIntegers(flexbuffers::Reference value) {
  std::vector<int64_t> integers;
  auto append = [&](const auto &vector) {
    for (size_t i = 0; i < vector.size(); ++i)
      if (std::optional<int64_t> integer = getInteger(vector[i]))
        integers.push_back(*integer);
  };
  if (value.IsTypedVector())
    append(value.AsTypedVector());
  else if (value.IsVector())
    append(value.AsVector());
  return integers;
}

static llvm::Expected<CustomOptions>
readOptions(llvm::ArrayRef<char> customOptions) {
  auto *data = reinterpret_cast<const uint8_t *>(customOptions.data());
  std::vector<uint8_t> seen;
  if (customOptions.size() < 3 ||
      !flexbuffers::VerifyBuffer(data, customOptions.size(), &seen))
    return damaged("the options of the custom operator are no FlexBuffer");
  flexbuffers::Reference root =
      flexbuffers::GetRoot(data, customOptions.size());
  if (!root.IsMap())
    return damaged("the options of the custom operator are no map");
  flexbuffers::Map map = root.AsMap();
  CustomOptions options;
  options.version = getInteger(map["1"]);
  if (std::optional<llvm::StringRef> chip = getBytes(map["2"]))
    options.chip = chip->str();
  options.weights = getBytes(map["3"]);
  std::optional<llvm::StringRef> package = getBytes(map["4"]);
  if (!package)
    return damaged("the options of the custom operator hold no package (4)");
  options.package = *package;
  options.executionPreference = getInteger(map["5"]);
  options.chips = getIntegers(map["6"]);
  if (map["7"].IsVector())
    options.furtherExecutables = map["7"].AsVector().size();
  return options;
}

//===----------------------------------------------------------------------===//
// Executables
//===----------------------------------------------------------------------===//

uint64_t LoadedExecutable::getParametersOffset() const {
  if (!root->parameters())
    return offset;
  return offset + (reinterpret_cast<const char *>(root->parameters()->data()) -
                   bytes->getBufferStart());
}

llvm::ArrayRef<uint8_t> LoadedExecutable::getParameters() const {
  if (!root->parameters())
    return {};
  return {root->parameters()->data(), root->parameters()->size()};
}

const LoadedExecutable *
LoadedPackage::find(edgetpu::ExecutableType type) const {
  for (const LoadedExecutable &executable : executables)
    if (executable.root->type() == type)
      return &executable;
  return nullptr;
}

template <typename T>
static uint64_t getSize(const T *vector) {
  return vector ? vector->size() * sizeof(vector->Get(0)) : 0;
}

static uint64_t getNameSize(const edgetpu::Meta *meta) {
  return meta && meta->name() ? meta->name()->size() : 0;
}

static uint64_t getLayerSize(const edgetpu::Layer &layer) {
  uint64_t size = layer.name() ? layer.name()->size() : 0;
  const edgetpu::OutputLayer *output = layer.any_layer_as_OutputLayer();
  if (!output)
    return size;
  if (const edgetpu::OutputLayout *layout = output->layout())
    for (const auto *map : {layout->y_coordinate_to_linear_tile_id_map(),
                            layout->x_coordinate_to_linear_tile_id_map(),
                            layout->linearized_tile_byte_offset(),
                            layout->x_coordinate_to_local_byte_offset(),
                            layout->y_coordinate_to_local_y_offset(),
                            layout->x_coordinate_to_local_y_row_size()})
      size += getSize(map);
  if (const edgetpu::OutputShapeInfo *info = output->shape_info()) {
    size += getSize(info->slice_offset());
    if (info->slice_layout())
      for (const edgetpu::TensorLayout *slice : *info->slice_layout())
        size += getSize(slice->stride()) +
                (slice->shape() ? getSize(slice->shape()->dimension()) : 0);
  }
  return size + (layer.shape() ? getSize(layer.shape()->dimension()) : 0);
}

/// Bytes of all strings and vectors of numbers, each as often as it is referred
/// to.
static uint64_t getDescribedSize(const edgetpu::Executable &executable) {
  uint64_t size =
      getSize(executable.parameters()) + getSize(executable.serialized_model());
  if (executable.instruction_bitstreams())
    for (const auto *stream : *executable.instruction_bitstreams()) {
      size += getSize(stream->bitstream());
      if (stream->field_offsets())
        for (const edgetpu::FieldOffset *field : *stream->field_offsets())
          size += getNameSize(field->meta());
    }
  if (const edgetpu::DmaHints *hints = executable.dma_hints())
    if (hints->hints())
      for (const edgetpu::DmaHint *hint : *hints->hints())
        if (const auto *dma = hint->any_hint_as_DmaDescriptorHint())
          size += getNameSize(dma->meta());
  for (const auto *layers :
       {executable.input_layers(), executable.output_layers()})
    if (layers)
      for (const edgetpu::Layer *layer : *layers)
        size += getLayerSize(*layer);
  return size;
}

static llvm::Expected<LoadedExecutable> loadExecutable(llvm::StringRef bytes,
                                                       uint64_t offset) {
  LoadedExecutable executable;
  executable.bytes = copyAligned(bytes);
  executable.offset = offset;
  executable.root =
      openRoot<edgetpu::Executable>(executable.bytes->getBuffer(), nullptr);
  if (!executable.root)
    return damaged("an offset in an executable leads outside of it");
  // Strings may be shared; a file whose vectors are would take for ever.
  constexpr uint64_t slack = 4;
  if (getDescribedSize(*executable.root) > slack * bytes.size())
    return damaged("an executable describes more than it holds");
  return executable;
}

/// The sets that the runtime takes: one of any type, or a pair that caches
/// parameters and runs, with or without one that does both.
static llvm::Error checkSet(llvm::ArrayRef<LoadedExecutable> executables) {
  unsigned seen = 0;
  for (const LoadedExecutable &executable : executables) {
    auto type = static_cast<int16_t>(executable.root->type());
    if (type < 0 || type > 2)
      return damaged("an executable has the unknown type " + llvm::Twine(type));
    if (seen & (1u << type))
      return damaged("two executables have the type " +
                     llvm::Twine(edgetpu::EnumNameExecutableType(
                         executable.root->type())));
    seen |= 1u << type;
  }
  constexpr unsigned pair =
      1u << static_cast<int>(edgetpu::ExecutableType::PARAMETER_CACHING) |
      1u << static_cast<int>(edgetpu::ExecutableType::EXECUTION_ONLY);
  if (executables.empty())
    return damaged("it holds no executable");
  if (executables.size() > 1 && (seen & pair) != pair)
    return damaged("its executables are not a set that the runtime takes");
  return llvm::Error::success();
}

/// The executables that "3" and "4" of a file of 2019 are.
static llvm::Error loadBareExecutables(LoadedPackage &package,
                                       llvm::ArrayRef<char> customOptions) {
  llvm::SmallVector<llvm::StringRef, 2> parts{package.options.package};
  if (package.options.weights && !package.options.weights->empty())
    parts.push_back(*package.options.weights);
  for (llvm::StringRef part : parts) {
    llvm::Expected<LoadedExecutable> executable =
        loadExecutable(part, part.data() - customOptions.data());
    if (!executable)
      return executable.takeError();
    package.executables.push_back(std::move(*executable));
  }
  return llvm::Error::success();
}

static llvm::Error loadMultiExecutable(LoadedPackage &package) {
  const auto *serialized = package.root->serialized_multi_executable();
  if (!serialized)
    return package.root->multi_chip_package()
               ? llvm::createStringError("the package is for several Edge TPUs "
                                         "at once, which is not supported")
               : damaged("it holds no executables");
  llvm::StringRef inner(reinterpret_cast<const char *>(serialized->data()),
                        serialized->size());
  uint64_t innerOffset =
      package.offset + (inner.data() - package.bytes->getBufferStart());
  std::unique_ptr<llvm::MemoryBuffer> aligned = copyAligned(inner);
  const auto *multi =
      openRoot<edgetpu::MultiExecutable>(aligned->getBuffer(), nullptr);
  if (!multi)
    return damaged("an offset in the list of executables leads outside of it");
  if (!multi->serialized_executables())
    return damaged("it holds no executable");
  // More than three are no set; they might all be the same bytes.
  constexpr size_t maxExecutables = 3;
  if (multi->serialized_executables()->size() > maxExecutables)
    return damaged("it holds " +
                   llvm::Twine(multi->serialized_executables()->size()) +
                   " executables");
  for (const flatbuffers::String *bytes : *multi->serialized_executables()) {
    llvm::Expected<LoadedExecutable> executable = loadExecutable(
        {bytes->c_str(), bytes->size()},
        innerOffset + (bytes->c_str() - aligned->getBufferStart()));
    if (!executable)
      return executable.takeError();
    package.executables.push_back(std::move(*executable));
  }
  return llvm::Error::success();
}

llvm::Expected<LoadedPackage>
mlir::mopt::edgetpu_format::loadPackage(llvm::ArrayRef<char> customOptions) {
  llvm::Expected<CustomOptions> options = readOptions(customOptions);
  if (!options)
    return options.takeError();
  LoadedPackage package;
  package.options = std::move(*options);
  llvm::StringRef bytes = package.options.package;
  package.offset = bytes.data() - customOptions.data();
  bool isBare =
      bytes.size() < 8 || bytes.substr(4, 4) != edgetpu::PackageIdentifier();
  if (isBare) {
    // Only these have no wrapper; anything else is damage.
    if (!package.options.chip || !package.options.weights)
      return damaged("the package (4) does not begin with 'DWN1'");
    if (llvm::Error error = loadBareExecutables(package, customOptions))
      return error;
  } else {
    package.bytes = copyAligned(bytes);
    package.root = openRoot<edgetpu::Package>(package.bytes->getBuffer(),
                                              edgetpu::PackageIdentifier());
    if (!package.root)
      return damaged("an offset in it leads outside of it");
    if (llvm::Error error = loadMultiExecutable(package))
      return error;
  }
  if (llvm::Error error = checkSet(package.executables))
    return error;
  return package;
}

llvm::ArrayRef<char> mlir::mopt::edgetpu_format::getCustomOptions(CustomOp op) {
  ElementsAttr value = op.getCustomOptionsAttr();
  if (auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(value))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      return blob->getData();
  if (auto dense = dyn_cast_or_null<DenseElementsAttr>(value))
    if (!dense.isSplat())
      return dense.getRawData();
  return {};
}
