//===- MoptOps.td - All ops of the mopt dialect -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MOPTOPS_TD
#define MOPT_DIALECT_MOPT_IR_MOPTOPS_TD

include "mopt/Dialect/Mopt/IR/ArithmeticOps.td"
include "mopt/Dialect/Mopt/IR/CastOps.td"
include "mopt/Dialect/Mopt/IR/ComparisonOps.td"
include "mopt/Dialect/Mopt/IR/ComplexOps.td"
include "mopt/Dialect/Mopt/IR/Convolution3DOps.td"
include "mopt/Dialect/Mopt/IR/ControlOps.td"
include "mopt/Dialect/Mopt/IR/ConvolutionOps.td"
include "mopt/Dialect/Mopt/IR/DetectionOps.td"
include "mopt/Dialect/Mopt/IR/DynamicOps.td"
include "mopt/Dialect/Mopt/IR/ElementwiseOps.td"
include "mopt/Dialect/Mopt/IR/IndexingOps.td"
include "mopt/Dialect/Mopt/IR/MatrixOps.td"
include "mopt/Dialect/Mopt/IR/ModelOps.td"
include "mopt/Dialect/Mopt/IR/MovementOps.td"
include "mopt/Dialect/Mopt/IR/NormalizationOps.td"
include "mopt/Dialect/Mopt/IR/PoolOps.td"
include "mopt/Dialect/Mopt/IR/QuantOps.td"
include "mopt/Dialect/Mopt/IR/RecurrentOps.td"
include "mopt/Dialect/Mopt/IR/ReductionOps.td"
include "mopt/Dialect/Mopt/IR/ScanOps.td"
include "mopt/Dialect/Mopt/IR/SegmentOps.td"
include "mopt/Dialect/Mopt/IR/ShapeOps.td"
include "mopt/Dialect/Mopt/IR/ShapeQueryOps.td"
include "mopt/Dialect/Mopt/IR/SpaceOps.td"
include "mopt/Dialect/Mopt/IR/UnaryOps.td"

#endif // MOPT_DIALECT_MOPT_IR_MOPTOPS_TD
