//===- WindowSteps.cpp - The steps that a window takes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Kernel/IR/WindowSteps.h"

#include "KernelUtils.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

/// Elements from a pixel to the next at most, where rests are joined: of more,
/// too few are in a vector.
static constexpr int64_t kMostRestStride = 16;
/// Vectors of weights that are kept at most: with four sums, a bias and factors
/// they take about 32 registers.
static constexpr int64_t kMostKeptWeights = 18;

WindowSteps kernel::getWindowSteps(DotKind dot, ArrayRef<int64_t> taps,
                                   int64_t channels, int64_t stride,
                                   int64_t dilation) {
  bool isSplit = dilation != 1;
  WindowSteps apart = {multiply({taps[0], isSplit ? taps[1] : 1}),
                       isSplit ? channels : multiply({channels, taps[1]}),
                       getDepth(dot)};
  bool takesVectors = dot == DotKind::VPDPBUSD || dot == DotKind::SDOT;
  if (!takesVectors || isSplit ||
      multiply({stride, channels}) > kMostRestStride)
    return apart;
  WindowSteps joined = apart;
  joined.joinsRests = true;
  return joined.getCount() < apart.getCount() ? joined : apart;
}

WindowSteps kernel::getWindowSteps(Conv2DOp op) {
  return getWindowSteps(op.getTile().getDot(), op.getKernel(),
                        op.getInputShape()[3], op.getStrides()[1],
                        op.getDilations()[1]);
}

bool kernel::keepsWeights(TileAttr tile, int64_t steps) {
  return tile.getDot() == DotKind::VPDPBUSD &&
         tile.getVectors() * tile.getPixels() <= 4 &&
         tile.getVectors() * steps <= kMostKeptWeights;
}

TileAttr kernel::getTileOf(TileAttr tile, int64_t existing) {
  bool halves =
      tile.getVectors() == 1 && tile.getLanes() == 16 && existing <= 8;
  return halves ? tile.withLanes(8) : tile;
}
