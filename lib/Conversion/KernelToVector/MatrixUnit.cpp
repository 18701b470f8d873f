//===- MatrixUnit.cpp - Intel AMX -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixUnit.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::kMatrixRowBytes;
using kernel::kMatrixRows;

/// Tile registers: sums first, then activations, then weights in turns.
static constexpr int64_t kActivations = 4;
static constexpr int64_t kFirstWeights = 5;
static constexpr int64_t kNumWeights = 3;
static constexpr int64_t kRegisters = 8;

/// Bytes that ldtilecfg reads: the palette, bytes of a row from byte 16 on (in
/// 16 bits each), rows from byte 48 on.
static constexpr int64_t kConfigurationBytes = 64;

MatrixUnit::MatrixUnit(KernelEmitter &b, kernel::TileAttr tile, int64_t depth)
    : b(b), tile(tile), depth(depth) {
  auto make = [&](int64_t elements, Type element) {
    auto type = MemRefType::get({elements}, element);
    return memref::AllocaOp::create(b, type, b.getI64IntegerAttr(64));
  };
  configuration = make(kConfigurationBytes, b.getI8Type());
  sums = make(tile.getGroupSize() * kMatrixRows, b.getI32Type());
}

Value MatrixUnit::getAddress(Value buffer, Value at) {
  Value base = memref::ExtractAlignedPointerAsIndexOp::create(b, buffer);
  int64_t bytes =
      cast<MemRefType>(buffer.getType()).getElementTypeBitWidth() / 8;
  Value address = arith::IndexCastOp::create(b, b.getI64Type(),
                                             b.add(base, b.mul(at, bytes)));
  return LLVM::IntToPtrOp::create(b, LLVM::LLVMPointerType::get(b.getContext()),
                                  address);
}

void MatrixUnit::call(StringRef name, ValueRange operands) {
  LLVM::CallIntrinsicOp::create(b, b.getStringAttr(("llvm.x86." + name).str()),
                                operands);
}

Value MatrixUnit::getRegister(int64_t number) {
  return LLVM::ConstantOp::create(b, b.getI8Type(), b.getI8IntegerAttr(number));
}

void MatrixUnit::configure(int64_t pixels) {
  SmallVector<int8_t> bytes(kConfigurationBytes);
  bytes[0] = 1;
  for (int64_t i = 0; i < kRegisters; ++i) {
    bool isWeights = i >= kFirstWeights;
    bytes[16 + 2 * i] =
        static_cast<int8_t>(i == kActivations ? depth : kMatrixRowBytes);
    bytes[48 + i] = static_cast<int8_t>(isWeights ? depth / 4 : pixels);
  }
  auto type = VectorType::get(kConfigurationBytes, b.getI8Type());
  Value value = arith::ConstantOp::create(
      b, DenseElementsAttr::get(type, ArrayRef(bytes)));
  b.store(value, configuration, b.index(0));
  call("ldtilecfg", getAddress(configuration, b.index(0)));
}

void MatrixUnit::start(Value bias, Value lane) {
  // All rows are the same one: there is no distance between them.
  Value stride = LLVM::ConstantOp::create(b, b.getI64IntegerAttr(0));
  for (int64_t i = 0; i < tile.getVectors(); ++i)
    call("tileloadd64",
         {getRegister(i), getAddress(bias, b.add(lane, i * tile.getLanes())),
          stride});
}

void MatrixUnit::accumulate(Value input, Value at, int64_t stride,
                            Value weights, Value weight) {
  auto getStride = [&](int64_t bytes) -> Value {
    return LLVM::ConstantOp::create(b, b.getI64IntegerAttr(bytes));
  };
  call("tileloadd64",
       {getRegister(kActivations), getAddress(input, at), getStride(stride)});
  for (int64_t i = 0; i < tile.getVectors(); ++i) {
    int64_t number = kFirstWeights + i % kNumWeights;
    // A row of packed weights is one step of one vector.
    call("tileloadd64",
         {getRegister(number),
          getAddress(weights, b.add(weight, i * kMatrixRowBytes)),
          getStride(tile.getVectors() * kMatrixRowBytes)});
    call("tdpbssd",
         {getRegister(i), getRegister(kActivations), getRegister(number)});
  }
}

void MatrixUnit::finish() {
  Value stride =
      LLVM::ConstantOp::create(b, b.getI64IntegerAttr(kMatrixRowBytes));
  for (int64_t i = 0; i < tile.getVectors(); ++i)
    call("tilestored64",
         {getRegister(i),
          getAddress(sums, b.index(i * kMatrixRows * tile.getLanes())),
          stride});
}

SmallVector<Value> MatrixUnit::load(Value pixel) {
  auto type = VectorType::get(tile.getLanes(), b.getI32Type());
  SmallVector<Value> values;
  for (int64_t i = 0; i < tile.getVectors(); ++i)
    values.push_back(b.load(type, sums,
                            b.add(b.mul(pixel, tile.getLanes()),
                                  i * kMatrixRows * tile.getLanes())));
  return values;
}

void MatrixUnit::release() { call("tilerelease", {}); }
