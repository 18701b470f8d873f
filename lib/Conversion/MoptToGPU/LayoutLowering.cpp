//===- LayoutLowering.cpp - Copies between layouts; pad, concatenation -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ByteTable.h"
#include "PlanBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mopt/Conversion/MoptToKernel/Layer.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

static constexpr int64_t kFlip = 0x80808080;

/// Words as they are, in vectors of four where that is possible.
static KernelRequest copyWords(int64_t words, bool flips) {
  int64_t width = words % 4 == 0 ? 4 : 1;
  BufferElement element =
      width == 4 ? BufferElement::I32x4 : BufferElement::I32;
  KernelRequest request;
  request.name = joinName(flips ? "flip" : "copy", words);
  request.arguments = {{element, words / width},
                       {element, words / width, /*isWritten=*/true}};
  request.invocations = words / width;
  request.body = [=](KernelBuilder &b, Value id) {
    Value value = b.load(0, id);
    b.store(1, id, flips ? b.bitXor(value, kFlip) : value);
  };
  return request;
}

/// The place of element `number`, in row-major order, in units of elements.
static Value findElement(KernelBuilder &b, Value number,
                         const DeviceLayout &layout) {
  if (layout.channels == layout.stride || layout.rows == 1)
    return number;
  return b.add(b.mul(b.div(number, layout.channels), layout.stride),
               b.rem(number, layout.channels));
}

namespace {
/// A copy between layouts: words of the result gather their elements.
struct Gather {
  DeviceLayout from, to;
  bool isBytes, flips;

  /// The element `number` of the row `row`, zero behind the last channel; of
  /// bytes, the low bits of a word.
  Value loadElement(KernelBuilder &b, Value row, Value channel) const {
    Value number = b.add(b.mul(row, to.channels), channel);
    Value isInside;
    if (to.channels != to.stride) {
      isInside = b.below(channel, b.index(to.channels));
      number = b.select(isInside, number, b.index(0));
    }
    Value place = findElement(b, number, from);
    Value value = b.load(0, b.div(place, isBytes ? 4 : 1));
    if (isBytes) {
      Value bits = b.fromIndex(b.mul(b.rem(place, 4), 8));
      value = b.bitAnd(arith::ShRUIOp::create(b, value, bits), 255);
    }
    return isInside ? b.select(isInside, value, b.i32(0)) : value;
  }

  /// The word whose first element is `first`.
  Value makeWord(KernelBuilder &b, Value row, Value first) const {
    if (!isBytes)
      return loadElement(b, row, first);
    Value word;
    for (int64_t i = 0; i < 4; ++i) {
      Value value = loadElement(b, row, b.add(first, i));
      word = word ? b.bitOr(word, b.shl(value, 8 * i)) : value;
    }
    return flips ? b.bitXor(word, kFlip) : word;
  }
};
} // namespace

static KernelRequest gather(const DeviceLayout &from, const DeviceLayout &to,
                            bool flips) {
  bool isBytes = from.element == DeviceElement::Byte;
  Gather copy{from, to, isBytes, flips};
  int64_t perWord = isBytes ? 4 : 1;
  // Words of elements are written four at a time where rows consist of such.
  int64_t words = !isBytes && to.stride % 4 == 0 ? 4 : 1;
  int64_t count = to.getBytes() / 4 / words;
  KernelRequest request;
  request.name = joinName(
      isBytes ? flips ? "gather_flip" : "gather" : "gather_words", from.rows,
      from.channels, from.stride, to.rows, to.channels, to.stride);
  request.arguments = {{BufferElement::I32, from.getBytes() / 4},
                       {words == 4 ? BufferElement::I32x4 : BufferElement::I32,
                        count,
                        /*isWritten=*/true}};
  request.invocations = count;
  request.body = [=](KernelBuilder &b, Value id) {
    int64_t perRow = to.stride / perWord / words;
    Value row = b.div(id, perRow);
    Value first = b.mul(b.rem(id, perRow), perWord * words);
    SmallVector<Value> parts;
    for (int64_t i = 0; i < words; ++i)
      parts.push_back(copy.makeWord(b, row, b.add(first, i)));
    b.store(1, id, words == 1 ? parts.front() : b.pack(parts));
  };
  return request;
}

/// In words, which 32- and 64-bit elements are made of.
static DeviceLayout inWords(DeviceLayout layout) {
  if (layout.element == DeviceElement::Long) {
    layout.element = DeviceElement::Word;
    layout.channels *= 2;
    layout.stride *= 2;
  }
  return layout;
}

void PlanBuilder::copy(DeviceTensor from, DeviceTensor to, bool flips) {
  DeviceLayout source = inWords(from.layout), target = inWords(to.layout);
  bool isSame =
      source.channels == source.stride && target.channels == target.stride;
  dispatch(isSame ? copyWords(target.getBytes() / 4, flips)
                  : gather(source, target, flips),
           {from.buffer, to.buffer});
}

//===----------------------------------------------------------------------===//
// reshape, squeeze, expand_dims
//===----------------------------------------------------------------------===//

static std::optional<std::string> refuseReshape(Operation *op) {
  if (getDeviceLayout(op->getOperand(0).getType())->element !=
      getDeviceLayout(op->getResult(0).getType())->element)
    return "operand and result have different elements";
  return std::nullopt;
}

static void lowerReshape(Operation *op, PlanBuilder &plan) {
  Value result = op->getResult(0);
  DeviceTensor from = plan.get(op->getOperand(0));
  DeviceLayout layout = *getDeviceLayout(result.getType());
  bool isSame =
      from.layout.channels == layout.channels || from.layout.canBe(layout);
  if (isSame)
    plan.alias(result, {from.buffer, layout});
  else
    plan.copy(from, plan.define(result), /*flips=*/false);
}

//===----------------------------------------------------------------------===//
// concatenation
//===----------------------------------------------------------------------===//

static int64_t getAxis(ConcatenationOp op) {
  int64_t rank = cast<RankedTensorType>(op.getOutput().getType()).getRank();
  auto axis = static_cast<int32_t>(op.getAxis());
  return axis < 0 ? axis + rank : axis;
}

/// Whether an operand has another scale than the result, which matters to uint8
/// alone.
static bool isRescaled(ConcatenationOp op, Value input) {
  if (!isUnsignedBytes(op.getOutput().getType()))
    return false;
  QuantParams in = getQuantParams(input.getType());
  QuantParams out = getQuantParams(op.getOutput().getType());
  return in.isQuantized() && out.isQuantized() &&
         (in.scale() != out.scale() || in.zeroPoint() != out.zeroPoint());
}

static std::optional<std::string> refuseConcatenation(Operation *op) {
  auto concat = cast<ConcatenationOp>(op);
  if (concat.getFusedActivationFunction() != ActivationFunction::NONE)
    return "it has a fused activation function";
  auto type = cast<RankedTensorType>(concat.getOutput().getType());
  int64_t axis = getAxis(concat), rank = type.getRank();
  if (axis < 0 || axis >= rank)
    return "its axis is outside of the tensor";
  DeviceLayout layout = *getDeviceLayout(type);
  bool joinsChannels = axis == rank - 1;
  if (joinsChannels && layout.element == DeviceElement::Float &&
      !layout.isDense())
    return "it joins " + std::to_string(layout.channels) +
           " channels of floats, which are no whole vectors";
  for (auto [i, input] : llvm::enumerate(concat.getInputs())) {
    std::optional<DeviceLayout> part = getDeviceLayout(input.getType());
    if (!part || part->element != layout.element)
      return "operands and result have different elements";
    if (joinsChannels && part->element == DeviceElement::Byte &&
        i + 1 < concat.getInputs().size() && part->channels % 4)
      return "it joins " + std::to_string(part->channels) +
             " channels of bytes, which are no whole words";
    if (isRescaled(concat, input) &&
        getQuantParams(input.getType()).isPerAxis())
      return "an operand has a scale for each channel";
  }
  return std::nullopt;
}

static void lowerConcatenation(Operation *op, PlanBuilder &plan) {
  auto concat = cast<ConcatenationOp>(op);
  DeviceTensor to = plan.define(concat.getOutput());
  auto type = cast<RankedTensorType>(concat.getOutput().getType());
  int64_t axis = getAxis(concat), rank = type.getRank();
  bool joinsChannels = axis == rank - 1;
  // Each operand gives `outer` runs of rows, or of words of each row.
  int64_t outer = joinsChannels ? to.layout.rows : 1;
  if (!joinsChannels)
    for (int64_t size : type.getShape().take_front(axis))
      outer *= size;
  int64_t toPitch = to.layout.getBytes() / 4 / outer, offset = 0;
  for (auto [i, input] : llvm::enumerate(concat.getInputs())) {
    DeviceTensor from = plan.get(input);
    if (isRescaled(concat, input)) {
      DeviceTensor rescaled = from;
      rescaled.buffer = plan.addTemporary(from.layout.getBytes());
      applyByteTable(plan,
                     *evaluateByteTable(op, i, plan.getMode(), rank, axis),
                     from, rescaled);
      from = rescaled;
    }
    int64_t fromPitch = from.layout.getBytes() / 4 / outer;
    int64_t run = fromPitch;
    if (joinsChannels)
      run = llvm::divideCeil(
          from.layout.channels * from.layout.getElementBytes(), 4);
    bool isWide = fromPitch % 4 == 0 && toPitch % 4 == 0 && run % 4 == 0 &&
                  offset % 4 == 0;
    int64_t width = isWide ? 4 : 1;
    BufferElement element = isWide ? BufferElement::I32x4 : BufferElement::I32;
    KernelRequest request;
    request.name = joinName("join", outer, run, fromPitch, toPitch, offset);
    request.arguments = {
        {element, from.layout.getBytes() / 4 / width},
        {element, to.layout.getBytes() / 4 / width, /*isWritten=*/true}};
    request.invocations = outer * run / width;
    request.body = [=](KernelBuilder &b, Value id) {
      Value row = b.div(id, run / width), at = b.rem(id, run / width);
      Value value = b.load(0, b.add(b.mul(row, fromPitch / width), at));
      b.store(1, b.add(b.add(b.mul(row, toPitch / width), at), offset / width),
              value);
    };
    plan.dispatch(request, {from.buffer, to.buffer});
    offset += run;
  }
}

//===----------------------------------------------------------------------===//
// pad
//===----------------------------------------------------------------------===//

/// Whether all readers of a pad read its operand, and make the border
/// themselves.
static bool isAbsorbed(PadOp pad) {
  return llvm::all_of(pad->getUsers(), [&](Operation *user) {
    std::optional<Layer> layer = matchLayer(user);
    return layer && layer->input == pad.getInput();
  });
}

static std::optional<std::string> refusePad(Operation *op) {
  auto pad = cast<PadOp>(op);
  auto type = cast<RankedTensorType>(pad.getInput().getType());
  std::optional<SmallVector<int64_t>> paddings =
      getConstantIntegers(pad.getPaddings());
  if (!paddings || int64_t(paddings->size()) != 2 * type.getRank())
    return "its paddings are no constant";
  if (type.getRank() < 2 || type.getRank() > 4)
    return "kernels pad tensors of 2 to 4 dimensions only";
  if (llvm::any_of(*paddings, [](int64_t size) { return size < 0; }))
    return "a padding is negative";
  if (paddings->back() || (*paddings)[paddings->size() - 2])
    return "it pads the channels";
  if (getDeviceLayout(type)->element == DeviceElement::Long)
    return "kernels do not pad 64-bit integers";
  return std::nullopt;
}

static void lowerPad(Operation *op, PlanBuilder &plan) {
  auto pad = cast<PadOp>(op);
  if (isAbsorbed(pad))
    return;
  DeviceTensor from = plan.get(pad.getInput());
  DeviceTensor to = plan.define(pad.getOutput());
  auto fromType = cast<RankedTensorType>(pad.getInput().getType());
  auto toType = cast<RankedTensorType>(pad.getOutput().getType());
  SmallVector<int64_t> paddings = *getConstantIntegers(pad.getPaddings());
  int32_t border = 0;
  if (from.layout.element == DeviceElement::Byte && isQuantized(toType))
    border = static_cast<int32_t>(
        0x01010101u * static_cast<uint8_t>(getByteZeroPoint(pad.getOutput())));
  int64_t words = from.layout.getRowWords();
  int64_t width = words % 4 == 0 ? 4 : 1;
  BufferElement element =
      width == 4 ? BufferElement::I32x4 : BufferElement::I32;
  int64_t pitch = words / width;
  KernelRequest request;
  request.name = joinName("pad", border, pitch, width);
  SmallVector<int64_t> fromShape(fromType.getShape().drop_back());
  SmallVector<int64_t> toShape(toType.getShape().drop_back());
  for (auto [i, size] : llvm::enumerate(fromShape))
    request.name += joinName("", size, paddings[2 * i], toShape[i]);
  llvm::replace(request.name, '-', 'm');
  request.arguments = {{element, from.layout.rows * pitch},
                       {element, to.layout.rows * pitch, /*isWritten=*/true}};
  request.invocations = to.layout.rows * pitch;
  request.body = [=](KernelBuilder &b, Value id) {
    Value row = b.div(id, pitch), column = b.rem(id, pitch);
    // From the last dimension to the first.
    Value isInside, source;
    int64_t stride = 1;
    for (int64_t i = int64_t(toShape.size()) - 1; i >= 0; --i) {
      Value at = b.sub(b.rem(row, toShape[i]), paddings[2 * i]);
      row = b.div(row, toShape[i]);
      Value fits = b.below(at, b.index(fromShape[i]));
      isInside = isInside ? b.bitAnd(isInside, fits) : fits;
      Value step = b.mul(at, stride);
      source = source ? b.add(source, step) : step;
      stride *= fromShape[i];
    }
    source = b.select(isInside, source, b.index(0));
    Value value = b.load(0, b.add(b.mul(source, pitch), column));
    Value outside = width == 4 ? b.i32x4(border) : b.i32(border);
    b.store(1, id, b.select(isInside, value, outside));
  };
  plan.dispatch(request, {from.buffer, to.buffer});
}

void mopt::addLayoutLowerings(DeviceLowerings &lowerings) {
  for (StringRef name : {"mopt.reshape", "mopt.squeeze", "mopt.expand_dims"})
    lowerings.try_emplace(name, DeviceLowering{refuseReshape, lowerReshape});
  lowerings.try_emplace(
      "mopt.concatenation",
      DeviceLowering{refuseConcatenation, lowerConcatenation});
  lowerings.try_emplace("mopt.pad", DeviceLowering{refusePad, lowerPad});
}
