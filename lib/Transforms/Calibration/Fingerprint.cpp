//===- Fingerprint.cpp - Telling models apart -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fingerprint.h"

#include "mlir/IR/BuiltinOps.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

class Fingerprint {
public:
  void add(func::FuncOp func) {
    addText(func.getFunctionType());
    numbers.clear();
    func.walk<WalkOrder::PreOrder>([&](Operation *op) {
      for (Region &region : op->getRegions())
        for (Block &block : region)
          for (BlockArgument argument : block.getArguments())
            number(argument);
      if (op != func)
        addOp(op);
    });
  }

  std::string finish() {
    return llvm::toHex(hasher.final<16>(), /*LowerCase=*/true);
  }

private:
  void number(Value value) { numbers.try_emplace(value, numbers.size()); }

  void addBytes(StringRef bytes) {
    // Lengths keep neighbours apart.
    uint64_t size = bytes.size();
    hasher.update(
        StringRef(reinterpret_cast<const char *>(&size), sizeof size));
    hasher.update(bytes);
  }

  template <typename T>
  void addText(const T &printable) {
    std::string text;
    llvm::raw_string_ostream(text) << printable;
    addBytes(text);
  }

  void addOp(Operation *op) {
    addBytes(op->getName().getStringRef());
    for (Value operand : op->getOperands())
      addText(numbers.lookup(operand));
    for (Value result : op->getResults()) {
      number(result);
      addText(result.getType());
    }
    auto constant = dyn_cast<ConstOp>(op);
    std::optional<ConstBytes> bytes =
        constant ? ConstBytes::read(constant) : std::nullopt;
    for (NamedAttribute attribute : op->getAttrDictionary()) {
      // What mopt says of an op, as its recipe, is not the model.
      if (attribute.getName().strref().starts_with("mopt.") ||
          (bytes && attribute.getName() == constant.getValueAttrName()))
        continue;
      addBytes(attribute.getName());
      addText(attribute.getValue());
    }
    if (bytes)
      addBytes(StringRef(bytes->bytes().data(), bytes->bytes().size()));
  }

  llvm::BLAKE3 hasher;
  DenseMap<Value, unsigned> numbers;
};

} // namespace

std::string mopt::getModelFingerprint(func::FuncOp func) {
  Fingerprint fingerprint;
  fingerprint.add(func);
  // What it may call.
  if (auto module = func->getParentOfType<ModuleOp>())
    for (auto other : module.getOps<func::FuncOp>())
      if (other != func)
        fingerprint.add(other);
  return fingerprint.finish();
}
