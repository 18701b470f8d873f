//===- CodedWeights.cpp - Weights that are decoded once -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodedWeights.h"

#include "mopt/Target/Compressed/CodedBytes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Constants.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;

static const unsigned char kDecoder[] = {
#include "DecodeWeights.bc.inc"
};

/// A name that no model has.
static constexpr const char *kAddress = "mopt.weights";

/// Codes `bytes`, a weight that begins at `place`; false where that is not
/// smaller.
static bool encodeWeight(CodedWeights &result, ArrayRef<char> bytes,
                         unsigned elementSize, uint64_t place) {
  size_t codesBefore = result.codes.size(), runsBefore = result.runs.size();
  uint64_t count = bytes.size() / elementSize;
  ArrayRef<uint8_t> elements(reinterpret_cast<const uint8_t *>(bytes.data()),
                             bytes.size());
  for (auto [i, run] :
       llvm::enumerate(encodePlanesForCode(elements, elementSize))) {
    result.runs.push_back(
        {result.codes.size(), run.size(), place + i, count, elementSize});
    result.codes.insert(result.codes.end(), run.begin(), run.end());
  }
  if (result.codes.size() - codesBefore +
          elementSize * sizeof(CodedWeights::Run) <
      bytes.size())
    return true;
  result.codes.resize(codesBefore);
  result.runs.resize(runsBefore);
  return false;
}

CodedWeights mopt::encodeWeights(ArrayRef<HostTensor> weights,
                                 int64_t alignment) {
  CodedWeights result;
  for (const HostTensor &weight : weights) {
    ArrayRef<char> bytes = weight.getBytes();
    unsigned size = 1;
    Type type = weight.getStorageElementType();
    if (type.isIntOrFloat() && type.getIntOrFloatBitWidth() % 8 == 0)
      size = type.getIntOrFloatBitWidth() / 8;
    int64_t place = result.bytes;
    if (bytes.empty() || bytes.size() % size != 0 ||
        !encodeWeight(result, bytes, size, place)) {
      result.places.push_back(std::nullopt);
      continue;
    }
    result.places.push_back(place);
    result.bytes =
        llvm::alignTo(static_cast<uint64_t>(place) + bytes.size(), alignment);
  }
  return result;
}

llvm::GlobalVariable *mopt::addWeightsAddress(llvm::Module &module) {
  if (llvm::GlobalVariable *address = module.getNamedGlobal(kAddress))
    return address;
  auto *pointer = llvm::PointerType::getUnqual(module.getContext());
  return new llvm::GlobalVariable(
      module, pointer, /*isConstant=*/false, llvm::GlobalValue::InternalLinkage,
      llvm::ConstantPointerNull::get(pointer), kAddress);
}

/// Makes the declaration `name` of `decoder` that constant.
static void define(llvm::Module &decoder, StringRef name, llvm::Constant *value,
                   uint64_t alignment) {
  auto *global = new llvm::GlobalVariable(
      decoder, value->getType(), /*isConstant=*/true,
      llvm::GlobalValue::PrivateLinkage, value, "coded");
  global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  global->setAlignment(llvm::Align(alignment));
  if (llvm::GlobalVariable *declared = decoder.getNamedGlobal(name)) {
    declared->replaceAllUsesWith(global);
    declared->eraseFromParent();
  }
}

llvm::Error mopt::addWeightDecoder(llvm::Module &module,
                                   const CodedWeights &weights,
                                   StringRef prefix, int64_t alignment) {
  StringRef text(reinterpret_cast<const char *>(kDecoder), sizeof(kDecoder));
  llvm::LLVMContext &context = module.getContext();
  auto decoder = llvm::parseBitcodeFile(
      llvm::MemoryBufferRef(text, "DecodeWeights"), context);
  if (!decoder)
    return decoder.takeError();
  (*decoder)->setDataLayout(module.getDataLayout());
  (*decoder)->setTargetTriple(module.getTargetTriple());
  llvm::Function *run = module.getFunction((prefix + "_run").str());
  for (llvm::Function &function : **decoder) {
    for (StringRef name : {"target-cpu", "target-features", "tune-cpu"})
      function.removeFnAttr(name);
    for (StringRef name : {"target-cpu", "target-features"})
      if (run && run->hasFnAttribute(name))
        function.addFnAttr(run->getFnAttribute(name));
    // It runs once.
    if (!function.isDeclaration()) {
      function.addFnAttr(llvm::Attribute::MinSize);
      function.addFnAttr(llvm::Attribute::OptimizeForSize);
    }
  }
  auto *word = llvm::Type::getInt64Ty(context);
  auto define64 = [&](StringRef name, uint64_t value) {
    define(**decoder, name, llvm::ConstantInt::get(word, value), 8);
  };
  SmallVector<uint64_t> runs;
  for (const CodedWeights::Run &run : weights.runs)
    runs.append({run.code, run.size, run.place, run.count, run.stride});
  define(**decoder, "model_codes",
         llvm::ConstantDataArray::get(context, weights.codes), 1);
  define(**decoder, "model_runs", llvm::ConstantDataArray::get(context, runs),
         8);
  define64("model_run_count", weights.runs.size());
  define64("model_alignment", static_cast<uint64_t>(alignment));
  (*decoder)->getFunction("model_init")->setName(prefix + "_init");
  // The linker joins what has one name and is visible.
  llvm::GlobalVariable *address = addWeightsAddress(module);
  address->setLinkage(llvm::GlobalValue::ExternalLinkage);
  (*decoder)->getNamedGlobal("model_weights")->setName(kAddress);
  if (llvm::Linker::linkModules(module, std::move(*decoder)))
    return llvm::createStringError("the decoder of weights does not fit");
  addWeightsAddress(module)->setLinkage(llvm::GlobalValue::InternalLinkage);
  return llvm::Error::success();
}
