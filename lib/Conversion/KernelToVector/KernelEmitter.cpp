//===- KernelEmitter.cpp - Steps of vector kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mopt/Dialect/Kernel/IR/IndependentLoops.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::DotKind;

//===----------------------------------------------------------------------===//
// KernelEmitter
//===----------------------------------------------------------------------===//

Value KernelEmitter::index(int64_t value) {
  return arith::ConstantIndexOp::create(*this, value);
}

Value KernelEmitter::add(Value a, Value b) {
  return createOrFold<arith::AddIOp>(a, b);
}

Value KernelEmitter::add(Value a, int64_t b) {
  return b == 0 ? a : add(a, index(b));
}

Value KernelEmitter::mul(Value a, int64_t b) {
  return b == 1 ? a : createOrFold<arith::MulIOp>(a, index(b));
}

Value KernelEmitter::constant(Type type, double value) {
  Type element = getElementTypeOrSelf(type);
  TypedAttr attr;
  if (isa<FloatType>(element))
    attr = FloatAttr::get(element, value);
  else
    attr = IntegerAttr::get(element, static_cast<int64_t>(value));
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, Attribute(attr));
  return arith::ConstantOp::create(*this, attr);
}

void KernelEmitter::loop(int64_t count, function_ref<void(Value)> body) {
  if (count <= 0)
    return;
  if (count == 1)
    return body(index(0));
  auto op = scf::ForOp::create(*this, index(0), index(count), index(1));
  op->setAttr(kernel::kIndependentAttr, getUnitAttr());
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPoint(op.getBody()->getTerminator());
  body(op.getInductionVar());
}

SmallVector<Value>
KernelEmitter::loop(int64_t count, ValueRange start,
                    function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  if (count <= 0)
    return SmallVector<Value>(start);
  if (count == 1)
    return body(index(0), start);
  return loop(index(0), index(count), start, body);
}

SmallVector<Value>
KernelEmitter::loop(Value first, Value end, ValueRange start,
                    function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto op = scf::ForOp::create(*this, first, end, index(1), start);
  OpBuilder::InsertionGuard guard(*this);
  // Without carried values the body has its terminator already.
  if (start.empty())
    setInsertionPoint(op.getBody()->getTerminator());
  else
    setInsertionPointToEnd(op.getBody());
  SmallVector<Value> results =
      body(op.getInductionVar(), op.getRegionIterArgs());
  if (!start.empty())
    scf::YieldOp::create(*this, results);
  return op.getResults();
}

Value KernelEmitter::load(VectorType type, Value buffer, Value at) {
  return vector::LoadOp::create(*this, type, buffer, at);
}

Value KernelEmitter::loadFirst(VectorType type, int64_t count, Value buffer,
                               Value at) {
  if (count >= type.getNumElements())
    return load(type, buffer, at);
  Value mask = vector::ConstantMaskOp::create(
      *this, VectorType::get(type.getNumElements(), getI1Type()),
      ArrayRef<int64_t>{count});
  return vector::MaskedLoadOp::create(*this, type, buffer, at, mask,
                                      constant(type, 0));
}

void KernelEmitter::store(Value vector, Value buffer, Value at) {
  vector::StoreOp::create(*this, vector, buffer, at);
}

void KernelEmitter::storeFirst(Value vector, int64_t count, Value buffer,
                               Value at) {
  int64_t size = cast<VectorType>(vector.getType()).getNumElements();
  if (count >= size)
    return store(vector, buffer, at);
  Value mask = vector::ConstantMaskOp::create(
      *this, VectorType::get(size, getI1Type()), ArrayRef<int64_t>{count});
  vector::MaskedStoreOp::create(*this, buffer, at, mask, vector);
}

Value KernelEmitter::takeFirst(Value vector, VectorType type) {
  if (vector.getType() == type)
    return vector;
  auto lanes = llvm::to_vector(llvm::seq<int64_t>(0, type.getNumElements()));
  return vector::ShuffleOp::create(*this, vector, vector, lanes);
}

Value KernelEmitter::refresh(Value index, Value step, bool staysBetween) {
  Type i64 = getI64Type();
  Value operands[] = {arith::IndexCastOp::create(*this, i64, index),
                      arith::IndexCastOp::create(*this, i64, step)};
  // No instruction: the first operand's register is the result's.
  Value result =
      LLVM::InlineAsmOp::create(
          *this, i64, operands, /*asm_string=*/"", /*constraints=*/"=r,0,r",
          /*has_side_effects=*/staysBetween, /*is_align_stack=*/false,
          LLVM::tailcallkind::TailCallKind::None, LLVM::AsmDialectAttr(),
          ArrayAttr())
          .getResult(0);
  return arith::IndexCastOp::create(*this, getIndexType(), result);
}

Value KernelEmitter::unpack(Value x, Value y, bool high) {
  auto type = cast<VectorType>(x.getType());
  int64_t size = type.getNumElements();
  int64_t block = 128 / type.getElementTypeBitWidth();
  SmallVector<int64_t> mask;
  for (int64_t start = 0; start < size; start += block)
    for (int64_t i = 0; i < block / 2; ++i) {
      int64_t at = start + i + (high ? block / 2 : 0);
      mask.push_back(at);
      mask.push_back(size + at);
    }
  return vector::ShuffleOp::create(*this, x, y, mask);
}

Value KernelEmitter::bitcast(Value vector, VectorType type) {
  return createOrFold<vector::BitCastOp>(type, vector);
}

Value KernelEmitter::callIntrinsic(StringRef name, Type result,
                                   ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(*this, result, getStringAttr(name),
                                       operands)
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// DotProduct
//===----------------------------------------------------------------------===//

VectorType DotProduct::getSumType() const {
  Type element = IntegerType::get(tile.getContext(), 32);
  if (tile.isFloat())
    element = Float32Type::get(tile.getContext());
  return VectorType::get(tile.getLanes(), element);
}

VectorType DotProduct::getOperandType() const {
  if (tile.getDepth() == 1)
    return getSumType();
  return VectorType::get(
      tile.getLanes() * tile.getDepth(),
      IntegerType::get(tile.getContext(), tile.getOperandBits()));
}

LogicalResult DotProduct::verify(Operation *op) const {
  int64_t lanes = tile.getLanes();
  if (tile.isMatrix() ? lanes == 16
                      : lanes == 4 || (tile.getDot() != DotKind::SDOT &&
                                       tile.getDot() != DotKind::SMMLA &&
                                       (lanes == 8 || lanes == 16)))
    return success();
  return op->emitOpError("no instruction '")
         << stringifyDotKind(tile.getDot()) << "' has " << lanes << " lanes";
}

Value DotProduct::loadWeights(KernelEmitter &b, Value buffer, Value at) const {
  VectorType type = getOperandType();
  Type stored = cast<MemRefType>(buffer.getType()).getElementType();
  Value w = b.load(type.clone(stored), buffer, at);
  return type.getElementType() == stored ? w
                                         : arith::ExtSIOp::create(b, type, w);
}

Value DotProduct::emit(KernelEmitter &b, Value sum, Value x, Value w) const {
  std::string bits = std::to_string(tile.getLanes() * 32);
  switch (tile.getDot()) {
  case DotKind::VPDPBUSD:
    return b.callIntrinsic("llvm.x86.avx512.vpdpbusd." + bits, getSumType(),
                           {sum, x, w});
  case DotKind::VPDPWSSD:
    return b.callIntrinsic("llvm.x86.avx512.vpdpwssd." + bits, getSumType(),
                           {sum, x, w});
  case DotKind::SDOT:
    return b.callIntrinsic("llvm.aarch64.neon.sdot.v4i32.v16i8", getSumType(),
                           {sum, x, w});
  case DotKind::FMA:
    // Not vector.fma, which leaves it to LLVM whether there are one or two.
    return math::FmaOp::create(b, x, w, sum);
  case DotKind::MULADD:
    return arith::AddFOp::create(b, arith::MulFOp::create(b, x, w), sum);
  case DotKind::VDPBF16PS: {
    VectorType type = VectorType::get(tile.getLanes() * 2, b.getBF16Type());
    return b.callIntrinsic("llvm.x86.avx512bf16.dpbf16ps." + bits, getSumType(),
                           {sum, b.bitcast(x, type), b.bitcast(w, type)});
  }
  case DotKind::PMADDWD:
    break;
  case DotKind::SMMLA:
    return b.callIntrinsic("llvm.aarch64.neon.smmla.v4i32.v16i8", getSumType(),
                           {sum, x, w});
  case DotKind::TDPBSSD:
    llvm_unreachable("is no instruction on vectors");
  }
  StringRef name = tile.getLanes() == 16  ? "llvm.x86.avx512.pmaddw.d.512"
                   : tile.getLanes() == 8 ? "llvm.x86.avx2.pmadd.wd"
                                          : "llvm.x86.sse2.pmadd.wd";
  return b.add(sum, b.callIntrinsic(name, getSumType(), {x, w}));
}

Value DotProduct::broadcast(KernelEmitter &b, Value buffer, Value at,
                            bool flips) const {
  VectorType operand = getOperandType();
  if (tile.getDepth() == 1)
    return vector::BroadcastOp::create(b, operand,
                                       memref::LoadOp::create(b, buffer, at));
  Value step = b.load(
      VectorType::get(tile.getDepth(), operand.getElementType()), buffer, at);
  Value word = vector::ExtractOp::create(
      b, b.bitcast(step, VectorType::get(1, b.getI32Type())), int64_t(0));
  auto words = VectorType::get(tile.getLanes(), b.getI32Type());
  Value all = vector::BroadcastOp::create(b, words, word);
  // int8 becomes offset form by its sign bit.
  if (flips)
    all =
        arith::XOrIOp::create(b, all, b.constant(words, int32_t(0x80808080u)));
  return b.bitcast(all, operand);
}

//===----------------------------------------------------------------------===//
// pack_input
//===----------------------------------------------------------------------===//

void mopt::emitBorder(KernelEmitter &b, ArrayRef<int64_t> shape,
                      ArrayRef<int64_t> padding, Value border, Value output) {
  // One element at a time: LLVM chooses the vectors of fills.
  auto fill = [&](Value at, int64_t count) {
    b.loop(count, [&](Value i) {
      memref::StoreOp::create(b, border, output, b.add(at, i));
    });
  };
  kernel::ImageLayout layout(shape, padding);
  int64_t left = padding[2] * shape[3], right = padding[3] * shape[3];
  // The right end of a row and the left end of the next are one run.
  int64_t top = padding[0] * layout.row + left;
  int64_t bottom = right + padding[1] * layout.row;
  if (top + bottom + left + right == 0)
    return;
  b.loop(shape[0], [&](Value batch) {
    Value image = b.mul(batch, layout.image);
    fill(image, top);
    Value end = b.add(image, top + shape[2] * shape[3]);
    b.loop(shape[1] - 1, [&](Value row) {
      fill(b.add(end, b.mul(row, layout.row)), right + left);
    });
    fill(b.add(end, (shape[1] - 1) * layout.row), bottom);
  });
}

void mopt::emitPackInput(KernelEmitter &b, kernel::PackInputOp op, Value input,
                         Value output) {
  ArrayRef<int64_t> shape = op.getInputShape();
  kernel::ImageLayout from(shape), to(shape, op.getPadding());
  Type type = getElementTypeOrSelf(output.getType());
  bool isWide = type.isInteger(16);
  bool flips = op.getInputOffset() != op.getOutputOffset();
  int64_t stored = op.getValue() + (op.getOutputOffset() ? 128 : 0);
  Value border = b.constant(type, static_cast<int8_t>(stored));
  if (isWide)
    border = b.constant(type, op.getValue());
  emitBorder(b, shape, op.getPadding(), border, output);

  // One element at a time: LLVM chooses the vectors of copies.
  b.loop(shape[0], [&](Value batch) {
    b.loop(shape[1], [&](Value row) {
      Value in = b.add(b.mul(batch, from.image), b.mul(row, from.row));
      Value out =
          b.add(b.add(b.mul(batch, to.image), b.mul(row, to.row)), to.first);
      b.loop(from.row, [&](Value i) {
        Value value = memref::LoadOp::create(b, input, b.add(in, i));
        if (flips)
          value =
              arith::XOrIOp::create(b, value, b.constant(b.getI8Type(), -128));
        if (isWide)
          value = arith::ExtSIOp::create(b, type, value);
        memref::StoreOp::create(b, value, output, b.add(out, i));
      });
    });
  });
}
