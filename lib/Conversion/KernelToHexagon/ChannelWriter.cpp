//===- ChannelWriter.cpp - Sums of channels as bytes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HVXKernels.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::HVXRounding;

ChannelWriter::ChannelWriter(HVXEmitter &b,
                             kernel::HVXRequantizeAttr requantize,
                             Value parameters, bool inPairs)
    : b(b), requantize(requantize) {
  auto load = [&](int64_t row) {
    return b.loadWords(b.at(parameters, row * 16), 4, inPairs);
  };
  auto splat = [&](Values words) {
    for (Value &word : words)
      word = b.splat(word);
    return words;
  };
  bias = splat(load(0));
  HVXRounding rounding = requantize.getRounding();
  Values multipliers = splat(load(1)), shifts = load(2);
  for (unsigned channel = 0; channel < 4; ++channel) {
    rescaling[channel].multiplier = multipliers[channel];
    rescaling[channel].shift = shifts[channel];
    rescaling[channel].isCutOff = requantize.cutsOffNegative();
  }
  if (requantize.getNumRows() > 3) {
    Values nudges = load(3);
    if (rounding == HVXRounding::TwiceWide)
      nudges = splat(nudges);
    for (unsigned channel = 0; channel < 4; ++channel)
      rescaling[channel].nudge = nudges[channel];
  }
  if (requantize.getNumRows() > 4) {
    Values masks = splat(load(4));
    for (unsigned channel = 0; channel < 4; ++channel)
      rescaling[channel].mask = masks[channel];
  }
}

/// What float mode does, in integers. The product has 32 bits of fraction. That
/// float32 rounds it first matters only where it comes within half a unit of
/// its last place to a tie: then ties go to even.
static Value emitReal(HVXEmitter &b, Value sum, const HVXRescale &by) {
  auto shift = [&](StringRef name, Value value, Value amount) {
    return b.vector((name + (by.isByLane ? "v" : "")).str(), {value, amount});
  };
  Value product = b.call("llvm.hexagon.V6.vmpyewuh.64.128B", b.vecPair,
                         {sum, by.multiplier});
  product = b.call("llvm.hexagon.V6.vmpyowh.64.acc.128B", b.vecPair,
                   {product, sum, by.multiplier});
  Value low = b.vector("lo", product), high = b.vector("hi", product);
  // To the right, with a bit for what is lost.
  Value one = b.splat(b.constant(1));
  Value lost = b.vector("vminw", {b.vector("vand", {low, by.mask}), one});
  Value fraction = shift("vlsrw", low, by.shift);
  Value carried = shift("vaslw", high, by.nudge);
  carried = b.vector("vaslw", {carried, b.constant(1)});
  fraction = b.vector("vor", {fraction, carried});
  fraction = b.vector("vor", {fraction, lost});
  Value whole = shift("vasrw", high, by.shift);

  Value sign = b.vector("vasrw", {whole, b.constant(31)});
  Value zeros = b.vector("vcl0w", b.vector("vxor", {whole, sign}));
  Value amount = b.vector("vsubw", {b.splat(b.constant(39)), zeros});
  Value half = b.vector("vaslwv", {one, amount});
  Value odd = b.vector("vaslw", {whole, b.constant(31)});
  odd = b.vector("vasrw", {odd, b.constant(31)});
  Value distance =
      b.vector("vxor", {fraction, b.splat(b.constant(int64_t(0x80000000u)))});
  Value isUp = b.call("llvm.hexagon.V6.vgtw.128B",
                      VectorType::get(128, b.builder.getI1Type()),
                      {distance, b.vector("vxor", {half, odd})});
  return b.vector("vaddwq", {isUp, whole, one});
}

Value mopt::emitRescale(HVXEmitter &b, HVXRounding rounding, Value sum,
                        const HVXRescale &by) {
  if (rounding == HVXRounding::Real)
    return emitReal(b, sum, by);
  bool isWide = rounding == HVXRounding::TwiceWide;
  // Shifts to the right do not see the bits of those to the left.
  if (isWide && by.isByLane) {
    Value left = b.vector("vlsrw", {by.shift, b.constant(8)});
    sum = b.vector("vaslwv", {sum, left});
  } else if (isWide) {
    Value left = b.make<LLVM::LShrOp>(by.shift, b.constant(8));
    sum = b.vector("vaslw", {sum, left});
  }
  // The upper half of twice the product.
  Value low = b.vector("vmpyewuh", {sum, by.multiplier});
  Value high;
  if (rounding == HVXRounding::Once) {
    high = b.vector("vmpyowh.sacc", {low, sum, by.multiplier});
    return by.isByLane
               ? b.vector("vasrwv",
                          {b.vector("vaddw", {high, by.nudge}), by.shift})
               : high;
  }
  high = b.vector("vmpyowh.rnd.sacc", {low, sum, by.multiplier});
  // Ties go away from zero; up would be as good for what is cut off anyway.
  if (isWide && !by.isCutOff) {
    Value negative = b.vector("vasrw", {high, b.constant(31)});
    high = b.vector("vaddw", {high, b.vector("vand", {negative, by.mask})});
  } else if (!by.isCutOff) {
    high = b.vector("vasrw.acc", {high, high, b.constant(31)});
  }
  if (!isWide && !by.isByLane)
    return rounding == HVXRounding::Twice ? high
                                          : b.vector("vasrw", {high, by.nudge});
  high = b.vector("vaddw", {high, by.nudge});
  return b.vector(by.isByLane ? "vasrwv" : "vasrw", {high, by.shift});
}

Value mopt::addZeroPoint(HVXEmitter &b, kernel::HVXRequantizeAttr requantize,
                         Value halves) {
  int64_t zero = requantize.getZeroPoint();
  if (zero == 0)
    return halves;
  return b.vector("vaddhsat", {halves, b.splat(b.constant(zero << 16 | zero))});
}

Value ChannelWriter::narrow(unsigned channel, Value even, Value odd) {
  HVXRounding rounding = requantize.getRounding();
  const HVXRescale &by = rescaling[channel];
  Value low = emitRescale(b, rounding, even, by);
  Value high = odd == even ? low : emitRescale(b, rounding, odd, by);
  bool isShifted =
      rounding == HVXRounding::TwiceWide || rounding == HVXRounding::Real;
  Value both = isShifted ? b.vector("vsatwh", {high, low})
                         : b.vector("vasrwhrndsat", {high, low, by.shift});
  return addZeroPoint(b, requantize, both);
}

void ChannelWriter::write(ArrayRef<Values> sums, Value output) {
  size_t vectors = sums.front().size();
  for (size_t i = 0; i < vectors; i += 2) {
    size_t next = std::min(i + 1, vectors - 1);
    Value halves[4];
    for (unsigned channel = 0; channel < 4; ++channel)
      halves[channel] = narrow(channel, sums[channel][i], sums[channel][next]);
    // Two channels of two pixels in each lane, then four of one.
    Value first = b.vector("vsathub", {halves[1], halves[0]});
    Value second = b.vector("vsathub", {halves[3], halves[2]});
    auto [even, odd] = b.pair("vshufoeh", {second, first});
    auto put = [&](Value result, size_t place) {
      b.store(b.clamp(result, requantize.getMin(), requantize.getMax()),
              b.at(output, place * kernel::kHVXVectorBytes),
              kernel::kHVXVectorBytes);
    };
    put(even, i);
    if (next != i)
      put(odd, next);
  }
}
