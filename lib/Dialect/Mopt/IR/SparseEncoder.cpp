//===- SparseEncoder.cpp - Constants without their zeros -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/SparseEncoding.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/IndexingOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

#include <limits>

using namespace mlir;
using namespace mlir::mopt;

static size_t getElementBytes(RankedTensorType type) {
  Type element = getStorageElementType(type.getElementType());
  return element.isIntOrFloat() && element.getIntOrFloatBitWidth() % 8 == 0
             ? element.getIntOrFloatBitWidth() / 8
             : 0;
}

bool mopt::canSparsify(RankedTensorType type, ArrayRef<int64_t> block) {
  if (!type.hasStaticShape() || type.getRank() == 0 ||
      type.getNumElements() == 0 || getElementBytes(type) == 0 ||
      block.size() != static_cast<size_t>(type.getRank()))
    return false;
  for (auto [size, part] : llvm::zip_equal(type.getShape(), block))
    if (part < 1 || size % part != 0 ||
        size > std::numeric_limits<int32_t>::max())
      return false;
  return true;
}

namespace {

/// The blocks of a tensor that are not zero, by rows of blocks along the last
/// dimension.
class BlockScan {
public:
  BlockScan(RankedTensorType type, ArrayRef<char> dense,
            ArrayRef<int64_t> block)
      : shape(type.getShape()), dense(dense), block(block),
        elementBytes(getElementBytes(type)) {
    strides.assign(shape.size(), 1);
    for (size_t i = shape.size() - 1; i > 0; --i)
      strides[i - 1] = strides[i] * shape[i];
    offsets.push_back(0);
    for (size_t i = 0; i < shape.size(); ++i) {
      SmallVector<int64_t> inner;
      for (int64_t offset : offsets)
        for (int64_t k = 0; k < block[i]; ++k)
          inner.push_back(offset + k * strides[i]);
      offsets = std::move(inner);
    }
  }

  /// Calls `beginRow()` for every row, and `visit(index, element)` for every
  /// block of it that is not zero, with the index of its first element. The
  /// last block counts where all are zero: a buffer without data is no
  /// constant.
  template <typename Begin, typename Visit>
  void run(Begin beginRow, Visit visit) const {
    SmallVector<int64_t> grid(shape.size(), 0);
    bool isEmpty = true;
    while (true) {
      beginRow();
      int64_t first = 0;
      for (size_t i = 0; i + 1 < shape.size(); ++i)
        first += grid[i] * block[i] * strides[i];
      bool isLast = true;
      for (size_t i = 0; i + 1 < shape.size(); ++i)
        isLast &= grid[i] + 1 == shape[i] / block[i];
      for (int64_t k = 0, end = shape.back() / block.back(); k < end; ++k) {
        int64_t element = first + k * block.back();
        if (isZero(element) && !(isEmpty && isLast && k + 1 == end))
          continue;
        isEmpty = false;
        visit(k, element);
      }
      // The next row; the last of all dimensions but one counts fastest.
      int64_t axis = static_cast<int64_t>(shape.size()) - 2;
      while (axis >= 0 && ++grid[axis] == shape[axis] / block[axis])
        grid[axis--] = 0;
      if (axis < 0)
        return;
    }
  }

  void append(int64_t element, std::vector<char> &values) const {
    for (int64_t offset : offsets) {
      const char *from = dense.data() + (element + offset) * elementBytes;
      values.insert(values.end(), from, from + elementBytes);
    }
  }

  int64_t getBlockBytes() const { return offsets.size() * elementBytes; }

private:
  bool isZero(int64_t element) const {
    for (int64_t offset : offsets) {
      const char *bytes = dense.data() + (element + offset) * elementBytes;
      for (size_t i = 0; i < elementBytes; ++i)
        if (bytes[i] != 0)
          return false;
    }
    return true;
  }

  ArrayRef<int64_t> shape;
  ArrayRef<char> dense;
  ArrayRef<int64_t> block;
  size_t elementBytes;
  SmallVector<int64_t> strides;
  /// Of the elements of a block from its first one.
  SmallVector<int64_t> offsets;
};

} // namespace

/// Bytes of an entry of a vector whose largest one is `largest`.
static unsigned getEntryBytes(int64_t largest) {
  return largest <= 255 ? 1 : largest <= 65535 ? 2 : 4;
}

/// The schema's SparseIndexVector in the smallest form: value and type.
static std::pair<Attribute, StringAttr> makeIndices(Builder &builder,
                                                    ArrayRef<int32_t> values) {
  int32_t largest = values.empty() ? 0 : *llvm::max_element(values);
  auto makeUnsigned = [&](auto zero) -> Attribute {
    using T = decltype(zero);
    SmallVector<T> entries(values.begin(), values.end());
    return DenseElementsAttr::get(
        RankedTensorType::get(
            {static_cast<int64_t>(values.size())},
            builder.getIntegerType(sizeof(T) * 8, /*isSigned=*/false)),
        ArrayRef<T>(entries));
  };
  Attribute entries;
  StringRef name;
  switch (getEntryBytes(largest)) {
  case 1:
    entries = makeUnsigned(uint8_t());
    name = "Uint8Vector";
    break;
  case 2:
    entries = makeUnsigned(uint16_t());
    name = "Uint16Vector";
    break;
  default:
    entries = builder.getDenseI32ArrayAttr(values);
    name = "Int32Vector";
  }
  return {builder.getDictionaryAttr(builder.getNamedAttr("values", entries)),
          builder.getStringAttr(name)};
}

SparseTensor mopt::sparsify(RankedTensorType type, ArrayRef<char> dense,
                            ArrayRef<int64_t> block) {
  BlockScan scan(type, dense, block);
  SparseTensor result;
  SmallVector<int32_t> segments, indices;
  scan.run([&] { segments.push_back(static_cast<int32_t>(indices.size())); },
           [&](int64_t index, int64_t element) {
             indices.push_back(static_cast<int32_t>(index));
             scan.append(element, result.values);
           });
  segments.push_back(static_cast<int32_t>(indices.size()));

  Builder builder(type.getContext());
  SmallVector<int32_t> order, blockMap;
  SmallVector<Attribute> levels;
  auto addDense = [&](int64_t size) {
    levels.push_back(builder.getDictionaryAttr(
        {builder.getNamedAttr("dense_size", builder.getI32IntegerAttr(size)),
         builder.getNamedAttr("format", builder.getI8IntegerAttr(0))}));
  };
  int32_t rank = static_cast<int32_t>(type.getRank());
  for (int32_t i = 0; i < rank; ++i) {
    order.push_back(i);
    if (i + 1 < rank)
      addDense(type.getDimSize(i) / block[i]);
  }
  auto [segmentValues, segmentType] = makeIndices(builder, segments);
  auto [indexValues, indexType] = makeIndices(builder, indices);
  levels.push_back(builder.getDictionaryAttr(
      {builder.getNamedAttr("array_indices", indexValues),
       builder.getNamedAttr("array_indices_type", indexType),
       builder.getNamedAttr("array_segments", segmentValues),
       builder.getNamedAttr("array_segments_type", segmentType),
       builder.getNamedAttr("dense_size", builder.getI32IntegerAttr(0)),
       builder.getNamedAttr("format", builder.getI8IntegerAttr(1))}));
  for (int32_t i = 0; i < rank; ++i)
    if (block[i] > 1) {
      order.push_back(static_cast<int32_t>(order.size()));
      blockMap.push_back(i);
      addDense(block[i]);
    }
  NamedAttrList parameters;
  parameters.set("traversal_order", builder.getDenseI32ArrayAttr(order));
  parameters.set("dim_metadata", builder.getArrayAttr(levels));
  if (!blockMap.empty())
    parameters.set("block_map", builder.getDenseI32ArrayAttr(blockMap));
  result.parameters = parameters.getDictionary(type.getContext());
  return result;
}

uint64_t mopt::getSparseBytes(RankedTensorType type, ArrayRef<char> dense,
                              ArrayRef<int64_t> block) {
  BlockScan scan(type, dense, block);
  int64_t rows = 0, blocks = 0, largest = 0;
  scan.run([&] { ++rows; },
           [&](int64_t index, int64_t) {
             ++blocks;
             largest = std::max(largest, index);
           });
  return blocks * (scan.getBlockBytes() + getEntryBytes(largest)) +
         (rows + 1) * getEntryBytes(blocks);
}

FailureOr<unsigned> mopt::decodeSparseConstants(Operation *root) {
  SmallVector<ConstOp> sparse;
  root->walk([&](ConstOp op) {
    TensorAttr info = getTensorInfo(op.getResult());
    if (info && info.getSparsity())
      sparse.push_back(op);
  });
  for (ConstOp op : sparse) {
    auto type = cast<RankedTensorType>(op.getType());
    TensorAttr info = getTensorInfo(op.getResult());
    llvm::Expected<std::vector<char>> bytes =
        densify(type, info.getSparsity(), op.getRawBytes());
    if (!bytes)
      return op.emitError() << llvm::toString(bytes.takeError());
    OpBuilder builder(op);
    auto make = [&](RankedTensorType type) {
      AsmResourceBlob blob = allocateConstBlob(bytes->size());
      llvm::copy(*bytes, blob.getMutableData().begin());
      return createConst(builder, op.getLoc(), type, std::move(blob),
                         withSparsity(op.getContext(), info, {}))
          .getResult();
    };
    // Parameters of quantization are those of what the layers read.
    DenseMap<Type, Value> made;
    auto get = [&](Type type) {
      Value &value = made[type];
      if (!value)
        value = make(cast<RankedTensorType>(type));
      return value;
    };
    for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
      if (auto densify = dyn_cast<DensifyOp>(user)) {
        densify.getOutput().replaceAllUsesWith(
            get(densify.getOutput().getType()));
        densify.erase();
      }
    if (!op->use_empty())
      op.getResult().replaceAllUsesWith(get(type));
    op.erase();
  }
  return sparse.size();
}
