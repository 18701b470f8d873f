//===- CustomOptions.cpp - Options of typed custom operators ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CustomOptions.h"

#include "flatbuffers/flexbuffers.h"
#include "mlir/IR/Builders.h"
#include "mopt/Dialect/Mopt/IR/FormatInterfaces.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;

std::optional<RegisteredOperationName>
tfl::findCustomCodeOp(MLIRContext *context, StringRef code) {
  for (RegisteredOperationName name : context->getRegisteredOperationsByDialect(
           MoptDialect::getDialectNamespace()))
    if (auto *custom = name.getInterface<CustomCodeOp>())
      if (custom->getCustomCode() == code)
        return name;
  return std::nullopt;
}

/// The map in `bytes`; std::nullopt if there is none.
static std::optional<flexbuffers::Map> getMap(ArrayRef<char> bytes) {
  auto *data = reinterpret_cast<const uint8_t *>(bytes.data());
  if (bytes.size() < 3 || !flexbuffers::VerifyBuffer(data, bytes.size()))
    return std::nullopt;
  flexbuffers::Reference root = flexbuffers::GetRoot(data, bytes.size());
  if (!root.IsMap())
    return std::nullopt;
  return root.AsMap();
}

/// `value` as an attribute of the kind that `kind` is; null if it is no number.
static Attribute getOption(flexbuffers::Reference value, Attribute kind) {
  Builder builder(kind.getContext());
  if (!value.IsNumeric() && !value.IsBool())
    return {};
  if (isa<BoolAttr>(kind))
    return builder.getBoolAttr(value.AsBool());
  if (isa<FloatAttr>(kind))
    return builder.getF32FloatAttr(value.AsFloat());
  // The conversion of a large float is not defined.
  bool fits = value.IsIntOrUint() || std::abs(value.AsDouble()) < 0x1p31;
  if (isa<IntegerAttr>(kind) && fits)
    return builder.getI32IntegerAttr(value.AsInt32());
  return {};
}

bool tfl::readCustomOptions(ArrayRef<char> bytes, Operation *op) {
  std::optional<flexbuffers::Map> map = getMap(bytes);
  if (!map)
    return false;
  for (StringAttr name : op->getRegisteredInfo()->getAttributeNames())
    if (Attribute kind = op->getAttr(name))
      if (Attribute value = getOption((*map)[name.str()], kind))
        op->setAttr(name, value);
  return true;
}

std::vector<uint8_t> tfl::writeCustomOptions(ArrayRef<char> bytes,
                                             Operation *op) {
  SmallVector<NamedAttribute> options;
  for (StringAttr name : op->getRegisteredInfo()->getAttributeNames())
    if (Attribute value = op->getAttr(name))
      options.emplace_back(name, value);
  // What the bytes say, on an op of its own.
  Operation *old = Operation::create(op->getLoc(), op->getName(),
                                     op->getResultTypes(), op->getOperands(),
                                     NamedAttrList(), OpaqueProperties(nullptr),
                                     BlockRange(), /*numRegions=*/0);
  bool isSame = readCustomOptions(bytes, old) &&
                llvm::all_of(options, [&](NamedAttribute option) {
                  return old->getAttr(option.getName()) == option.getValue();
                });
  old->destroy();
  auto *data = reinterpret_cast<const uint8_t *>(bytes.data());
  if (isSame)
    return std::vector<uint8_t>(data, data + bytes.size());

  flexbuffers::Builder builder;
  builder.Map([&] {
    for (NamedAttribute option : options) {
      std::string key = option.getName().str();
      if (auto flag = dyn_cast<BoolAttr>(option.getValue()))
        builder.Bool(key.c_str(), flag.getValue());
      else if (auto integer = dyn_cast<IntegerAttr>(option.getValue()))
        builder.Int(key.c_str(), integer.getInt());
      else if (auto real = dyn_cast<FloatAttr>(option.getValue()))
        builder.Float(key.c_str(), real.getValue().convertToFloat());
    }
    std::optional<flexbuffers::Map> map = getMap(bytes);
    for (size_t i = 0; map && i < map->size(); ++i) {
      std::string key = map->Keys()[i].AsString().str();
      flexbuffers::Reference value = map->Values()[i];
      if (op->hasAttr(key))
        continue;
      if (value.IsBool())
        builder.Bool(key.c_str(), value.AsBool());
      else if (value.IsIntOrUint())
        builder.Int(key.c_str(), value.AsInt64());
      else if (value.IsFloat())
        builder.Float(key.c_str(), value.AsFloat());
      else if (value.IsString())
        builder.String(key.c_str(), value.AsString().str());
    }
  });
  builder.Finish();
  return builder.GetBuffer();
}
