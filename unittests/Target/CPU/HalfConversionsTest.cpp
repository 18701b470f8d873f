//===- HalfConversionsTest.cpp - 16-bit floats in software -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every half, and floats all over their range, against LLVM's own arithmetic.
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Target/CPU/HalfConversions.h"
#include "../../../lib/Target/CPU/MachineCode.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Support/Error.h"
#include "gtest/gtest.h"

using namespace mlir::mopt;

namespace {

class HalfConversionsTest : public testing::Test {
protected:
  void SetUp() override {
    // A processor without the instructions, where there is one.
    auto machine = llvm::cantFail(chooseTargetMachine("host"));
    if (!machine.getTargetTriple().isX86())
      GTEST_SKIP() << "the functions are for x86";
    machine = llvm::cantFail(chooseTargetMachine("x86-64"));
    auto context = std::make_unique<llvm::LLVMContext>();
    auto module = std::make_unique<llvm::Module>("test", *context);
    module->setTargetTriple(machine.getTargetTriple());
    llvm::IRBuilder<> b(*context);
    // The interface is integers, so that nothing depends on how C passes
    // halves.
    auto add = [&](const char *name, llvm::Type *from, llvm::Type *to) {
      auto *i32 = b.getInt32Ty();
      auto *function = llvm::Function::Create(
          llvm::FunctionType::get(i32, {i32}, false),
          llvm::Function::ExternalLinkage, name, *module);
      b.SetInsertPoint(llvm::BasicBlock::Create(*context, "entry", function));
      auto bits = [&](llvm::Type *type) {
        return b.getIntNTy(type->getPrimitiveSizeInBits());
      };
      llvm::Value *value =
          b.CreateBitCast(b.CreateTrunc(function->getArg(0), bits(from)), from);
      value = b.CreateFPCast(value, to);
      b.CreateRet(b.CreateZExt(b.CreateBitCast(value, bits(to)), i32));
    };
    add("extend", b.getHalfTy(), b.getFloatTy());
    add("truncate", b.getFloatTy(), b.getHalfTy());
    add("truncate_brain", b.getFloatTy(), b.getBFloatTy());
    defineHalfConversions(*module);
    jit = llvm::cantFail(
        llvm::orc::LLJITBuilder().setJITTargetMachineBuilder(machine).create());
    llvm::cantFail(jit->addIRModule(
        llvm::orc::ThreadSafeModule(std::move(module), std::move(context))));
  }

  using Function = uint32_t (*)(uint32_t);
  Function get(const char *name) {
    return llvm::cantFail(jit->lookup(name)).toPtr<Function>();
  }

  static uint32_t convert(uint32_t bits, const llvm::fltSemantics &from,
                          const llvm::fltSemantics &to) {
    llvm::APFloat value(from,
                        llvm::APInt(llvm::APFloat::getSizeInBits(from), bits));
    bool losesInfo;
    value.convert(to, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
    return value.bitcastToAPInt().getZExtValue();
  }

  void checkTruncation(const char *name, const llvm::fltSemantics &to) {
    Function truncate = get(name);
    auto check = [&](uint32_t bits) {
      ASSERT_EQ(truncate(bits), convert(bits, llvm::APFloat::IEEEsingle(), to))
          << name << " of " << std::hex << bits;
    };
    // A prime step; and the neighbours of every value that has 11 bits, where
    // ties are and where rounding changes the exponent.
    for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 65537)
      check(bits);
    for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 1 << 12)
      for (uint32_t offset : {0u, 1u, ~0u})
        check(uint32_t(bits) + offset);
  }

  std::unique_ptr<llvm::orc::LLJIT> jit;
};

TEST_F(HalfConversionsTest, ExtendsEveryHalf) {
  Function extend = get("extend");
  for (uint32_t bits = 0; bits < 65536; ++bits)
    ASSERT_EQ(extend(bits), convert(bits, llvm::APFloat::IEEEhalf(),
                                    llvm::APFloat::IEEEsingle()))
        << std::hex << bits;
}

TEST_F(HalfConversionsTest, TruncatesToHalf) {
  checkTruncation("truncate", llvm::APFloat::IEEEhalf());
}

TEST_F(HalfConversionsTest, TruncatesToBrainFloat) {
  checkTruncation("truncate_brain", llvm::APFloat::BFloat());
}

} // namespace
