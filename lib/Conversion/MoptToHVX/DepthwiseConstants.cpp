//===- DepthwiseConstants.cpp - Weights of windows of one channel ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HVXConstants.h"

#include "mopt/Conversion/MoptToKernel/KernelRewrites.h"
#include "mopt/Conversion/MoptToKernel/LayerWeights.h"

using namespace mlir;
using namespace mlir::mopt;

/// Rows of a product, pixels of a vector, channels of a plane.
static constexpr int64_t kRows = 4, kPixels = 32, kGroup = 4;
/// Planes with more products than others, which have code of their own each.
static constexpr size_t kMaxRestPlanes = 8;

namespace {

/// What a product has of a weight: what a byte holds of it, or the rest.
enum class Part { Byte, Rest, None };

/// Up to four taps of a column.
struct Product {
  SmallVector<const HVXTap *> taps;
  SmallVector<Part> parts;
  /// The five numbers that the kernel has of it.
  SmallVector<int64_t, 5> column;
  /// Second of its column.
  bool isSecond = false;

  /// Of `channel`, at `row`: zero if there is none.
  int8_t getByte(const Weights &weights, int64_t channel, int64_t row) const {
    if (row >= int64_t(taps.size()) || parts[row] == Part::None ||
        channel >= weights.outputs)
      return 0;
    const HVXTap &tap = *taps[row];
    int16_t weight =
        weights.at(channel, tap.windowRow, tap.windowColumn, /*input=*/0);
    int16_t byte = clampToByte(weight);
    return static_cast<int8_t>(parts[row] == Part::Rest ? weight - byte : byte);
  }
  /// True if a channel of `plane` has a weight in it.
  bool isNeeded(const Weights &weights, int64_t plane) const {
    for (int64_t i = 0; i < kGroup * kRows; ++i)
      if (getByte(weights, plane * kGroup + i / kRows, i % kRows) != 0)
        return true;
    return false;
  }
};

/// Parts the window of a node into products.
class WindowProducts {
public:
  WindowProducts(const HVXNode &node, kernel::PlanesAttr input)
      : node(node), weights(node.layer->weights), input(input) {}

  SmallVector<Product> make() {
    for (int64_t first = 0; first < weights.rows; first += kRows)
      addRows(first);
    return std::move(products);
  }

private:
  /// Adds up to four rows of the window.
  void addRows(int64_t first);
  /// The taps of a column; all have the same phase of columns.
  SmallVector<const HVXTap *> getColumn(int64_t first, int64_t column) const;
  bool needsRest(const HVXTap &tap) const;
  /// True if a byte does not hold weights of a column, but those of a row.
  bool hasRests(int64_t first, int64_t column,
                std::optional<int64_t> without) const;
  std::optional<int64_t> chooseRestRow(int64_t first) const;

  const HVXNode &node;
  const Weights &weights;
  kernel::PlanesAttr input;
  SmallVector<Product> products;
};

} // namespace

SmallVector<const HVXTap *> WindowProducts::getColumn(int64_t first,
                                                      int64_t column) const {
  SmallVector<const HVXTap *> taps;
  for (const HVXTap &tap : node.taps)
    if (tap.windowColumn == column && tap.windowRow >= first &&
        tap.windowRow < first + kRows)
      taps.push_back(&tap);
  return taps;
}

bool WindowProducts::needsRest(const HVXTap &tap) const {
  for (int64_t c = 0; c < weights.outputs; ++c) {
    int16_t weight = weights.at(c, tap.windowRow, tap.windowColumn, 0);
    if (weight != clampToByte(weight))
      return true;
  }
  return false;
}

bool WindowProducts::hasRests(int64_t first, int64_t column,
                              std::optional<int64_t> without) const {
  return llvm::any_of(getColumn(first, column), [&](const HVXTap *tap) {
    return tap->windowRow != without && needsRest(*tap);
  });
}

/// A fourth row has room for the rests of one row: of that which leaves the
/// fewest columns with others.
std::optional<int64_t> WindowProducts::chooseRestRow(int64_t first) const {
  std::optional<int64_t> best;
  if (weights.rows - first != kRows - 1)
    return best;
  auto countRests = [&](std::optional<int64_t> without) {
    int64_t count = 0;
    for (int64_t column = 0; column < weights.columns; ++column)
      count += hasRests(first, column, without);
    return count;
  };
  for (int64_t row = first; row < weights.rows; ++row)
    if (countRests(row) < countRests(best))
      best = row;
  return best;
}

void WindowProducts::addRows(int64_t first) {
  std::optional<int64_t> restRow = chooseRestRow(first);
  // The leftmost column of each phase, with which others share vectors.
  llvm::DenseMap<int64_t, int64_t> leftmost;
  for (int64_t column = 0; column < weights.columns; ++column) {
    SmallVector<const HVXTap *> taps = getColumn(first, column);
    int64_t phase = taps[0]->phase % node.step;
    int64_t &left = leftmost.try_emplace(phase, taps[0]->column).first->second;
    if (taps[0]->column - left >= kPixels)
      left = taps[0]->column;
    auto append = [&](Product product) {
      for (int64_t i = 0; i < kRows; ++i) {
        const HVXTap &tap =
            *product.taps[std::min<size_t>(i, product.taps.size() - 1)];
        product.column.push_back(tap.phase * input.getSize() +
                                 tap.row * input.getPitch() + left);
      }
      product.column.push_back(taps[0]->column - left);
      products.push_back(std::move(product));
    };
    SmallVector<const HVXTap *> rows = taps;
    Product bytes = {taps, SmallVector<Part>(taps.size(), Part::Byte), {}};
    if (restRow) {
      // The third and the fourth row differ: the latter is taken for one
      // without weights otherwise.
      const HVXTap *again = taps[*restRow - first];
      if (again == taps.back())
        std::rotate(rows.begin(), rows.end() - 1, rows.end());
      rows.push_back(again);
      bytes = {rows, {Part::Byte, Part::Byte, Part::Byte, Part::Rest}, {}};
    }
    append(bytes);
    if (!hasRests(first, column, restRow))
      continue;
    Product rests = {rows, {}, {}, /*isSecond=*/true};
    for (const HVXTap *tap : rows)
      rests.parts.push_back(tap->windowRow == restRow ? Part::None
                                                      : Part::Rest);
    append(rests);
  }
}

/// The planes that need second products, where it is less work to compute them
/// once more with these than all planes; otherwise none.
static SmallVector<int64_t> findRestPlanes(ArrayRef<Product> products,
                                           const Weights &weights,
                                           kernel::PlanesAttr output) {
  SmallVector<int64_t> planes;
  int64_t numPlanes = llvm::divideCeil(weights.outputs, kGroup);
  for (int64_t plane = 0; plane < numPlanes; ++plane)
    if (llvm::any_of(products, [&](const Product &product) {
          return product.isSecond && product.isNeeded(weights, plane);
        }))
      planes.push_back(plane);
  // What a vector takes with `all` products and what it takes less without the
  // second ones, in quarters of packets, as measured: others hide a part of it.
  int64_t vectors = output.getNumVectors();
  int64_t second = llvm::count_if(
      products, [](const Product &product) { return product.isSecond; });
  int64_t all = static_cast<int64_t>(products.size());
  int64_t saved = numPlanes * vectors * 5 * second;
  int64_t again =
      static_cast<int64_t>(planes.size()) * (vectors * (8 * all + 40) + 32);
  if (planes.size() > kMaxRestPlanes || again >= saved)
    planes.clear();
  return planes;
}

HVXConstants::Depthwise HVXConstants::makeDepthwise(kernel::PlanesAttr input,
                                                    kernel::PlanesAttr output) {
  const Weights &w = layer.weights;
  SmallVector<Product> products = WindowProducts(node, input).make();
  Depthwise result;
  result.restPlanes = findRestPlanes(products, w, output);
  bool isParted = !result.restPlanes.empty();
  for (const Product &product : products) {
    if (isParted)
      llvm::append_range(result.restColumns, product.column);
    if (!isParted || !product.isSecond)
      llvm::append_range(result.columns, product.column);
  }
  std::vector<int8_t> weights;
  auto appendWeights = [&](const Product &product, int64_t plane) {
    for (int64_t i = 0; i < kGroup * kRows; ++i)
      weights.push_back(
          product.getByte(w, plane * kGroup + i / kRows, i % kRows));
  };
  std::vector<int32_t> parameters, bias = foldBias();
  for (int64_t first = 0; first < w.outputs; first += kGroup) {
    for (const Product &product : products)
      if (!isParted || !product.isSecond)
        appendWeights(product, first / kGroup);
    appendParameters(parameters, bias,
                     llvm::to_vector(llvm::seq(first, first + kGroup)),
                     getNumRows());
  }
  for (int64_t plane : result.restPlanes)
    for (const Product &product : products)
      appendWeights(product, plane);
  Location loc = node.op->getLoc();
  result.weights =
      createVectorConst<int8_t>(builder, loc, builder.getI8Type(), weights);
  result.parameters = createVectorConst<int32_t>(
      builder, loc, builder.getI32Type(), parameters);
  return result;
}
