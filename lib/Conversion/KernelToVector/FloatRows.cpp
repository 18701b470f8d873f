//===- FloatRows.cpp - Rows and tiles of float convolutions -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatRows.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::mopt;

void FloatRows::emitRows(function_ref<void(const Row &)> body) {
  int64_t pitch = input[2] * channels, height = input[1];
  int64_t top = padding[0], taps = kernel[0], dilation = dilations[0];
  bool isPadded =
      top != 0 ||
      (output[1] - 1) * strides[0] - top + (taps - 1) * dilation >= height;
  b.loop(output[0], [&](Value batch) {
    b.loop(output[1], [&](Value y) {
      Row row;
      row.in = b.add(
          b.add(b.mul(batch, height * pitch), b.mul(y, strides[0] * pitch)),
          -top * pitch - padding[1] * channels);
      int64_t outPitch = output[2] * outputChannels;
      row.out = b.add(b.mul(batch, output[1] * outPitch), b.mul(y, outPitch));
      if (isPadded) {
        // Tap t reads row y * stride - top + t * dilation.
        Value start = b.mul(y, strides[0]);
        auto countTo = [&](int64_t end) -> Value {
          Value rows = arith::SubIOp::create(b, b.index(end), start);
          rows = arith::MaxSIOp::create(b, rows, b.index(0));
          if (dilation != 1)
            rows = arith::DivUIOp::create(b, b.add(rows, dilation - 1),
                                          b.index(dilation));
          return arith::MinSIOp::create(b, rows, b.index(taps));
        };
        row.firstTap = countTo(top);
        row.endTap = countTo(height + top);
      }
      body(row);
    });
  });
}

void FloatRows::emitTiles(function_ref<void(const Tile &)> body) {
  int64_t columns = output[2];
  // Tiles of two neighbouring sizes, the wider ones first.
  int64_t count = llvm::divideCeil(columns, maxPixels);
  int64_t width = llvm::divideCeil(columns, count);
  int64_t wide = columns - count * (width - 1);
  auto getSize = [&](int64_t i) { return i < wide ? width : width - 1; };
  auto isEdge = [&](int64_t first, int64_t size) {
    return !isInside(first, 0) || !isInside(first + size - 1, kernel[1] - 1);
  };
  int64_t first = 0;
  for (int64_t i = 0; i < count;) {
    int64_t size = getSize(i), alike = 0;
    while (i + alike < count && getSize(i + alike) == size &&
           !isEdge(first + alike * size, size))
      ++alike;
    if (alike == 0) {
      body({size, b.index(first), first});
      alike = 1;
    } else {
      b.loop(alike, [&](Value j) {
        body({size, b.add(b.mul(j, size), first), std::nullopt});
      });
    }
    first += alike * size;
    i += alike;
  }
}

SmallVector<Value> FloatRows::loopTaps(
    const Row &row, ValueRange start,
    function_ref<SmallVector<Value>(Value, Value, ValueRange)> body) {
  auto step = [&](Value tap, ValueRange values) {
    int64_t pitch = dilations[0] * input[2] * channels;
    return body(tap, b.add(row.in, b.mul(tap, pitch)), values);
  };
  if (row.firstTap)
    return b.loop(row.firstTap, row.endTap, start, step);
  return b.loop(kernel[0], start, step);
}

SmallVector<FloatRows::Taps> FloatRows::getTaps(const Tile &tile,
                                                bool merges) const {
  SmallVector<Taps> result;
  for (int64_t tap = 0; tap < kernel[1]; ++tap) {
    int64_t first = 0, end = tile.pixels;
    if (tile.edge) {
      while (first < end && !isInside(*tile.edge + first, tap))
        ++first;
      while (first < end && !isInside(*tile.edge + end - 1, tap))
        --end;
    }
    if (first == end)
      continue;
    bool continues = merges && !result.empty() &&
                     result.back().column + result.back().count == tap &&
                     result.back().first == first && result.back().end == end;
    if (continues)
      ++result.back().count;
    else
      result.push_back({tap, 1, first, end});
  }
  return result;
}

Value mopt::roundFloats(KernelEmitter &b, Value value) {
  ArrayRef<int64_t> shape = cast<VectorType>(value.getType()).getShape();
  Value rounded = arith::TruncFOp::create(
      b, VectorType::get(shape, b.getBF16Type()), value);
  return b.bitcast(rounded, VectorType::get(shape, b.getI16Type()));
}

template <typename OpT>
Value mopt::clampFloats(KernelEmitter &b, OpT op, Value value) {
  // The operation of x86 in place of maximum and minimum of IEEE 754.
  auto choose = [&](arith::CmpFPredicate predicate, FloatAttr attr) {
    Value bound = b.constant(value.getType(), attr.getValueAsDouble());
    Value isBeyond = arith::CmpFOp::create(b, predicate, value, bound);
    value = arith::SelectOp::create(b, isBeyond, bound, value);
  };
  if (FloatAttr min = op.getMinAttr())
    choose(arith::CmpFPredicate::OLT, min);
  if (FloatAttr max = op.getMaxAttr())
    choose(arith::CmpFPredicate::OGT, max);
  return value;
}

template <typename OpT>
void mopt::storeFloats(KernelEmitter &b, OpT op, Value value, int64_t count,
                       Value output, Value at) {
  value = clampFloats(b, op, value);
  if (getElementTypeOrSelf(output.getType()).isInteger(16))
    value = roundFloats(b, value);
  b.storeFirst(value, count, output, at);
}

void mopt::emitPackFloats(KernelEmitter &b, kernel::PackFloatsOp op,
                          Value input, Value output) {
  constexpr int64_t lanes = 16;
  int64_t length = op.getChannels();
  int64_t rows = cast<MemRefType>(input.getType()).getNumElements() / length;
  if (length % 2 == 0) {
    length *= rows;
    rows = 1;
  }
  int64_t whole = length / lanes, rest = length % lanes;
  auto copy = [&](int64_t lanes, int64_t count, Value from, Value to) {
    auto type = VectorType::get(lanes, b.getF32Type());
    b.storeFirst(roundFloats(b, b.loadFirst(type, count, input, from)),
                 llvm::alignTo(count, 2), output, to);
  };
  b.loop(rows, [&](Value row) {
    Value from = b.mul(row, length);
    Value to = b.mul(row, llvm::alignTo(length, 2));
    b.loop(whole, [&](Value i) {
      Value at = b.mul(i, lanes);
      copy(lanes, lanes, b.add(from, at), b.add(to, at));
    });
    if (rest != 0)
      copy(std::max<int64_t>(llvm::PowerOf2Ceil(uint64_t(rest)), 4), rest,
           b.add(from, whole * lanes), b.add(to, whole * lanes));
  });
}

template void mopt::storeFloats(KernelEmitter &, kernel::FloatConv2DOp, Value,
                                int64_t, Value, Value);
template void mopt::storeFloats(KernelEmitter &, kernel::SparseFloatConv2DOp,
                                Value, int64_t, Value, Value);
template void mopt::storeFloats(KernelEmitter &, kernel::FloatDepthwiseConv2DOp,
                                Value, int64_t, Value, Value);
template Value mopt::clampFloats(KernelEmitter &, kernel::SparseFloatMatmulOp,
                                 Value);
template void mopt::storeFloats(KernelEmitter &, kernel::SparseFloatMatmulOp,
                                Value, int64_t, Value, Value);
template Value mopt::clampFloats(KernelEmitter &, kernel::PaletteFloatMatmulOp,
                                 Value);
