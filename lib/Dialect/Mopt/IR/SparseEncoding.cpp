//===- SparseEncoding.cpp - Sparse constants of the TFLite format ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/SparseEncoding.h"

#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

template <typename... Args>
static Error makeError(const char *format, Args &&...args) {
  return llvm::createStringError(
      "sparse encoding: " +
      llvm::formatv(format, std::forward<Args>(args)...).str());
}

namespace {

/// One nesting level. A dense one has a size, a compressed one the rest.
struct Level {
  int64_t dimension = 0;
  bool isDense = true;
  int64_t size = 0;
  SmallVector<int64_t> segments, indices;
};

class Densifier {
public:
  Densifier(RankedTensorType type, ArrayRef<char> values, size_t elementBytes)
      : shape(type.getShape()), values(values), elementBytes(elementBytes) {}

  /// Reads and checks the dictionary.
  Error readLevels(DictionaryAttr sparsity);

  /// Copies the stored values to their places.
  Expected<std::vector<char>> run();

private:
  Error readBlocks(ArrayRef<int32_t> blockMap);
  /// Puts the values under `position` of `level`; `index` holds the indices of
  /// the levels above.
  Error place(size_t level, int64_t position);
  Error placeValue(int64_t position);

  ArrayRef<int64_t> shape;
  ArrayRef<char> values;
  size_t elementBytes;
  SmallVector<Level> levels;
  /// By tensor dimension: elements in a block, and the level dimension that
  /// counts them (-1 = not blocked).
  SmallVector<int64_t> blockSizes, blockDimensions;
  /// The current index, by level dimension.
  SmallVector<int64_t> index;
  std::vector<char> result;
};

} // namespace

/// The integers in a {values = ...} dictionary: an array of i32, or a dense
/// attribute of unsigned 8 or 16 bits.
static std::optional<SmallVector<int64_t>> readIndices(Attribute attr) {
  auto table = dyn_cast_if_present<DictionaryAttr>(attr);
  if (!table)
    return std::nullopt;
  SmallVector<int64_t> result;
  Attribute list = table.get("values");
  if (!list)
    return result;
  if (auto array = dyn_cast<DenseI32ArrayAttr>(list)) {
    llvm::append_range(result, array.asArrayRef());
    return result;
  }
  auto dense = dyn_cast<DenseIntElementsAttr>(list);
  if (!dense)
    return std::nullopt;
  for (const APInt &value : dense.getValues<APInt>())
    result.push_back(static_cast<int64_t>(value.getZExtValue()));
  return result;
}

static ArrayRef<int32_t> readArray(DictionaryAttr table, StringRef name) {
  auto array = table.getAs<DenseI32ArrayAttr>(name);
  return array ? array.asArrayRef() : ArrayRef<int32_t>();
}

static Error readLevel(DictionaryAttr metadata, Level &level) {
  auto format = metadata.getAs<IntegerAttr>("format");
  level.isDense = !format || format.getValue().isZero();
  if (level.isDense) {
    auto size = metadata.getAs<IntegerAttr>("dense_size");
    level.size = size ? size.getInt() : 0;
    if (level.size <= 0)
      return makeError("a dense dimension has size {0}", level.size);
    return Error::success();
  }
  auto segments = readIndices(metadata.get("array_segments"));
  auto indices = readIndices(metadata.get("array_indices"));
  if (!segments || !indices)
    return makeError("a compressed dimension has no segments or indices");
  level.segments = std::move(*segments);
  level.indices = std::move(*indices);
  for (size_t i = 0; i < level.segments.size(); ++i) {
    int64_t begin = i ? level.segments[i - 1] : 0;
    if (level.segments[i] < begin ||
        level.segments[i] > static_cast<int64_t>(level.indices.size()))
      return makeError("segment {0} ends at {1}, outside of {2} to {3}", i,
                       level.segments[i], begin, level.indices.size());
  }
  return Error::success();
}

Error Densifier::readBlocks(ArrayRef<int32_t> blockMap) {
  blockSizes.assign(shape.size(), 1);
  blockDimensions.assign(shape.size(), -1);
  for (auto [i, dimension] : llvm::enumerate(blockMap)) {
    if (dimension < 0 || dimension >= static_cast<int64_t>(shape.size()) ||
        blockDimensions[dimension] >= 0)
      return makeError("block {0} is along dimension {1}, expected another "
                       "one of {2} dimensions",
                       i, dimension, shape.size());
    int64_t blockDimension = shape.size() + i;
    auto *level = llvm::find_if(levels, [&](const Level &level) {
      return level.dimension == blockDimension;
    });
    if (!level->isDense)
      return makeError("block {0} is not dense", i);
    blockSizes[dimension] = level->size;
    blockDimensions[dimension] = blockDimension;
  }
  return Error::success();
}

Error Densifier::readLevels(DictionaryAttr sparsity) {
  ArrayRef<int32_t> order = readArray(sparsity, "traversal_order");
  ArrayRef<int32_t> blockMap = readArray(sparsity, "block_map");
  auto metadata = sparsity.getAs<ArrayAttr>("dim_metadata");
  size_t expected = shape.size() + blockMap.size();
  size_t found = metadata ? metadata.size() : 0;
  if (order.size() != expected || found != expected)
    return makeError("has {0} dimensions in traversal_order and {1} in "
                     "dim_metadata, expected {2}",
                     order.size(), found, expected);
  SmallVector<bool> seen(expected, false);
  for (auto [dimension, attr] : llvm::zip_equal(order, metadata)) {
    if (dimension < 0 || dimension >= static_cast<int64_t>(expected) ||
        seen[dimension])
      return makeError("traversal_order is not a permutation");
    seen[dimension] = true;
    auto table = dyn_cast<DictionaryAttr>(attr);
    Level level;
    level.dimension = dimension;
    if (!table)
      return makeError("dim_metadata holds something else than dictionaries");
    if (Error error = readLevel(table, level))
      return error;
    levels.push_back(std::move(level));
  }
  index.assign(expected, 0);
  return readBlocks(blockMap);
}

Error Densifier::placeValue(int64_t position) {
  size_t source = position * elementBytes;
  if (source + elementBytes > values.size())
    return makeError("value {0} is missing, there are {1} bytes", position,
                     values.size());
  int64_t offset = 0;
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t coordinate = index[i] * blockSizes[i];
    if (blockDimensions[i] >= 0)
      coordinate += index[blockDimensions[i]];
    if (coordinate >= shape[i])
      return makeError("index {0} of dimension {1} is outside of its size {2}",
                       coordinate, i, shape[i]);
    offset = offset * shape[i] + coordinate;
  }
  std::copy_n(values.begin() + source, elementBytes,
              result.begin() + offset * elementBytes);
  return Error::success();
}

Error Densifier::place(size_t number, int64_t position) {
  if (number == levels.size())
    return placeValue(position);
  const Level &level = levels[number];
  int64_t begin = position * level.size, end = begin + level.size;
  if (!level.isDense) {
    if (position + 1 >= static_cast<int64_t>(level.segments.size()))
      return makeError("segment {0} of {1} is missing", position,
                       level.segments.size());
    begin = level.segments[position];
    end = level.segments[position + 1];
  }
  for (int64_t i = begin; i < end; ++i) {
    index[level.dimension] = level.isDense ? i - begin : level.indices[i];
    if (index[level.dimension] < 0)
      return makeError("an index is negative");
    if (Error error = place(number + 1, i))
      return error;
  }
  return Error::success();
}

Expected<std::vector<char>> Densifier::run() {
  int64_t elements = 1;
  for (int64_t size : shape)
    elements *= size;
  result.assign(elements * elementBytes, 0);
  if (Error error = place(0, 0))
    return std::move(error);
  return std::move(result);
}

Expected<std::vector<char>> mopt::densify(RankedTensorType type,
                                          DictionaryAttr sparsity,
                                          ArrayRef<char> values) {
  Type element = getStorageElementType(type.getElementType());
  std::optional<uint64_t> bytes = getStorageBytes(type);
  if (!bytes || !element.isIntOrFloat() ||
      element.getIntOrFloatBitWidth() % 8 != 0)
    return makeError("element types of less than a byte or unknown size are "
                     "not stored sparsely");
  Densifier densifier(type, values, element.getIntOrFloatBitWidth() / 8);
  if (Error error = densifier.readLevels(sparsity))
    return std::move(error);
  return densifier.run();
}
