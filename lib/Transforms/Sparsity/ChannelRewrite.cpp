//===- ChannelRewrite.cpp - Zeroing and removing channels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelGraph.h"
#include "ChannelRules.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

#include <cstring>
#include <map>

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// Removed indices by axis.
using Removals = std::map<int64_t, SmallVector<int64_t>>;

/// New constants by old one and what it lost, so that those that ops share stay
/// shared.
using Made = std::map<std::pair<Operation *, Removals>, Value>;

/// The cuts of one operand.
struct OperandRemovals {
  OpOperand *operand;
  Removals removals;
};

} // namespace

/// What every constant operand loses, in the order of the cuts.
static std::vector<OperandRemovals>
collectRemovals(const ChannelGraph &graph, const llvm::BitVector &removed,
                bool parameters) {
  std::vector<OperandRemovals> result;
  DenseMap<OpOperand *, size_t> places;
  for (const ChannelCut &cut : graph.getCuts()) {
    if (cut.role == ChannelCut::Role::Parameter && !parameters)
      continue;
    SmallVector<int64_t> indices;
    for (auto [i, node] : llvm::enumerate(cut.nodes))
      if (removed[node])
        indices.push_back(i);
    if (indices.empty())
      continue;
    auto [place, isNew] = places.try_emplace(cut.operand, result.size());
    if (isNew)
      result.push_back({cut.operand, {}});
    result[place->second].removals[cut.axis] = std::move(indices);
  }
  return result;
}

/// Calls `visit(offset, size)` for the runs of bytes at the removed indices of
/// each axis.
static void
forEachRun(RankedTensorType type, size_t bytes, const Removals &removals,
           llvm::function_ref<void(size_t offset, size_t size)> visit) {
  size_t width = bytes / std::max<int64_t>(type.getNumElements(), 1);
  for (const auto &[axis, indices] : removals) {
    size_t run = width;
    for (int64_t size : type.getShape().drop_front(axis + 1))
      run *= size;
    size_t step = run * type.getDimSize(axis);
    for (size_t begin = 0; begin < bytes; begin += step)
      for (int64_t index : indices)
        visit(begin + index * run, run);
  }
}

static Value copyWith(OpBuilder &builder, ConstOp old, RankedTensorType type,
                      AsmResourceBlob blob, TensorAttr info) {
  ConstOp made =
      createConst(builder, old.getLoc(), type, std::move(blob), info);
  for (NamedAttribute attribute : old->getDiscardableAttrs())
    if (attribute.getName() != kTensorsAttr)
      made->setDiscardableAttr(attribute.getName(), attribute.getValue());
  return made.getResult();
}

void mopt::maskChannels(const ChannelGraph &graph,
                        const llvm::BitVector &removed) {
  Made made;
  SetVector<Operation *> unused;
  for (const OperandRemovals &entry : collectRemovals(graph, removed, false)) {
    auto old = entry.operand->get().getDefiningOp<ConstOp>();
    Value &value = made[{old, entry.removals}];
    if (!value) {
      std::optional<ConstBytes> bytes = ConstBytes::read(old);
      auto type = cast<RankedTensorType>(old.getType());
      AsmResourceBlob blob = allocateConstBlob(bytes->bytes().size());
      char *out = blob.getMutableData().data();
      std::memcpy(out, bytes->bytes().data(), bytes->bytes().size());
      QuantParams params = getQuantParams(type);
      bool isByte =
          static_cast<int64_t>(bytes->bytes().size()) == type.getNumElements();
      char zero = params.isQuantized() && isByte
                      ? static_cast<char>(params.zeroPoint())
                      : 0;
      forEachRun(type, bytes->bytes().size(), entry.removals,
                 [&](size_t offset, size_t size) {
                   std::memset(out + offset, zero, size);
                 });
      OpBuilder builder(old);
      value = copyWith(builder, old, type, std::move(blob),
                       getTensorInfo(old.getResult()));
    }
    entry.operand->set(value);
    unused.insert(old);
  }
  for (Operation *op : unused)
    if (op->use_empty())
      op->erase();
}

/// `values`, one an index of the axis, without the removed ones.
template <typename T>
static SmallVector<T> dropIndices(ArrayRef<T> values,
                                  ArrayRef<int64_t> indices) {
  SmallVector<T> kept;
  const int64_t *next = indices.begin();
  for (auto [i, value] : llvm::enumerate(values)) {
    if (next != indices.end() && *next == static_cast<int64_t>(i))
      ++next;
    else
      kept.push_back(value);
  }
  return kept;
}

/// The type without the removed indices, and without their scales.
static RankedTensorType shrinkType(RankedTensorType type,
                                   const Removals &removals) {
  SmallVector<int64_t> shape(type.getShape());
  Type element = type.getElementType();
  for (const auto &[axis, indices] : removals) {
    shape[axis] -= indices.size();
    auto quantized = dyn_cast<quant::UniformQuantizedPerAxisType>(element);
    if (!quantized || quantized.getQuantizedDimension() != axis)
      continue;
    element = quant::UniformQuantizedPerAxisType::get(
        quantized.getFlags(), quantized.getStorageType(),
        quantized.getExpressedType(),
        dropIndices(quantized.getScales(), indices),
        dropIndices(quantized.getZeroPoints(), indices), axis,
        quantized.getStorageTypeMin(), quantized.getStorageTypeMax());
  }
  return RankedTensorType::get(shape, element, type.getEncoding());
}

/// What a file says of the tensor, without what it says of removed indices.
static TensorAttr shrinkInfo(TensorAttr info, const Removals &removals,
                             RankedTensorType old) {
  if (!info)
    return info;
  MLIRContext *context = info.getContext();
  DenseI32ArrayAttr signature = info.getShapeSignature();
  DenseF32ArrayAttr min = info.getMin(), max = info.getMax();
  DictionaryAttr quantization = info.getQuantization();
  for (const auto &entry : removals) {
    int64_t axis = entry.first;
    ArrayRef<int64_t> indices = entry.second;
    size_t size = old.getDimSize(axis);
    if (signature && axis < signature.size() && signature[axis] >= 0) {
      SmallVector<int32_t> sizes(signature.asArrayRef());
      sizes[axis] -= static_cast<int32_t>(indices.size());
      signature = DenseI32ArrayAttr::get(context, sizes);
    }
    auto drop = [&](DenseF32ArrayAttr values) {
      // A single value speaks of the whole tensor.
      if (!values || values.size() <= 1 ||
          static_cast<size_t>(values.size()) != size)
        return values;
      return DenseF32ArrayAttr::get(context,
                                    dropIndices(values.asArrayRef(), indices));
    };
    min = drop(min);
    max = drop(max);
    if (!quantization)
      continue;
    NamedAttrList fields(quantization);
    for (NamedAttribute field : quantization) {
      if (auto floats = dyn_cast<DenseF32ArrayAttr>(field.getValue()))
        fields.set(field.getName(), drop(floats));
      auto integers = dyn_cast<DenseI64ArrayAttr>(field.getValue());
      if (integers && integers.size() > 1 &&
          static_cast<size_t>(integers.size()) == size)
        fields.set(field.getName(),
                   DenseI64ArrayAttr::get(
                       context, dropIndices(integers.asArrayRef(), indices)));
    }
    quantization = fields.getDictionary(context);
  }
  return TensorAttr::get(context, info.getName(), signature, min, max,
                         quantization, info.getSparsity(),
                         info.getVariantTensors(), info.getIsVariable(),
                         info.getHasRank(), info.getType());
}

static Value shrinkConstant(ConstOp old, const Removals &removals) {
  std::optional<ConstBytes> bytes = ConstBytes::read(old);
  auto type = cast<RankedTensorType>(old.getType());
  RankedTensorType made = shrinkType(type, removals);
  size_t total = bytes->bytes().size();
  size_t width = total / std::max<int64_t>(type.getNumElements(), 1);
  llvm::BitVector drop(type.getNumElements());
  forEachRun(type, total, removals, [&](size_t offset, size_t size) {
    drop.set(offset / width, (offset + size) / width);
  });
  AsmResourceBlob blob = allocateConstBlob(made.getNumElements() * width);
  char *out = blob.getMutableData().data();
  for (int begin = drop.find_first_unset(); begin >= 0;) {
    int end = drop.find_next(begin);
    if (end < 0)
      end = static_cast<int>(drop.size());
    std::memcpy(out, bytes->bytes().data() + begin * width,
                (end - begin) * width);
    out += (end - begin) * width;
    begin =
        end < static_cast<int>(drop.size()) ? drop.find_next_unset(end) : -1;
  }
  OpBuilder builder(old);
  return copyWith(builder, old, made, std::move(blob),
                  shrinkInfo(getTensorInfo(old.getResult()), removals, type));
}

void mopt::removeChannels(const ChannelGraph &graph,
                          const llvm::BitVector &removed) {
  SetVector<Operation *> touched;
  SetVector<Operation *> unused;
  Made made;
  for (const OperandRemovals &entry : collectRemovals(graph, removed, true)) {
    auto old = entry.operand->get().getDefiningOp<ConstOp>();
    Value &value = made[{old, entry.removals}];
    if (!value)
      value = shrinkConstant(old, entry.removals);
    entry.operand->set(value);
    touched.insert(entry.operand->getOwner());
    unused.insert(old);
  }
  for (Value value : graph.getValues()) {
    Removals removals;
    int64_t axis = graph.getAxis(value);
    int base = graph.getBase(value);
    for (int64_t i = 0; i < graph.getSize(value); ++i)
      if (removed[base + static_cast<int>(i)])
        removals[axis].push_back(i);
    if (removals.empty())
      continue;
    auto type = cast<RankedTensorType>(value.getType());
    TensorAttr info = getTensorInfo(value);
    value.setType(shrinkType(type, removals));
    if (info)
      setTensorInfo(value, shrinkInfo(info, removals, type));
    if (Operation *op = value.getDefiningOp())
      touched.insert(op);
  }
  for (Operation *op : touched)
    if (const ChannelRule *rule = getChannelRule(op); rule && rule->adapt) {
      for (Value operand : op->getOperands())
        if (auto constant = operand.getDefiningOp<ConstOp>())
          unused.insert(constant);
      rule->adapt(op);
    }
  for (Operation *op : unused)
    if (op->use_empty())
      op->erase();
}
