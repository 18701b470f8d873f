//===- PlanPlanes.cpp - Where the pixels of images lie -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanPlanes.h"

using namespace mlir;
using namespace mlir::mopt;

/// Pixels of a vector.
static constexpr int64_t kPixels = 32;

unsigned PlanesPlan::getForm(Value value, int64_t step) {
  auto [place, isNew] = places.try_emplace({value, step}, forms.size());
  if (!isNew)
    return place->second;
  auto shape = cast<RankedTensorType>(value.getType()).getShape();
  Form &form = forms.emplace_back();
  form.rows = shape[1];
  form.columns = shape[2];
  form.channels = shape[3];
  form.step = step;
  form.reach.push_back({form.getRows() - 1, form.getColumns()});
  classes.insert(place->second);
  return place->second;
}

/// `more`: vectors that are read beyond those of the output.
void PlanesPlan::read(Value input, Value output, int64_t step,
                      ArrayRef<HVXTap> taps, int64_t more) {
  unsigned in = getForm(input, step), out = getForm(output, 1);
  classes.unionSets(in, out);
  Form &form = forms[in];
  int64_t rows = forms[out].rows, columns = forms[out].columns;
  for (const HVXTap &tap : taps) {
    form.top = std::max(form.top, -tap.row);
    form.bottom = std::max(form.bottom, rows + tap.row - form.getRows());
    form.left = std::max(form.left, -tap.column);
    form.gap = std::max(
        {form.gap, -tap.column, columns + tap.column - form.getColumns()});
    form.reach.push_back(
        {rows - 1 + std::max<int64_t>(tap.row, 0),
         columns + std::max<int64_t>(tap.column, 0) + more * kPixels});
  }
}

PlanesPlan::PlanesPlan(ArrayRef<HVXNode> nodes, MLIRContext *context) {
  for (const HVXNode &node : nodes) {
    switch (node.kind) {
    case HVXNode::Kind::Convolution:
      read(node.input, node.output, node.step, node.taps, 0);
      break;
    case HVXNode::Kind::Depthwise:
      read(node.input, node.output, node.step, node.taps, 1);
      break;
    case HVXNode::Kind::AveragePool:
    case HVXNode::Kind::MaxPool:
      read(node.input, node.output, node.step, node.taps, 1);
      forms[getForm(node.input, node.step)].isLeast |= node.isPadded;
      break;
    case HVXNode::Kind::Add:
      for (Value value : {node.input, node.other})
        classes.unionSets(getForm(value, 1), getForm(node.output, 1));
      break;
    case HVXNode::Kind::Concat:
      for (Value value : node.inputs)
        classes.unionSets(getForm(value, 1), getForm(node.output, 1));
      break;
    case HVXNode::Kind::Mean:
      getForm(node.input, 1);
      break;
    case HVXNode::Kind::Matmul:
    case HVXNode::Kind::Resize:
      break;
    }
  }
  // What no kernel computes is copied row by row, in whole vectors; phases are
  // made of two vectors at a time.
  DenseSet<Value> computed;
  for (const HVXNode &node : nodes)
    if (node.writesPlanes())
      computed.insert(node.output);
  for (auto [key, place] : places) {
    auto [value, step] = key;
    Form &form = forms[place];
    int64_t width = llvm::alignTo(form.getColumns(), kPixels);
    if (step > 1 || !computed.contains(value))
      form.reach.push_back({form.getRows() - 1, width});
    if (step == 1)
      continue;
    auto whole = places.find({value, 1});
    if (whole != places.end())
      forms[whole->second].reach.push_back({form.rows - 1, 2 * width});
  }
  for (const auto *set : classes) {
    if (!set->isLeader())
      continue;
    int64_t pitch = 0;
    for (unsigned member : classes.members(*set))
      pitch = std::max(pitch, forms[member].getColumns() + forms[member].gap);
    for (unsigned member : classes.members(*set))
      forms[member].planes = choose(forms[member], pitch, context);
  }
}

kernel::PlanesAttr PlanesPlan::choose(const Form &form, int64_t pitch,
                                      MLIRContext *context) const {
  int64_t front = llvm::alignTo(form.top * pitch + form.left, kPixels);
  int64_t size =
      front + (form.getRows() + form.bottom) * pitch + form.left + form.gap;
  for (auto [rows, columns] : form.reach)
    size = std::max<int64_t>(
        size, front + llvm::alignTo(rows * pitch + columns, kPixels));
  return kernel::PlanesAttr::get(context, form.rows, form.columns,
                                 form.channels, form.step, pitch, front,
                                 llvm::alignTo(size, kPixels));
}

kernel::PlanesAttr PlanesPlan::get(Value value, int64_t step) const {
  return forms[places.lookup({value, step})].planes;
}

bool PlanesPlan::hasBorder(Value value, int64_t step) const {
  const Form &form = forms[places.lookup({value, step})];
  // Phases of an odd number of rows or columns have pixels of no image.
  return form.top > 0 || form.bottom > 0 || form.left > 0 || form.gap > 0 ||
         form.rows % step || form.columns % step;
}

int32_t PlanesPlan::getBorder(Value value, int64_t step) const {
  if (forms[places.lookup({value, step})].isLeast)
    return 0;
  return getByteZeroPoint(value) + kOffset;
}
