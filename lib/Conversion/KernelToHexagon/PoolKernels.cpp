//===- PoolKernels.cpp - Pools of images in planes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the columns of a window have in common, what the rows below each other
// are, is computed once a vector; the columns beside it are that, shifted by
// pixels. What is shifted in is of the next vector, which that keeps.

#include "HVXImageKernels.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

/// Vectors that are computed in a turn.
static constexpr int64_t kTogether = 2;

namespace {

/// Columns that are shifts of the same vectors.
struct ColumnGroup {
  int64_t offset;
  SmallVector<int64_t> shifts;
  bool isShifted() const {
    return llvm::any_of(shifts, [](int64_t shift) { return shift != 0; });
  }
};

/// What a pool is but its windows. Values of a vector may be several.
struct PoolSteps {
  /// Of the rows of a column, one vector each; `rows` pixels.
  llvm::function_ref<Values(ArrayRef<Value> rows)> addRows;
  /// Of two columns or more.
  llvm::function_ref<Values(ArrayRef<Value>, ArrayRef<Value>)> addColumn;
  /// The bytes of a window's value.
  llvm::function_ref<Value(ArrayRef<Value>)> finish;
};

} // namespace

static SmallVector<ColumnGroup> groupColumns(ArrayRef<int64_t> columns) {
  SmallVector<ColumnGroup> groups;
  for (size_t i = 0; i < columns.size(); i += 2) {
    auto *group = llvm::find_if(groups, [&](const ColumnGroup &group) {
      return group.offset == columns[i];
    });
    if (group == groups.end())
      group = &groups.emplace_back(ColumnGroup{columns[i], {}});
    group->shifts.push_back(columns[i + 1]);
  }
  return groups;
}

template <typename OpT>
static void emitPool(HVXEmitter &b, OpT op, ArrayRef<Value> pointers,
                     const PoolSteps &steps) {
  PlanesAttr in = op.getInputPlanes(), out = op.getOutputPlanes();
  SmallVector<ColumnGroup> groups = groupColumns(op.getColumns());
  // The rows of a column, `vector` vectors behind `from`.
  auto addRows = [&](const ColumnGroup &group, Value from, int64_t vector) {
    Values rows;
    for (int64_t row : op.getRows()) {
      int64_t offset = (row + group.offset) * 4;
      unsigned alignment = offset % kHVXVectorBytes ? 4 : kHVXVectorBytes;
      rows.push_back(b.load(
          b.vec, b.at(from, offset + vector * kHVXVectorBytes), alignment));
    }
    return steps.addRows(rows);
  };
  // Takes and gives the addresses, then what shifted groups have of the first
  // vector.
  auto addVectors = [&](ValueRange values, int64_t count) {
    Value from = values[0], to = values[1];
    Values carried = llvm::to_vector_of<Value>(values.drop_front(2));
    for (int64_t vector = 0; vector < count; ++vector) {
      Values window, next;
      size_t used = 0;
      for (const ColumnGroup &group : groups) {
        Values here, behind;
        if (group.isShifted()) {
          behind = addRows(group, from, vector + 1);
          here.assign(carried.begin() + used,
                      carried.begin() + used + behind.size());
          used += behind.size();
          next.append(behind);
        } else {
          here = addRows(group, from, vector);
        }
        for (int64_t shift : group.shifts) {
          Values column = here;
          if (shift != 0)
            for (auto [value, more] : llvm::zip_equal(column, behind))
              value = b.vector("valignb", {more, value, b.constant(shift * 4)});
          window = window.empty() ? column : steps.addColumn(window, column);
        }
      }
      carried = next;
      b.store(steps.finish(window), b.at(to, vector * kHVXVectorBytes),
              kHVXVectorBytes);
    }
    Values result = {b.at(from, count * kHVXVectorBytes),
                     b.at(to, count * kHVXVectorBytes)};
    result.append(carried);
    return result;
  };
  int64_t vectors = out.getNumVectors();
  Values inits = {b.at(pointers[0], in.getFrontBytes()),
                  b.at(pointers[1], out.getFrontBytes())};
  b.loop(llvm::divideCeil(out.getChannels(), 4), inits, [&](ValueRange plane) {
    Values values = llvm::to_vector_of<Value>(plane);
    for (const ColumnGroup &group : groups)
      if (group.isShifted())
        values.append(addRows(group, plane[0], 0));
    if (vectors >= kTogether)
      values = b.loop(vectors / kTogether, values, [&](ValueRange turn) {
        return addVectors(turn, kTogether);
      });
    if (vectors % kTogether)
      addVectors(values, vectors % kTogether);
    return Values{b.at(plane[0], in.getPlaneBytes()),
                  b.at(plane[1], out.getPlaneBytes())};
  });
  if (op.getBorder())
    emitBorder(b, pointers[1], out, *op.getBorder());
}

void mopt::emitKernel(HVXEmitter &b, HVXMaxPoolOp op,
                      ArrayRef<Value> pointers) {
  auto max = [&](Value lhs, Value rhs) {
    return b.vector("vmaxub", {lhs, rhs});
  };
  auto addRows = [&](ArrayRef<Value> rows) {
    Value result = rows.front();
    for (Value row : rows.drop_front())
      result = max(result, row);
    return Values{result};
  };
  auto addColumn = [&](ArrayRef<Value> lhs, ArrayRef<Value> rhs) {
    return Values{max(lhs[0], rhs[0])};
  };
  auto finish = [&](ArrayRef<Value> window) {
    return b.clamp(window[0], op.getMin(), op.getMax());
  };
  emitPool(b, op, pointers, {addRows, addColumn, finish});
}

/// A shift of one instruction that narrows.
static constexpr int64_t kMaxNarrowShift = 15;

void mopt::emitKernel(HVXEmitter &b, HVXAveragePoolOp op,
                      ArrayRef<Value> pointers) {
  // Two vectors of sums of 16 bits: of even and of odd channels.
  auto addRows = [&](ArrayRef<Value> rows) {
    Values result;
    for (size_t i = 0; i < rows.size(); i += 2) {
      Value other = i + 1 < rows.size() ? rows[i + 1] : b.zero();
      auto [even, odd] = b.pair("vaddubh", {rows[i], other});
      if (result.empty())
        result = {even, odd};
      else
        result = {b.vector("vaddh", {result[0], even}),
                  b.vector("vaddh", {result[1], odd})};
    }
    return result;
  };
  auto addColumn = [&](ArrayRef<Value> lhs, ArrayRef<Value> rhs) {
    return Values{b.vector("vaddh", {lhs[0], rhs[0]}),
                  b.vector("vaddh", {lhs[1], rhs[1]})};
  };
  int64_t shift = op.getShift(), last = std::min(shift, kMaxNarrowShift);
  Value factor = b.constant(op.getMultiplier() * int64_t(0x10001));
  auto divide = [&](Value sums) {
    auto [even, odd] = b.pair("vmpyuh", {sums, factor});
    auto nudge = [&](Value product) {
      product =
          b.vector("vaddw", {product, b.splat(b.constant(op.getNudge()))});
      return shift > last
                 ? b.vector("vasrw", {product, b.constant(shift - last)})
                 : product;
    };
    return b.vector("vasrwhsat", {nudge(odd), nudge(even), b.constant(last)});
  };
  auto finish = [&](ArrayRef<Value> window) {
    Value bytes = b.vector("vsathub", {divide(window[1]), divide(window[0])});
    return b.clamp(bytes, op.getMin(), op.getMax());
  };
  emitPool(b, op, pointers, {addRows, addColumn, finish});
}
