//===- HalfConversions.cpp - 16-bit floats in software -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HalfConversions.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;

namespace {

/// Emits one function of one block on the bits of floats.
class ConversionBuilder {
public:
  ConversionBuilder(llvm::Module &module)
      : module(module), b(module.getContext()), i32(b.getInt32Ty()) {}

  void addExtend() {
    begin("__extendhfsf2", b.getHalfTy(), b.getFloatTy());
    llvm::Value *bits = argumentBits();
    llvm::Value *magnitude = b.CreateAnd(bits, 0x7fff);
    llvm::Value *shifted = b.CreateShl(magnitude, 13);
    // The exponent's bias is 112 less. The product is exact, and normal for
    // subnormal operands too.
    llvm::Value *finite = toBits(b.CreateFMul(
        toFloat(shifted), llvm::ConstantFP::get(b.getFloatTy(), 0x1p112)));
    llvm::Value *special = b.CreateOr(shifted, 0x7f800000);
    llvm::Value *isNaN = b.CreateICmpUGT(magnitude, b.getInt32(0x7c00));
    special = b.CreateSelect(isNaN, b.CreateOr(special, kQuiet), special);
    llvm::Value *result = b.CreateSelect(
        b.CreateICmpUGE(magnitude, b.getInt32(0x7c00)), special, finite);
    llvm::Value *sign = b.CreateShl(b.CreateAnd(bits, 0x8000), 16);
    b.CreateRet(toFloat(b.CreateOr(result, sign)));
  }

  void addTruncate() {
    begin("__truncsfhf2", b.getFloatTy(), b.getHalfTy());
    llvm::Value *bits = argumentBits();
    llvm::Value *magnitude = b.CreateAnd(bits, 0x7fffffff);
    // Below 2^-14 the unit in the last place is that of 0.5: the addition
    // rounds, to nearest even.
    constexpr uint32_t kHalf = 0x3f000000;
    llvm::Value *subnormal = b.CreateSub(
        toBits(b.CreateFAdd(toFloat(magnitude), toFloat(b.getInt32(kHalf)))),
        b.getInt32(kHalf));
    // Half a unit less one, and one more where the last bit kept is odd.
    llvm::Value *odd = b.CreateAnd(b.CreateLShr(magnitude, 13), 1);
    llvm::Value *rounded =
        b.CreateAdd(b.CreateAdd(magnitude, odd), b.getInt32(0xfff));
    llvm::Value *normal =
        b.CreateLShr(b.CreateSub(rounded, b.getInt32(uint32_t(112) << 23)), 13);
    llvm::Value *nan =
        b.CreateOr(b.CreateAnd(b.CreateLShr(magnitude, 13), 0x3ff), 0x7e00);
    llvm::Value *special =
        b.CreateSelect(b.CreateICmpUGT(magnitude, b.getInt32(0x7f800000)), nan,
                       b.getInt32(0x7c00));
    llvm::Value *result = b.CreateSelect(
        b.CreateICmpULT(magnitude, b.getInt32(0x38800000)), subnormal, normal);
    result = b.CreateSelect(b.CreateICmpUGE(magnitude, b.getInt32(0x47800000)),
                            special, result);
    finish(bits, result, b.getHalfTy());
  }

  void addTruncateBrain() {
    begin("__truncsfbf2", b.getFloatTy(), b.getBFloatTy());
    llvm::Value *bits = argumentBits();
    llvm::Value *magnitude = b.CreateAnd(bits, 0x7fffffff);
    llvm::Value *odd = b.CreateAnd(b.CreateLShr(magnitude, 16), 1);
    llvm::Value *rounded = b.CreateLShr(
        b.CreateAdd(b.CreateAdd(magnitude, odd), b.getInt32(0x7fff)), 16);
    llvm::Value *nan = b.CreateLShr(b.CreateOr(magnitude, kQuiet), 16);
    finish(bits,
           b.CreateSelect(b.CreateICmpUGT(magnitude, b.getInt32(0x7f800000)),
                          nan, rounded),
           b.getBFloatTy());
  }

private:
  /// Makes a NaN of 32 bits quiet, as the instructions do.
  static constexpr uint32_t kQuiet = 0x400000;

  void begin(const char *name, llvm::Type *from, llvm::Type *to) {
    auto *type = llvm::FunctionType::get(to, {from}, /*isVarArg=*/false);
    function = llvm::Function::Create(type, llvm::Function::InternalLinkage,
                                      name, module);
    function->setDoesNotThrow();
    b.SetInsertPoint(
        llvm::BasicBlock::Create(module.getContext(), "entry", function));
  }

  llvm::Value *argumentBits() {
    llvm::Value *argument = function->getArg(0);
    unsigned width = argument->getType()->getPrimitiveSizeInBits();
    return b.CreateZExt(b.CreateBitCast(argument, b.getIntNTy(width)), i32);
  }

  llvm::Value *toBits(llvm::Value *value) {
    return b.CreateBitCast(value, i32);
  }
  llvm::Value *toFloat(llvm::Value *bits) {
    return b.CreateBitCast(bits, b.getFloatTy());
  }

  /// Returns `magnitude`, of 16 bits, with the sign of the 32-bit float.
  void finish(llvm::Value *bits, llvm::Value *magnitude, llvm::Type *type) {
    llvm::Value *sign = b.CreateAnd(b.CreateLShr(bits, 16), 0x8000);
    b.CreateRet(b.CreateBitCast(
        b.CreateTrunc(b.CreateOr(magnitude, sign), b.getInt16Ty()), type));
  }

  llvm::Module &module;
  llvm::IRBuilder<> b;
  llvm::Type *i32;
  llvm::Function *function = nullptr;
};

} // namespace

void mopt::defineHalfConversions(llvm::Module &module) {
  llvm::Triple::ArchType arch = module.getTargetTriple().getArch();
  if (!module.getTargetTriple().isX86() && arch != llvm::Triple::hexagon)
    return;
  bool usesHalf = false, usesBrain = false;
  auto visit = [&](llvm::Type *type) {
    type = type->getScalarType();
    usesHalf |= type->isHalfTy();
    usesBrain |= type->isBFloatTy();
  };
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction : llvm::instructions(function)) {
      visit(instruction.getType());
      for (llvm::Value *operand : instruction.operands())
        visit(operand->getType());
    }
  ConversionBuilder builder(module);
  if (usesHalf) {
    builder.addExtend();
    builder.addTruncate();
  }
  if (usesBrain)
    builder.addTruncateBrain();
}
