//===- EnumAttributes.cpp - Schema enums as attributes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EnumAttributes.h"

#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct EnumEntry {
  StringLiteral name;
  Attribute (*build)(MLIRContext *context, uint32_t value);
  std::optional<int64_t> (*read)(Attribute attr);
};

template <typename AttrT, typename EnumT,
          std::optional<EnumT> (*symbolize)(uint32_t)>
EnumEntry entry(StringLiteral name) {
  return {name,
          [](MLIRContext *context, uint32_t value) -> Attribute {
            if (std::optional<EnumT> symbol = symbolize(value))
              return AttrT::get(context, *symbol);
            return {};
          },
          [](Attribute attr) -> std::optional<int64_t> {
            if (auto typed = dyn_cast<AttrT>(attr))
              return static_cast<int64_t>(typed.getValue());
            return std::nullopt;
          }};
}

const EnumEntry entries[] = {
    entry<ActivationFunctionAttr, ActivationFunction,
          symbolizeActivationFunction>("ActivationFunctionType"),
    entry<CombinerTypeAttr, CombinerType, symbolizeCombinerType>(
        "CombinerType"),
    entry<ElementTypeAttr, ElementType, symbolizeElementType>("TensorType"),
    entry<LSHProjectionTypeAttr, LSHProjectionType, symbolizeLSHProjectionType>(
        "LSHProjectionType"),
    entry<LSTMKernelAttr, LSTMKernel, symbolizeLSTMKernel>("LSTMKernelType"),
    entry<MirrorPadModeAttr, MirrorPadMode, symbolizeMirrorPadMode>(
        "MirrorPadMode"),
    entry<PaddingAttr, Padding, symbolizePadding>("Padding"),
    entry<WeightsFormatAttr, WeightsFormat, symbolizeWeightsFormat>(
        "FullyConnectedOptionsWeightsFormat"),
};

} // namespace

Attribute tfl::getEnumAttr(MLIRContext *context, StringRef name,
                           int64_t value) {
  if (value < 0)
    return {};
  for (const EnumEntry &entry : entries)
    if (entry.name == name)
      return entry.build(context, static_cast<uint32_t>(value));
  return {};
}

std::optional<int64_t> tfl::getEnumAttrValue(Attribute attr) {
  for (const EnumEntry &entry : entries)
    if (std::optional<int64_t> value = entry.read(attr))
      return value;
  return std::nullopt;
}
