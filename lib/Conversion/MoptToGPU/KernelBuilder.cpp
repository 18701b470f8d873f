//===- KernelBuilder.cpp - Writes a kernel as a gpu.func -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "mlir/Dialect/SPIRV/IR/TargetAndABI.h"

using namespace mlir;
using namespace mlir::mopt;

int64_t mopt::getElementBytes(BufferElement element) {
  switch (element) {
  case BufferElement::I32:
  case BufferElement::F32:
    return 4;
  case BufferElement::I32x2:
    return 8;
  case BufferElement::I32x4:
  case BufferElement::F32x4:
    return 16;
  }
  llvm_unreachable("covered switch");
}

static Type makeType(Builder &builder, BufferElement element) {
  switch (element) {
  case BufferElement::I32:
    return builder.getI32Type();
  case BufferElement::F32:
    return builder.getF32Type();
  case BufferElement::I32x2:
    return VectorType::get(2, builder.getI32Type());
  case BufferElement::I32x4:
    return VectorType::get(4, builder.getI32Type());
  case BufferElement::F32x4:
    return VectorType::get(4, builder.getF32Type());
  }
  llvm_unreachable("covered switch");
}

static bool isFloat(Value value) {
  return isa<FloatType>(getElementTypeOrSelf(value.getType()));
}

/// The type `element`, or a vector of it where `like` is a vector.
static Type likeType(Value like, Type element) {
  if (auto vector = dyn_cast<VectorType>(like.getType()))
    return vector.clone(element);
  return element;
}

KernelBuilder::KernelBuilder(
    gpu::GPUModuleOp module, StringRef name, ArrayRef<KernelArgument> arguments,
    int64_t workgroup, int64_t rowLength, int64_t invocations,
    llvm::function_ref<void(KernelBuilder &, Value id)> body)
    : ImplicitLocOpBuilder(module.getLoc(), module.getContext()) {
  MLIRContext *context = getContext();
  SmallVector<Type> types;
  for (const KernelArgument &argument : arguments) {
    auto storage = argument.isUniform ? spirv::StorageClass::Uniform
                                      : spirv::StorageClass::StorageBuffer;
    types.push_back(
        MemRefType::get({argument.count}, makeType(*this, argument.element),
                        MemRefLayoutAttrInterface(),
                        spirv::StorageClassAttr::get(context, storage)));
  }
  setInsertionPointToEnd(module.getBody());
  function = gpu::GPUFuncOp::create(*this, name, getFunctionType(types, {}));
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), getUnitAttr());
  function->setAttr(spirv::getEntryPointABIAttrName(),
                    spirv::getEntryPointABIAttr(
                        context, {static_cast<int32_t>(workgroup), 1, 1}));
  setInsertionPointToStart(&function.getBody().front());
  auto block = [&](gpu::Dimension dimension) -> Value {
    return gpu::BlockIdOp::create(*this, dimension);
  };
  Value id = add(mul(block(gpu::Dimension::x), workgroup),
                 gpu::ThreadIdOp::create(*this, gpu::Dimension::x));
  if (rowLength)
    id = add(mul(block(gpu::Dimension::y), rowLength), id);
  if (invocations % workgroup == 0 && !rowLength)
    body(*this, id);
  else
    when(below(id, index(invocations)), [&] { body(*this, id); });
  setInsertionPointToEnd(&function.getBody().back());
  gpu::ReturnOp::create(*this);
}

Value KernelBuilder::load(unsigned argument, Value at) {
  return memref::LoadOp::create(*this, function.getArgument(argument), at);
}

void KernelBuilder::store(unsigned argument, Value at, Value value) {
  memref::StoreOp::create(*this, value, function.getArgument(argument), at);
}

Value KernelBuilder::index(int64_t value) {
  return arith::ConstantIndexOp::create(*this, value);
}
Value KernelBuilder::i32(int64_t value) {
  return arith::ConstantIntOp::create(*this, getI32Type(),
                                      static_cast<int32_t>(value));
}
Value KernelBuilder::f32(float value) {
  return arith::ConstantOp::create(*this, getF32FloatAttr(value));
}
Value KernelBuilder::i32x4(int64_t value) {
  return constants(SmallVector<int32_t>(4, static_cast<int32_t>(value)));
}
Value KernelBuilder::f32x4(float value) {
  auto type = VectorType::get(4, getF32Type());
  return arith::ConstantOp::create(*this, DenseElementsAttr::get(type, value));
}
Value KernelBuilder::constants(ArrayRef<int32_t> values) {
  auto type =
      VectorType::get(static_cast<int64_t>(values.size()), getI32Type());
  return arith::ConstantOp::create(*this, DenseElementsAttr::get(type, values));
}

Value KernelBuilder::same(Value like, double value) {
  Type element = getElementTypeOrSelf(like.getType());
  TypedAttr attribute;
  if (isFloat(like))
    attribute = FloatAttr::get(element, value);
  else
    attribute = IntegerAttr::get(element, static_cast<int64_t>(value));
  if (auto vector = dyn_cast<VectorType>(like.getType()))
    attribute = DenseElementsAttr::get(vector, Attribute(attribute));
  return arith::ConstantOp::create(*this, attribute);
}

Value KernelBuilder::add(Value a, Value b) {
  if (isFloat(a))
    return arith::AddFOp::create(*this, a, b);
  return arith::AddIOp::create(*this, a, b);
}
Value KernelBuilder::sub(Value a, Value b) {
  if (isFloat(a))
    return arith::SubFOp::create(*this, a, b);
  return arith::SubIOp::create(*this, a, b);
}
Value KernelBuilder::mul(Value a, Value b) {
  if (isFloat(a))
    return arith::MulFOp::create(*this, a, b);
  return arith::MulIOp::create(*this, a, b);
}
Value KernelBuilder::div(Value a, int64_t b) {
  return b == 1 ? a : Value(arith::DivUIOp::create(*this, a, same(a, b)));
}
Value KernelBuilder::rem(Value a, int64_t b) {
  return b == 1 ? same(a, 0)
                : Value(arith::RemUIOp::create(*this, a, same(a, b)));
}
Value KernelBuilder::min(Value a, Value b) {
  if (isFloat(a))
    return spirv::GLFMinOp::create(*this, a, b);
  return arith::MinSIOp::create(*this, a, b);
}
Value KernelBuilder::max(Value a, Value b) {
  if (isFloat(a))
    return spirv::GLFMaxOp::create(*this, a, b);
  return arith::MaxSIOp::create(*this, a, b);
}

/// The decoration by which a driver leaves an op as it is.
template <typename OpT>
static Value createExact(KernelBuilder &b, Value x, Value y) {
  auto op = OpT::create(b, x, y);
  op->setAttr("no_contraction", b.getUnitAttr());
  return op;
}
Value KernelBuilder::exactMul(Value a, Value b) {
  return createExact<spirv::FMulOp>(*this, a, b);
}
Value KernelBuilder::exactAdd(Value a, Value b) {
  return createExact<spirv::FAddOp>(*this, a, b);
}
Value KernelBuilder::exactSub(Value a, Value b) {
  return createExact<spirv::FSubOp>(*this, a, b);
}
Value KernelBuilder::roundEven(Value value) {
  return spirv::GLRoundEvenOp::create(*this, value);
}

Value KernelBuilder::shl(Value a, int64_t bits) {
  return arith::ShLIOp::create(*this, a, same(a, bits));
}
Value KernelBuilder::sar(Value a, int64_t bits) {
  return arith::ShRSIOp::create(*this, a, same(a, bits));
}
Value KernelBuilder::shr(Value a, int64_t bits) {
  return arith::ShRUIOp::create(*this, a, same(a, bits));
}
Value KernelBuilder::bitAnd(Value a, int64_t mask) {
  return bitAnd(a, same(a, static_cast<int32_t>(mask)));
}
Value KernelBuilder::bitAnd(Value a, Value b) {
  return arith::AndIOp::create(*this, a, b);
}
Value KernelBuilder::bitOr(Value a, Value b) {
  return arith::OrIOp::create(*this, a, b);
}
Value KernelBuilder::bitXor(Value a, int64_t mask) {
  return arith::XOrIOp::create(*this, a, same(a, static_cast<int32_t>(mask)));
}

Value KernelBuilder::equal(Value a, Value b) {
  if (isFloat(a))
    return arith::CmpFOp::create(*this, arith::CmpFPredicate::OEQ, a, b);
  return arith::CmpIOp::create(*this, arith::CmpIPredicate::eq, a, b);
}
Value KernelBuilder::less(Value a, Value b) {
  if (isFloat(a))
    return arith::CmpFOp::create(*this, arith::CmpFPredicate::OLT, a, b);
  return arith::CmpIOp::create(*this, arith::CmpIPredicate::slt, a, b);
}
Value KernelBuilder::lessOrEqual(Value a, Value b) {
  if (isFloat(a))
    return arith::CmpFOp::create(*this, arith::CmpFPredicate::OLE, a, b);
  return arith::CmpIOp::create(*this, arith::CmpIPredicate::sle, a, b);
}
Value KernelBuilder::below(Value a, Value b) {
  return arith::CmpIOp::create(*this, arith::CmpIPredicate::ult, a, b);
}

Value KernelBuilder::select(Value condition, Value a, Value b) {
  auto vector = dyn_cast<VectorType>(a.getType());
  if (vector && !isa<VectorType>(condition.getType()))
    condition = spirv::CompositeConstructOp::create(
        *this, vector.clone(getI1Type()),
        SmallVector<Value>(vector.getNumElements(), condition));
  return arith::SelectOp::create(*this, condition, a, b);
}
Value KernelBuilder::choose(Value which, ArrayRef<Value> values) {
  Value chosen = values.front();
  for (size_t i = 1; i < values.size(); ++i)
    chosen = select(equal(which, index(i)), values[i], chosen);
  return chosen;
}
Value KernelBuilder::toInteger(Value condition) {
  return arith::ExtUIOp::create(*this, likeType(condition, getI32Type()),
                                condition);
}

Value KernelBuilder::toFloat(Value value) {
  return arith::SIToFPOp::create(*this, likeType(value, getF32Type()), value);
}
Value KernelBuilder::toInt(Value value) {
  return arith::FPToSIOp::create(*this, likeType(value, getI32Type()), value);
}
Value KernelBuilder::toIndex(Value value) {
  return arith::IndexCastOp::create(*this, getIndexType(), value);
}
Value KernelBuilder::fromIndex(Value value) {
  return arith::IndexCastOp::create(*this, getI32Type(), value);
}
Value KernelBuilder::bitsToFloat(Value value) {
  return spirv::BitcastOp::create(*this, likeType(value, getF32Type()), value);
}
Value KernelBuilder::bitsToInt(Value value) {
  return spirv::BitcastOp::create(*this, likeType(value, getI32Type()), value);
}

Value KernelBuilder::extract(Value vector, unsigned i) {
  return spirv::CompositeExtractOp::create(*this, vector,
                                           static_cast<int32_t>(i));
}
Value KernelBuilder::part(Value value, unsigned i) {
  return isa<VectorType>(value.getType()) ? extract(value, i) : value;
}
Value KernelBuilder::pack(ValueRange components) {
  if (components.size() == 1)
    return components.front();
  return spirv::CompositeConstructOp::create(
      *this,
      VectorType::get(static_cast<int64_t>(components.size()),
                      components.front().getType()),
      components);
}
Value KernelBuilder::splat(Value scalar) {
  return pack(SmallVector<Value>(4, scalar));
}

Value KernelBuilder::unpackBytes(Value word) {
  Value up =
      arith::ShLIOp::create(*this, splat(word), constants({24, 16, 8, 0}));
  return sar(up, 24);
}

Value KernelBuilder::packBytes(Value bytes) {
  Value placed = arith::ShLIOp::create(*this, bitAnd(bytes, 255),
                                       constants({0, 8, 16, 24}));
  return bitOr(bitOr(extract(placed, 0), extract(placed, 1)),
               bitOr(extract(placed, 2), extract(placed, 3)));
}

Value KernelBuilder::dot(Value a, Value b, Value accumulator,
                         bool hasInstruction) {
  if (hasInstruction) {
    auto format = spirv::PackedVectorFormatAttr::get(
        getContext(), spirv::PackedVectorFormat::PackedVectorFormat4x8Bit);
    return add(accumulator,
               spirv::SDotOp::create(*this, getI32Type(), a, b, format));
  }
  Value products = mul(unpackBytes(a), unpackBytes(b));
  return add(accumulator, add(add(extract(products, 0), extract(products, 1)),
                              add(extract(products, 2), extract(products, 3))));
}

SmallVector<Value> KernelBuilder::loop(
    int64_t count, ValueRange inits,
    llvm::function_ref<SmallVector<Value>(Value iv, ValueRange carried)> body) {
  if (count == 1)
    return body(index(0), inits);
  auto loop =
      scf::ForOp::create(*this, index(0), index(count), index(1), inits);
  OpBuilder::InsertionGuard guard(*this);
  if (inits.empty())
    setInsertionPoint(loop.getBody()->getTerminator());
  else
    setInsertionPointToEnd(loop.getBody());
  SmallVector<Value> next =
      body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!inits.empty())
    scf::YieldOp::create(*this, next);
  return llvm::to_vector_of<Value>(loop.getResults());
}

void KernelBuilder::when(Value condition, llvm::function_ref<void()> body) {
  auto branch = scf::IfOp::create(*this, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPoint(branch.thenBlock()->getTerminator());
  body();
}
