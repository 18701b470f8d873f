//===- WeightStatistics.cpp - How many weights are zero -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Sparsity/WeightStatistics.h"

#include "mopt/Transforms/Utils/LayerWeights.h"

using namespace mlir;
using namespace mlir::mopt;

WeightStatistics mopt::getWeightStatistics(ModuleOp module) {
  WeightStatistics statistics;
  for (const LayerWeight &weight :
       collectLayerWeights(module, OpFilter(), "")) {
    ++statistics.tensors;
    statistics.elements += weight.elements;
    statistics.zeros += weight.countZeros();
    statistics.bytes += getStorageBytes(weight.getType()).value_or(0);
  }
  return statistics;
}
