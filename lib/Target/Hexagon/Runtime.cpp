//===- Runtime.cpp - Code that models need beside their own -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

#include "llvm/Bitcode/BitcodeReader.h"

using llvm::Expected;
using llvm::StringRef;

static const unsigned char kRuntime[] = {
#include "Runtime.bc.inc"
};

static const unsigned char kProgram[] = {
#include "Program.bc.inc"
};

Expected<std::unique_ptr<llvm::Module>>
mlir::mopt::loadHexagonCode(StringRef name, llvm::LLVMContext &context) {
  llvm::ArrayRef<unsigned char> bytes = kRuntime;
  if (name == "Program")
    bytes = kProgram;
  StringRef text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  return llvm::parseBitcodeFile(llvm::MemoryBufferRef(text, name), context);
}

void mlir::mopt::takeProcessorOf(llvm::Module &code,
                                 const llvm::Module &module) {
  code.setDataLayout(module.getDataLayout());
  code.setTargetTriple(module.getTargetTriple());
  const auto model = llvm::find_if(module, [](const llvm::Function &function) {
    return !function.isDeclaration();
  });
  for (llvm::Function &function : code)
    for (StringRef name : {"target-cpu", "target-features"}) {
      function.removeFnAttr(name);
      if (model != module.end() && model->hasFnAttribute(name))
        function.addFnAttr(model->getFnAttribute(name));
    }
}
