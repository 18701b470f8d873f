//===- PlanesKernels.cpp - Images into planes and back -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HVXKernels.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

static constexpr int64_t kPixelBytes = 4, kPixels = 32;
/// Flips int8 and uint8 in four bytes.
static constexpr int64_t kFlip = 0x80808080;
/// Vectors of a row that are copied without a loop.
static constexpr int64_t kFewVectors = 4;

namespace {

/// The pixels of an image in one of its phases.
struct Phase {
  Phase(PlanesAttr planes, int64_t index)
      : row(index / planes.getStep()), column(index % planes.getStep()),
        rows((planes.getRows() - row + planes.getStep() - 1) /
             planes.getStep()),
        columns((planes.getColumns() - column + planes.getStep() - 1) /
                planes.getStep()),
        bytes(index * planes.getPhaseBytes()) {}

  int64_t row, column, rows, columns;
  /// Where it is in a plane.
  int64_t bytes;
};

} // namespace

//===----------------------------------------------------------------------===//
// Borders
//===----------------------------------------------------------------------===//

/// Fills pixels [begin, end).
static void fill(HVXEmitter &b, Value pointer, int64_t begin, int64_t end,
                 Value border, Value word) {
  if (end - begin < kPixels) {
    for (int64_t i = begin; i < end; ++i)
      b.store(word, b.at(pointer, i * kPixelBytes), kPixelBytes);
    return;
  }
  unsigned alignment = begin % kPixels ? kPixelBytes : kHVXVectorBytes;
  Value first = b.at(pointer, begin * kPixelBytes);
  b.loop((end - begin) / kPixels, first, [&](ValueRange values) {
    b.store(border, values[0], alignment);
    return Values{b.at(values[0], kHVXVectorBytes)};
  });
  if ((end - begin) % kPixels)
    b.store(border, b.at(pointer, (end - kPixels) * kPixelBytes), kPixelBytes);
}

void mopt::emitBorder(HVXEmitter &b, Value pointer, PlanesAttr planes,
                      int32_t border) {
  Value word = b.constant(int64_t(uint32_t(border) * 0x01010101u));
  int64_t front = planes.getFront(), pitch = planes.getPitch();
  b.loop(llvm::divideCeil(planes.getChannels(), 4), pointer,
         [&](ValueRange plane) {
           Value vector = b.splat(word);
           for (int64_t i = 0; i < planes.getNumPhases(); ++i) {
             Phase phase(planes, i);
             Value image = b.at(plane[0], phase.bytes);
             if (phase.rows <= 0 || phase.columns <= 0) {
               fill(b, image, 0, planes.getSize(), vector, word);
               continue;
             }
             fill(b, image, 0, front, vector, word);
             int64_t gap = pitch - phase.columns;
             if (phase.rows > 1 && gap > 0)
               b.loop(phase.rows - 1,
                      b.at(image, (front + phase.columns) * kPixelBytes),
                      [&](ValueRange row) {
                        fill(b, row[0], 0, gap, vector, word);
                        return Values{b.at(row[0], pitch * kPixelBytes)};
                      });
             fill(b, image, front + (phase.rows - 1) * pitch + phase.columns,
                  planes.getSize(), vector, word);
           }
           return Values{b.at(plane[0], planes.getPlaneBytes())};
         });
}

//===----------------------------------------------------------------------===//
// Dense images
//===----------------------------------------------------------------------===//

/// Calls `body` with the addresses of a pixel's channels in the dense image and
/// of its four bytes, for every pixel of `phase` in a plane whose channels
/// begin at `dense` and whose phase begins at `image`, from row `first` on.
static void forEachPixel(HVXEmitter &b, PlanesAttr planes, const Phase &phase,
                         Value dense, Value image,
                         llvm::function_ref<void(Value, Value)> body,
                         int64_t first = 0) {
  int64_t channels = planes.getChannels(), step = planes.getStep();
  int64_t row = planes.getColumns() * channels;
  Values inits = {
      b.at(dense, (phase.row + first * step) * row + phase.column * channels),
      b.at(image,
           planes.getFrontBytes() + first * planes.getPitch() * kPixelBytes)};
  b.loop(phase.rows - first, inits, [&](ValueRange outer) {
    b.loop(phase.columns, outer, [&](ValueRange inner) {
      body(inner[0], inner[1]);
      return Values{b.at(inner[0], step * channels),
                    b.at(inner[1], kPixelBytes)};
    });
    return Values{b.at(outer[0], step * row),
                  b.at(outer[1], planes.getPitch() * kPixelBytes)};
  });
}

/// Calls `body` with the addresses of the channels of each plane, and how many
/// these are.
static void forEachPlane(HVXEmitter &b, PlanesAttr planes, Value dense,
                         Value image,
                         llvm::function_ref<void(Value, Value, int64_t)> body) {
  int64_t whole = planes.getChannels() / 4, rest = planes.getChannels() % 4;
  Values next = {dense, image};
  if (whole > 0)
    next = b.loop(whole, next, [&](ValueRange plane) {
      body(plane[0], plane[1], 4);
      return Values{b.at(plane[0], 4), b.at(plane[1], planes.getPlaneBytes())};
    });
  if (rest > 0)
    body(next[0], next[1], rest);
}

/// The four bytes of a pixel with `channels` channels from `from` on.
static Value loadPixel(HVXEmitter &b, Value from, int64_t channels,
                       unsigned alignment) {
  if (channels == 4)
    return b.load(b.i32, from, alignment);
  Value word;
  for (int64_t c = 0; c < channels; ++c) {
    Value byte = b.extend(b.i32, b.load(b.i8, b.at(from, c), 1));
    byte = b.shiftLeft(byte, b.constant(8 * c));
    word = word ? b.bitOr(word, byte) : byte;
  }
  return word;
}

/// 32 dense pixels of up to four channels as a vector of them.
static Value spreadPixels(HVXEmitter &b, Value from, int64_t channels,
                          bool flips) {
  auto bytes = VectorType::get(kHVXVectorBytes, b.i8);
  Value value = b.load(bytes, from, 1);
  SmallVector<int32_t> order;
  for (int64_t pixel = 0; pixel < kPixels; ++pixel)
    for (int64_t c = 0; c < kPixelBytes; ++c)
      order.push_back(
          static_cast<int32_t>(pixel * channels + std::min(c, channels - 1)));
  value = LLVM::ShuffleVectorOp::create(b.builder, b.loc, value, value, order);
  value = LLVM::BitcastOp::create(b.builder, b.loc, b.vec, value);
  return flips ? b.vector("vxor", {value, b.splatByte(0x80)}) : value;
}

/// Packs rows with whole vectors, from the first on, as long as that reads no
/// bytes behind the image. Returns how many rows are left at the end.
static int64_t packRows(HVXEmitter &b, PlanesAttr planes, Value dense,
                        Value image, bool flips) {
  int64_t channels = planes.getChannels(), step = planes.getStep();
  int64_t row = planes.getColumns() * channels;
  int64_t vectors = llvm::divideCeil(planes.getPhaseColumns(), kPixels);
  int64_t bytes = kPixels * channels;
  int64_t read = (vectors * step - 1) * bytes + kHVXVectorBytes;
  int64_t left = read <= row ? 0 : llvm::divideCeil(read - row, row);
  if (left >= planes.getRows() / 2)
    return planes.getRows();
  for (int64_t parity = 0; parity < step; ++parity) {
    int64_t rows = llvm::divideCeil(planes.getRows() - left - parity, step);
    Values inits = {b.at(dense, parity * row)};
    for (int64_t i = 0; i < step; ++i)
      inits.push_back(
          b.at(image, planes.getFrontBytes() +
                          (parity * step + i) * planes.getPhaseBytes()));
    b.loop(rows, inits, [&](ValueRange outer) {
      b.loopUnrolled(vectors, kFewVectors, outer, [&](ValueRange inner) {
        Values pixels;
        for (int64_t i = 0; i < step; ++i)
          pixels.push_back(
              spreadPixels(b, b.at(inner[0], i * bytes), channels, flips));
        if (step == 2) {
          auto [even, odd] = b.pair(
              "vdealvdd", {pixels[1], pixels[0], b.constant(-kPixelBytes)});
          pixels = {even, odd};
        }
        Values next = {b.at(inner[0], step * bytes)};
        for (int64_t i = 0; i < step; ++i) {
          b.store(pixels[i], inner[1 + i], kPixelBytes);
          next.push_back(b.at(inner[1 + i], kHVXVectorBytes));
        }
        return next;
      });
      Values next = {b.at(outer[0], step * row)};
      for (Value to : outer.drop_front())
        next.push_back(b.at(to, planes.getPitch() * kPixelBytes));
      return next;
    });
  }
  return left;
}

void mopt::emitKernel(HVXEmitter &b, HVXPackOp op, ArrayRef<Value> pointers) {
  PlanesAttr planes = op.getPlanes();
  bool flips = !op.getInputOffset();
  // Words, where pixels have whole ones and are not the caller's.
  unsigned alignment =
      planes.getChannels() % 4 == 0 && b.isAligned(op.getInput()) ? 4 : 1;
  int64_t left = planes.getRows();
  if (planes.getChannels() <= 4 && planes.getStep() <= 2)
    left = packRows(b, planes, pointers[0], pointers[1], flips);
  auto packPlane = [&](Value dense, Value image, int64_t channels) {
    for (int64_t i = 0; i < planes.getNumPhases(); ++i) {
      Phase phase(planes, i);
      int64_t packed = planes.getRows() - left - phase.row;
      int64_t first =
          packed > 0 ? llvm::divideCeil(packed, planes.getStep()) : 0;
      if (phase.rows <= first || phase.columns <= 0)
        continue;
      forEachPixel(
          b, planes, phase, dense, b.at(image, phase.bytes),
          [&](Value from, Value to) {
            Value word = loadPixel(b, from, channels, alignment);
            if (flips)
              word = b.bitXor(word, b.constant(kFlip));
            b.store(word, to, kPixelBytes);
          },
          first);
    }
  };
  forEachPlane(b, planes, pointers[0], pointers[1], packPlane);
  emitBorder(b, pointers[1], planes, op.getBorder());
}

void mopt::emitKernel(HVXEmitter &b, HVXUnpackOp op, ArrayRef<Value> pointers) {
  PlanesAttr planes = op.getPlanes();
  forEachPlane(b, planes, pointers[1], pointers[0],
               [&](Value dense, Value image, int64_t channels) {
                 forEachPixel(
                     b, planes, Phase(planes, 0), dense, image,
                     [&](Value to, Value from) {
                       Value word = b.load(b.i32, from, kPixelBytes);
                       if (!op.getOutputOffset())
                         word = b.bitXor(word, b.constant(kFlip));
                       for (int64_t c = 0; c < channels; ++c) {
                         Value byte =
                             b.make<LLVM::LShrOp>(word, b.constant(8 * c));
                         b.store(b.truncate(b.i8, byte), b.at(to, c), 1);
                       }
                     });
               });
}

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

void mopt::emitKernel(HVXEmitter &b, HVXSplitPhasesOp op,
                      ArrayRef<Value> pointers) {
  PlanesAttr in = op.getInputPlanes(), out = op.getOutputPlanes();
  int64_t inRow = in.getPitch() * kPixelBytes;
  int64_t outRow = out.getPitch() * kPixelBytes;
  int64_t vectors = llvm::divideCeil(out.getPhaseColumns(), kPixels);
  Values inits = {b.at(pointers[0], in.getFrontBytes()),
                  b.at(pointers[1], out.getFrontBytes())};
  // What a row writes behind its end, the next row or the border writes again.
  b.loop(llvm::divideCeil(out.getChannels(), 4), inits, [&](ValueRange plane) {
    auto emitRows = [&](ValueRange row, ArrayRef<int64_t> parities) {
      for (int64_t parity : parities) {
        Values places = {b.at(row[0], parity * inRow)};
        for (int64_t column : {0, 1})
          places.push_back(
              b.at(row[1], (2 * parity + column) * out.getPhaseBytes()));
        b.loopUnrolled(vectors, kFewVectors, places, [&](ValueRange from) {
          Value low = b.load(b.vec, from[0], kPixelBytes);
          Value high =
              b.load(b.vec, b.at(from[0], kHVXVectorBytes), kPixelBytes);
          auto [left, right] =
              b.pair("vdealvdd", {high, low, b.constant(-kPixelBytes)});
          b.store(left, from[1], kPixelBytes);
          b.store(right, from[2], kPixelBytes);
          return Values{b.at(from[0], 2 * kHVXVectorBytes),
                        b.at(from[1], kHVXVectorBytes),
                        b.at(from[2], kHVXVectorBytes)};
        });
      }
      return Values{b.at(row[0], 2 * inRow), b.at(row[1], outRow)};
    };
    int64_t pairs = in.getRows() / 2;
    auto loopRows = [&](ValueRange start, ArrayRef<int64_t> parities) {
      return pairs > 0 ? b.loop(pairs, start,
                                [&](ValueRange rows) {
                                  return emitRows(rows, parities);
                                })
                       : llvm::to_vector_of<Value>(start);
    };
    // Of a short row too little is in a turn to load while it stores.
    Values row;
    if (vectors == 1) {
      row = loopRows(plane, {0, 1});
    } else {
      row = loopRows(plane, {0});
      loopRows(plane, {1});
    }
    if (in.getRows() % 2)
      emitRows(row, {0});
    return Values{b.at(plane[0], in.getPlaneBytes()),
                  b.at(plane[1], out.getPlaneBytes())};
  });
  emitBorder(b, pointers[1], out, op.getBorder());
}
