//===- HVXEmitter.cpp - What kernels of Hexagon are made of -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HVXEmitter.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::mopt;

HVXEmitter::HVXEmitter(OpBuilder &builder, Location loc)
    : builder(builder), loc(loc), i8(builder.getI8Type()),
      i16(builder.getI16Type()), i32(builder.getI32Type()),
      i64(builder.getI64Type()),
      ptr(LLVM::LLVMPointerType::get(builder.getContext())),
      vec(VectorType::get(32, i32)), vecPair(VectorType::get(64, i32)) {}

Value HVXEmitter::constant(Type type, int64_t value) {
  unsigned width = type.getIntOrFloatBitWidth();
  return LLVM::ConstantOp::create(
      builder, loc, type,
      builder.getIntegerAttr(
          type, APInt(64, static_cast<uint64_t>(value)).trunc(width)));
}

Value HVXEmitter::extend(Type type, Value value, bool isSigned) {
  if (isSigned)
    return LLVM::SExtOp::create(builder, loc, type, value);
  return LLVM::ZExtOp::create(builder, loc, type, value);
}

Value HVXEmitter::truncate(Type type, Value value) {
  return LLVM::TruncOp::create(builder, loc, type, value);
}

Value HVXEmitter::at(Value pointer, int64_t bytes) {
  if (bytes == 0)
    return pointer;
  return LLVM::GEPOp::create(
      builder, loc, ptr, i8, pointer,
      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(bytes)});
}

Value HVXEmitter::at(Value pointer, Value bytes) {
  return LLVM::GEPOp::create(builder, loc, ptr, i8, pointer,
                             ArrayRef<LLVM::GEPArg>{bytes});
}

Value HVXEmitter::step(Value pointer, int64_t bytes) {
  Value word = LLVM::PtrToIntOp::create(builder, loc, i32, pointer);
  word = call("llvm.hexagon.A2.add", i32, {word, constant(bytes)});
  return LLVM::IntToPtrOp::create(builder, loc, ptr, word);
}

Value HVXEmitter::behind(Value pointer, Value place, Value start,
                         int64_t bytes) {
  auto word = [&](Value value) -> Value {
    return LLVM::PtrToIntOp::create(builder, loc, i32, value);
  };
  return at(pointer, sub(word(place), add(word(start), constant(bytes))));
}

Value HVXEmitter::load(Type type, Value pointer, unsigned alignment) {
  return LLVM::LoadOp::create(builder, loc, type, pointer, alignment);
}

void HVXEmitter::store(Value value, Value pointer, unsigned alignment) {
  LLVM::StoreOp::create(builder, loc, value, pointer, alignment);
}

Values HVXEmitter::loadWords(Value pointer, int64_t count, bool inPairs) {
  Values words;
  for (int64_t i = 0; i < count; i += inPairs ? 2 : 1) {
    if (!inPairs) {
      words.push_back(load(i32, at(pointer, i * 4), 4));
      continue;
    }
    Value two = load(i64, at(pointer, i * 4), 8);
    words.push_back(truncate(i32, two));
    words.push_back(truncate(i32, make<LLVM::LShrOp>(two, constant(i64, 32))));
  }
  return words;
}

bool HVXEmitter::isAligned(Value buffer) {
  while (Operation *op = buffer.getDefiningOp()) {
    if (!isa<memref::CollapseShapeOp, memref::ExpandShapeOp>(op))
      return isa<memref::AllocOp>(op);
    buffer = op->getOperand(0);
  }
  return false;
}

Value HVXEmitter::call(StringRef name, Type type, ArrayRef<Value> operands) {
  return LLVM::CallIntrinsicOp::create(builder, loc, type,
                                       builder.getStringAttr(name), operands)
      .getResult(0);
}

std::pair<Value, Value> HVXEmitter::pair(StringRef name,
                                         ArrayRef<Value> operands) {
  Value both =
      call(("llvm.hexagon.V6." + name + ".128B").str(), vecPair, operands);
  return {vector("lo", both), vector("hi", both)};
}

Value HVXEmitter::clamp(Value value, int32_t min, int32_t max) {
  if (min > 0)
    value = vector("vmaxub", {value, splatByte(min)});
  if (max < 255)
    value = vector("vminub", {value, splatByte(max)});
  return value;
}

Block *HVXEmitter::appendBlock(TypeRange arguments) {
  Region *region = builder.getInsertionBlock()->getParent();
  OpBuilder::InsertionGuard guard(builder);
  return builder.createBlock(region, region->end(), arguments,
                             SmallVector<Location>(arguments.size(), loc));
}

Values HVXEmitter::loop(int64_t turns, ValueRange inits, Body body) {
  if (turns == 1)
    return body(inits);
  return loop(constant(turns), inits, body);
}

Values HVXEmitter::loop(Value turns, ValueRange inits, Body body) {
  SmallVector<Type> types = {i32};
  llvm::append_range(types, inits.getTypes());
  Block *header = appendBlock(types);
  Values start = {constant(0)};
  llvm::append_range(start, inits);
  LLVM::BrOp::create(builder, loc, start, header);
  builder.setInsertionPointToEnd(header);
  Values results = body(header->getArguments().drop_front());
  Value next = add(header->getArgument(0), constant(1));
  Values carried = {next};
  llvm::append_range(carried, results);
  Block *exit = appendBlock(inits.getTypes());
  auto branch = LLVM::CondBrOp::create(
      builder, loc, compare(LLVM::ICmpPredicate::ne, next, turns), header,
      carried, exit, results);
  // A turn has all that the registers hold; LLVM would unroll short loops.
  MLIRContext *context = builder.getContext();
  auto yes = builder.getBoolAttr(true);
  auto unroll = LLVM::LoopUnrollAttr::get(context, yes, {}, {}, {}, {}, {}, {});
  auto vectorize =
      LLVM::LoopVectorizeAttr::get(context, yes, {}, {}, {}, {}, {}, {});
  branch.setLoopAnnotationAttr(
      LLVM::LoopAnnotationAttr::get(context, {}, vectorize, {}, unroll, {}, {},
                                    {}, {}, {}, {}, {}, {}, {}, {}, {}));
  builder.setInsertionPointToEnd(exit);
  return llvm::to_vector_of<Value>(exit->getArguments());
}

Values HVXEmitter::loopUnrolled(int64_t turns, int64_t few, ValueRange inits,
                                Body body) {
  if (turns > few)
    return loop(turns, inits, body);
  Values values = llvm::to_vector_of<Value>(inits);
  for (int64_t i = 0; i < turns; ++i)
    values = body(values);
  return values;
}

Values HVXEmitter::loopAhead(
    int64_t turns, ValueRange addresses, ValueRange sums,
    llvm::function_ref<Values(ValueRange)> load,
    llvm::function_ref<Values(Values, ValueRange, ValueRange, bool)> body,
    llvm::function_ref<Values(ValueRange)> advance) {
  size_t numSums = sums.size(), numAddresses = addresses.size();
  Values carried = llvm::to_vector_of<Value>(sums);
  carried.append(addresses.begin(), addresses.end());
  carried.append(load(addresses));
  auto take = [&](ValueRange values, bool isLast) {
    return body(llvm::to_vector_of<Value>(values.take_front(numSums)),
                values.slice(numSums, numAddresses),
                values.drop_front(numSums + numAddresses), isLast);
  };
  if (turns > 1)
    carried = loop(turns - 1, carried, [&](ValueRange values) {
      Values next = take(values, /*isLast=*/false);
      Values places = advance(values.slice(numSums, numAddresses));
      next.append(places);
      next.append(load(places));
      return next;
    });
  Values result = take(carried, /*isLast=*/true);
  result.append(carried.begin() + numSums,
                carried.begin() + numSums + numAddresses);
  return result;
}

Values HVXEmitter::when(Value condition, ValueRange inits, Body body) {
  Block *inside = appendBlock();
  Block *after = appendBlock(inits.getTypes());
  LLVM::CondBrOp::create(builder, loc, condition, inside, ValueRange(), after,
                         inits);
  builder.setInsertionPointToEnd(inside);
  Values results = body(inits);
  LLVM::BrOp::create(builder, loc, results, after);
  builder.setInsertionPointToEnd(after);
  return llvm::to_vector_of<Value>(after->getArguments());
}
