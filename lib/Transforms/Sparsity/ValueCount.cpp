//===- ValueCount.cpp - Zeros among few values -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ValueCount.h"

#include "WeightMatrix.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"

#include <cmath>
#include <map>

using namespace mlir;
using namespace mlir::mopt;

static constexpr size_t kMostFloats = 256, kMostIntegers = 64;
/// Elements that a value of clustered weights has on average, at least. Floats
/// that were not clustered hardly meet.
static constexpr int64_t kLeastPerFloat = 2, kLeastPerInteger = 8;

namespace {

/// Indices of elements; nothing is all of them.
using Part = std::optional<ArrayRef<int64_t>>;

/// Values, and how many elements have each.
template <typename T>
using Counts = std::map<T, int64_t>;

template <typename T>
class Keeper {
public:
  Keeper(ArrayRef<T> before, MutableArrayRef<T> after, int64_t zero)
      : before(before), after(after), zero(static_cast<T>(zero)) {}

  /// The different values of the elements `part` (all if nothing) before, 0
  /// where they are too many for clustered weights.
  size_t countOld(Part part) const {
    constexpr bool isFloat = std::is_same_v<T, float>;
    size_t most = isFloat ? kMostFloats : kMostIntegers;
    int64_t least = isFloat ? kLeastPerFloat : kLeastPerInteger;
    Counts<T> old;
    if (!count(before, part, most, old) ||
        getSize(part) < least * static_cast<int64_t>(old.size()))
      return 0;
    return old.size();
  }

  /// Leaves `part` no more than `most` values.
  void keep(Part part, size_t most) const {
    Counts<T> now;
    count(after, part, SIZE_MAX, now);
    while (now.size() > most && mergeCheapest(part, now)) {
    }
  }

private:
  int64_t getSize(Part part) const {
    return part ? part->size() : before.size();
  }

  /// Fails where there are more than `most` values.
  bool count(ArrayRef<T> values, Part part, size_t most,
             Counts<T> &counts) const {
    for (int64_t i = 0, size = getSize(part); i < size; ++i) {
      T value = values[part ? (*part)[i] : i];
      if (value != value)
        return false;
      // The two float zeros are one value.
      if (++counts[value == T(0) ? T(0) : value] == 1 && counts.size() > most)
        return false;
    }
    return true;
  }

  /// Zero is no party: weights that were kept must not look pruned.
  bool mergeCheapest(Part part, Counts<T> &counts) const {
    double least = INFINITY;
    T from = zero, to = zero;
    for (auto entry = counts.begin(), next = std::next(entry);
         next != counts.end(); entry = next++) {
      if (entry->first == zero || next->first == zero)
        continue;
      double distance = double(next->first) - double(entry->first);
      double cost = static_cast<double>(std::min(entry->second, next->second)) *
                    distance * distance;
      if (cost >= least)
        continue;
      least = cost;
      bool isUp = entry->second <= next->second;
      from = isUp ? entry->first : next->first;
      to = isUp ? next->first : entry->first;
    }
    if (least == INFINITY)
      return false;
    for (int64_t i = 0, size = getSize(part); i < size; ++i)
      if (T &value = after[part ? (*part)[i] : i]; value == from)
        value = to;
    counts[to] += counts[from];
    counts.erase(from);
    return true;
  }

  ArrayRef<T> before;
  MutableArrayRef<T> after;
  T zero;
};

} // namespace

template <typename T>
static void keepAs(const LayerWeight &weight, MutableArrayRef<char> bytes,
                   int64_t zero) {
  MutableArrayRef<T> after(reinterpret_cast<T *>(bytes.data()),
                           bytes.size() / sizeof(T));
  Keeper<T> keeper(weight.bytes.as<T>(), after, zero);
  size_t whole = keeper.countOld(std::nullopt);
  // Clusters of channels are those of all channels, and not the same ones.
  WeightMatrix matrix(weight);
  SmallVector<size_t> rows;
  for (int64_t row = 0; row < matrix.getRows(); ++row) {
    rows.push_back(keeper.countOld(matrix.getRow(row)));
    if (rows.back() == 0)
      break;
  }
  if (!rows.empty() && rows.back() != 0 && whole != *llvm::max_element(rows))
    for (auto [row, most] : llvm::enumerate(rows))
      keeper.keep(matrix.getRow(row), most);
  if (whole != 0)
    keeper.keep(std::nullopt, whole);
}

void mopt::keepValueCount(const LayerWeight &weight,
                          MutableArrayRef<char> bytes) {
  QuantParams params = getQuantParams(weight.getType());
  if (!params.isQuantized())
    return keepAs<float>(weight, bytes, 0);
  auto element = cast<quant::QuantizedType>(weight.getType().getElementType());
  if (element.isSigned())
    keepAs<int8_t>(weight, bytes, params.zeroPoint());
  else
    keepAs<uint8_t>(weight, bytes, params.zeroPoint());
}
