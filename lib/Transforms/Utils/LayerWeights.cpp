//===- LayerWeights.cpp - The weights of layers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Utils/LayerWeights.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mopt/Dialect/Mopt/IR/QuantOps.h"
#include "mopt/Transforms/Utils/ParallelRanges.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlir::mopt;

static StringRef nameOf(ConstOp constant, Operation *user) {
  StringRef name = getTensorName(constant.getResult());
  return name.empty() ? getTensorName(user->getResult(0)) : name;
}

StringRef LayerWeight::getName() const { return nameOf(constant, user); }

RankedTensorType LayerWeight::getType() const {
  ConstOp op = constant;
  return cast<RankedTensorType>(op.getType());
}

/// `magnitude(value, channel)` for each element.
template <typename T, typename Magnitude>
static void visitChannels(const LayerWeight &weight, const QuantParams &params,
                          Magnitude magnitude,
                          llvm::function_ref<void(int64_t, float)> visit) {
  RankedTensorType type = weight.getType();
  int64_t inner = 1;
  int64_t channels = 1;
  if (params.isPerAxis()) {
    channels = type.getDimSize(params.axis);
    for (int64_t size : type.getShape().drop_front(params.axis + 1))
      inner *= size;
  }
  ArrayRef<T> values = weight.bytes.as<T>();
  int64_t index = 0;
  // Counters instead of a division an element.
  for (int64_t channel = 0; index < weight.elements;
       channel = channel + 1 == channels ? 0 : channel + 1)
    for (int64_t i = 0, end = params.isPerAxis() ? inner : weight.elements;
         i < end; ++i, ++index)
      visit(index, magnitude(values[index], channel));
}

void LayerWeight::forEachMagnitude(
    llvm::function_ref<void(int64_t, float)> visit) const {
  QuantParams params = getQuantParams(getType());
  if (!params.isQuantized()) {
    visitChannels<float>(
        *this, params, [](float value, int64_t) { return std::abs(value); },
        visit);
    return;
  }
  auto quantized = [&](int64_t value, int64_t channel) {
    return params.scale(channel) *
           static_cast<float>(std::abs(value - params.zeroPoint(channel)));
  };
  auto element = cast<quant::QuantizedType>(getType().getElementType());
  if (element.isSigned())
    visitChannels<int8_t>(*this, params, quantized, visit);
  else
    visitChannels<uint8_t>(*this, params, quantized, visit);
}

int64_t LayerWeight::countZeros() const {
  int64_t zeros = 0;
  if (isFloat()) {
    SmallVector<int64_t> counts(getRangeCount(elements), 0);
    ArrayRef<float> values = bytes.as<float>();
    forEachRange(user->getContext(), elements,
                 [&](int64_t range, int64_t begin, int64_t end) {
                   counts[range] =
                       llvm::count(values.slice(begin, end - begin), 0.0f);
                 });
    return std::accumulate(counts.begin(), counts.end(), zeros);
  }
  forEachMagnitude(
      [&](int64_t, float magnitude) { zeros += magnitude == 0.0f; });
  return zeros;
}

void LayerWeight::replace(AsmResourceBlob blob) {
  ConstOp old = constant;
  OpBuilder builder(old);
  ConstOp made =
      createConst(builder, old.getLoc(), cast<RankedTensorType>(old.getType()),
                  std::move(blob), getTensorInfo(old.getResult()));
  made->setDiscardableAttrs(old->getDiscardableAttrDictionary());
  old.getResult().replaceAllUsesWith(made.getResult());
  auto resource = dyn_cast<DenseResourceElementsAttr>(old.getValue());
  old.erase();
  constant = made;
  if (isSoleUser && resource) {
    bytes = ConstBytes();
    resource.getRawHandle().getResource()->setBlob(AsmResourceBlob());
  }
  bytes = *ConstBytes::read(made);
}

/// The value that holds the elements of the weights `value`: what a dequantize
/// op reads whose only purpose they are.
static Value getStored(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  return dequantize && dequantize.getInput().getDefiningOp<ConstOp>()
             ? dequantize.getInput()
             : value;
}

/// Why `value` holds no weights that can be `verb`; empty if it does.
static std::string getReasonAgainst(Value value, StringRef verb) {
  if (!isa_and_nonnull<ConstOp>(value.getDefiningOp()))
    return "its weights are computed at run time";
  auto type = cast<RankedTensorType>(value.getType());
  Type element = type.getElementType();
  if (element.isF32())
    return "";
  auto quantized = dyn_cast<quant::QuantizedType>(element);
  if (quantized && quantized.getStorageTypeIntegralWidth() == 8 &&
      getQuantParams(type).isQuantized())
    return "";
  std::string text = "weights of type ";
  llvm::raw_string_ostream(text)
      << element << " are not " << verb << "; float32 and 8-bit ones are";
  return text;
}

/// How often the module refers to each resource, counted where that matters.
static DenseMap<Attribute, unsigned> countResources(ModuleOp module) {
  DenseMap<Attribute, unsigned> counts;
  if (!module->hasAttr(kSoleUserAttr))
    return counts;
  // Tensors that share a buffer may see it with different types.
  AttrTypeWalker walker;
  DenseMap<void *, unsigned> users;
  SmallVector<DenseResourceElementsAttr> all;
  walker.addWalk([&](DenseResourceElementsAttr attr) {
    if (counts.try_emplace(attr, 0).second)
      all.push_back(attr);
  });
  DenseMap<Attribute, unsigned> constants;
  module->walk([&](Operation *op) {
    walker.walk(op->getAttrDictionary());
    if (auto constant = dyn_cast<ConstOp>(op))
      ++constants[constant.getValue()];
  });
  for (DenseResourceElementsAttr attr : all)
    users[attr.getRawHandle().getResource()] +=
        std::max(constants.lookup(attr), 1u);
  for (DenseResourceElementsAttr attr : all)
    counts[attr] = users[attr.getRawHandle().getResource()];
  return counts;
}

SmallVector<LayerWeight> mopt::collectLayerWeights(ModuleOp module,
                                                   const OpFilter &filter,
                                                   StringRef verb) {
  SmallVector<LayerWeight> weights;
  DenseSet<Operation *> seen;
  DenseMap<Attribute, unsigned> resources = countResources(module);
  module.walk([&](WeightedOp weighted) {
    Operation *op = weighted;
    auto skip = [&](const Twine &reason) {
      if (verb.empty())
        return;
      StringRef name = getTensorName(op->getResult(0));
      mlir::emitRemark(op->getLoc())
          << (name.empty() ? op->getName().getStringRef() : name) << " is not "
          << verb << ": " << reason;
    };
    for (unsigned index : weighted.getWeightOperands()) {
      if (index >= op->getNumOperands() ||
          isa<NoneType>(op->getOperand(index).getType()))
        continue;
      Value value = getStored(op->getOperand(index));
      if (std::string reason = getReasonAgainst(value, verb); !reason.empty()) {
        skip(reason);
        continue;
      }
      auto constant = cast<ConstOp>(value.getDefiningOp());
      if (!seen.insert(constant).second)
        continue;
      if (StringRef reason = filter.getReasonToSkip(op); !reason.empty()) {
        skip(reason);
        continue;
      }
      std::optional<ConstBytes> bytes = ConstBytes::read(constant);
      if (!bytes) {
        skip("its weights are not stored densely (--sparse-encoding=mode=off)");
        continue;
      }
      weights.push_back(
          {constant, op, std::move(*bytes),
           cast<RankedTensorType>(value.getType()).getNumElements(),
           resources.lookup(constant.getValue()) == 1});
    }
  });
  return weights;
}
