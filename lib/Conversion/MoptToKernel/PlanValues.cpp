//===- PlanValues.cpp - How values between kernels are stored -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanValues.h"

#include "mopt/Dialect/Mopt/IR/ShapeOps.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::DotKind;

ValuePlan::ValuePlan(ArrayRef<Layer> layers) {
  DenseMap<Value, SmallVector<const Layer *>> readers;
  for (const Layer &layer : layers) {
    covered.insert(layer.op);
    if (layer.add)
      covered.insert(layer.add);
    readers[layer.input].push_back(&layer);
  }
  // A pad that a layer does without, unless something else reads it.
  for (const Layer &layer : layers)
    if (Operation *pad = layer.op->getOperand(0).getDefiningOp();
        pad && layer.op->getOperand(0) != layer.input &&
        llvm::all_of(pad->getUsers(),
                     [&](Operation *user) { return covered.contains(user); }))
      covered.insert(pad);
  for (const Layer &layer : layers)
    if (auto found = readers.find(layer.getWritten()); found != readers.end())
      plan(layer, found->second);
}

void ValuePlan::plan(const Layer &writer, ArrayRef<const Layer *> readers) {
  auto takesBytes = [](const Layer *reader) {
    return kernel::multipliesBytes(reader->dot);
  };
  bool allTakeBytes = llvm::all_of(readers, takesBytes);
  // Where some take bytes, others read a copy of 16 bits.
  if (!allTakeBytes && llvm::any_of(readers, takesBytes))
    return;
  Value value = writer.getWritten();
  StoredForm form = get(value);
  auto takesOffset = [](const Layer *reader) {
    return reader->dot == DotKind::VPDPBUSD;
  };
  bool isCovered = llvm::all_of(value.getUsers(), [&](Operation *user) {
    return covered.contains(user);
  });
  if (isCovered)
    form.isOffset = llvm::all_of(readers, takesOffset);
  // Only kernels know values of 16 bits.
  form.isWide = isCovered && !allTakeBytes;
  if (!allTakeBytes && !form.isWide)
    return;
  // Instructions on matrices load int8 right from memory.
  if (form.isOffset && llvm::any_of(readers, [](const Layer *reader) {
        return reader->dot == DotKind::TDPBSSD;
      }))
    return;

  // A matrix product may see the value in another shape.
  auto type = cast<RankedTensorType>(value.getType());
  auto isImage = [&](int64_t batches, int64_t rows, int64_t columns) {
    return type.getRank() == 4 &&
           type.getShape().take_front(3) == ArrayRef({batches, rows, columns});
  };
  bool areImages =
      isImage(writer.batches, writer.rows.output, writer.columns.output) &&
      llvm::all_of(readers, [&](const Layer *reader) {
        return isImage(reader->batches, reader->rows.input,
                       reader->columns.input);
      });
  bool isReturned = llvm::any_of(value.getUsers(), [](Operation *user) {
    return user->hasTrait<OpTrait::IsTerminator>();
  });
  if (areImages && !isReturned) {
    for (const Layer *reader : readers) {
      form.isFlat |= reader->isPadded() || reader->getSlack() != 0;
      form.slack = std::max(form.slack, reader->getSlack());
      for (auto [size, needed] :
           llvm::zip_equal(form.padding, reader->getPadding()))
        size = std::max(size, needed);
    }
  }
  // What has no room for a border is copied to where it has.
  if (form.isWide && !form.isFlat &&
      llvm::any_of(readers, [](const Layer *reader) {
        return reader->isPadded() || reader->getSlack() != 0;
      }))
    return;
  forms[value] = form;
}

StoredForm ValuePlan::get(Value value) const {
  if (auto found = forms.find(value); found != forms.end())
    return found->second;
  StoredForm form;
  form.isOffset = isUnsigned(value);
  return form;
}
