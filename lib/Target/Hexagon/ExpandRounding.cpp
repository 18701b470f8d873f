//===- ExpandRounding.cpp - Rounding of floats without a call -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/Hexagon/ExpandRounding.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace mlir::mopt;

/// From it on floats are whole numbers, and sums of it and less have no bits
/// behind the point.
static constexpr double kWhole = 8388608.0;

/// `value` rounded to even, with its sign.
static llvm::Value *roundToEven(llvm::IRBuilder<> &b, llvm::Value *value) {
  llvm::Value *magnitude = b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, value);
  llvm::Value *whole = llvm::ConstantFP::get(value->getType(), kWhole);
  llvm::Value *rounded = b.CreateFSub(b.CreateFAdd(magnitude, whole), whole);
  rounded = b.CreateBinaryIntrinsic(llvm::Intrinsic::copysign, rounded, value);
  return b.CreateSelect(b.CreateFCmpOLT(magnitude, whole), rounded, value);
}

/// What `intrinsic` makes of its operand; null if it does not round.
static llvm::Value *expand(llvm::IntrinsicInst &intrinsic) {
  if (!intrinsic.getType()->getScalarType()->isFloatTy())
    return nullptr;
  llvm::IRBuilder<> b(&intrinsic);
  llvm::Value *value = intrinsic.getArgOperand(0);
  auto correct = [&](llvm::CmpInst::Predicate isBeyond, double step) {
    llvm::Value *even = roundToEven(b, value);
    llvm::Value *next =
        b.CreateFAdd(even, llvm::ConstantFP::get(value->getType(), step));
    return b.CreateSelect(b.CreateFCmp(isBeyond, even, value), next, even);
  };
  switch (intrinsic.getIntrinsicID()) {
  case llvm::Intrinsic::roundeven:
  case llvm::Intrinsic::rint:
  case llvm::Intrinsic::nearbyint:
    return roundToEven(b, value);
  case llvm::Intrinsic::floor:
    return correct(llvm::CmpInst::FCMP_OGT, -1.0);
  default:
    return nullptr;
  }
}

void mlir::mopt::expandRounding(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction :
         llvm::make_early_inc_range(llvm::instructions(function)))
      if (auto *intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction))
        if (llvm::Value *value = expand(*intrinsic)) {
          intrinsic->replaceAllUsesWith(value);
          intrinsic->eraseFromParent();
        }
}
