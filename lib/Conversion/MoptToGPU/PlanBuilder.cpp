//===- PlanBuilder.cpp - Collects the dispatches of a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanBuilder.h"

#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Transforms/Partition/Partition.h"
#include "mopt/Transforms/Utils/BufferPlacement.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::mopt;

/// What offsets of buffers are multiples of, the most that Vulkan asks for.
static constexpr int64_t kAlignment = 256;
/// Workgroups along one dimension that every device takes.
static constexpr int64_t kMaxGroups = 65535;

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

int64_t DeviceLayout::getElementBytes() const {
  switch (element) {
  case DeviceElement::Byte:
    return 1;
  case DeviceElement::Float:
  case DeviceElement::Word:
    return 4;
  case DeviceElement::Long:
    return 8;
  }
  llvm_unreachable("covered switch");
}

bool mopt::isUnsignedBytes(Type type) {
  return getStorageElementType(cast<RankedTensorType>(type).getElementType())
      .isUnsignedInteger(8);
}

std::optional<std::string> mopt::refuseElements(Type from, Type to) {
  DeviceElement element = getDeviceLayout(from)->element;
  if (element == getDeviceLayout(to)->element &&
      isUnsignedBytes(from) == isUnsignedBytes(to) &&
      (element == DeviceElement::Byte || element == DeviceElement::Float))
    return std::nullopt;
  return "kernels compute it for float32 and 8-bit values only";
}

std::optional<DeviceLayout> mopt::getDeviceLayout(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() || tensor.getNumElements() == 0 ||
      tensor.getNumElements() > std::numeric_limits<int32_t>::max() / 16)
    return std::nullopt;
  DeviceLayout layout;
  Type storage = getStorageElementType(tensor.getElementType());
  if (storage.isInteger(8))
    layout.element = DeviceElement::Byte;
  else if (storage.isF32())
    layout.element = DeviceElement::Float;
  else if (storage.isInteger(32))
    layout.element = DeviceElement::Word;
  else if (storage.isInteger(64))
    layout.element = DeviceElement::Long;
  else
    return std::nullopt;
  layout.channels = tensor.getRank() ? tensor.getShape().back() : 1;
  layout.rows = tensor.getNumElements() / layout.channels;
  int64_t unit = 1;
  if (layout.element == DeviceElement::Byte)
    unit = layout.channels <= 4 ? 4 : layout.channels <= 8 ? 8 : 16;
  else if (layout.element == DeviceElement::Float)
    unit = 4;
  layout.stride = llvm::alignTo(layout.channels, unit);
  return layout;
}

/// The same elements as the caller has them: one row, whole words.
static DeviceLayout getDenseLayout(DeviceLayout layout) {
  layout.channels *= layout.rows;
  layout.rows = 1;
  layout.stride = layout.element == DeviceElement::Byte
                      ? static_cast<int64_t>(llvm::alignTo(layout.channels, 4))
                      : layout.channels;
  return layout;
}

std::optional<std::string> mopt::refuseTensor(Value value) {
  if (getDeviceLayout(value.getType()))
    return std::nullopt;
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "a tensor of type " << value.getType();
  return text;
}

std::optional<std::string> mopt::refuseTensors(Operation *op) {
  for (Value operand : op->getOperands())
    if (!operand.getDefiningOp<ConstOp>() &&
        isa<RankedTensorType>(operand.getType()))
      if (std::optional<std::string> reason = refuseTensor(operand))
        return reason;
  for (Value result : op->getResults())
    if (std::optional<std::string> reason = refuseTensor(result))
      return reason;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Buffers and dispatches
//===----------------------------------------------------------------------===//

unsigned PlanBuilder::addBuffer(DeviceMemory memory, int64_t bytes) {
  plan.buffers.push_back(
      {memory, static_cast<int64_t>(llvm::alignTo(bytes, 4)), 0});
  return plan.buffers.size() - 1;
}

unsigned PlanBuilder::addTemporary(int64_t bytes) {
  return addBuffer(DeviceMemory::Arena, bytes);
}

unsigned PlanBuilder::addConstant(ArrayRef<char> bytes) {
  auto [entry, isNew] = constantIndices.try_emplace(
      StringRef(bytes.data(), bytes.size()), plan.buffers.size());
  if (!isNew)
    return entry->second;
  plan.constants.resize(llvm::alignTo(plan.constants.size(), kAlignment));
  unsigned buffer = addBuffer(DeviceMemory::Constants, bytes.size());
  plan.buffers[buffer].offset = plan.constants.size();
  llvm::append_range(plan.constants, bytes);
  plan.constants.resize(llvm::alignTo(plan.constants.size(), 4));
  return buffer;
}

/// Constants in the layout of `layout`, of what the model stores.
static std::vector<char> arrange(const HostTensor &tensor,
                                 const DeviceLayout &layout, bool flips) {
  std::vector<char> bytes(layout.getBytes(), 0);
  int64_t row = layout.channels * layout.getElementBytes();
  for (int64_t i = 0; i < layout.rows; ++i)
    llvm::copy(tensor.getBytes().slice(i * row, row),
               bytes.begin() + i * layout.getRowBytes());
  if (flips)
    for (char &byte : bytes)
      byte = static_cast<char>(byte ^ 0x80);
  return bytes;
}

DeviceTensor PlanBuilder::get(Value value) {
  auto known = tensors.find(value);
  if (known != tensors.end())
    return known->second;
  // What is not defined by then is a constant.
  DeviceTensor tensor;
  tensor.layout = *getDeviceLayout(value.getType());
  tensor.buffer =
      addConstant(ArrayRef<char>(arrange(getConstantBytes(value), tensor.layout,
                                         isUnsignedBytes(value.getType()))));
  tensors[value] = tensor;
  return tensor;
}

DeviceTensor PlanBuilder::define(Value value) {
  DeviceTensor tensor;
  tensor.layout = *getDeviceLayout(value.getType());
  auto result = resultBuffers.find(value);
  tensor.buffer = result != resultBuffers.end()
                      ? result->second
                      : addTemporary(tensor.layout.getBytes());
  tensors[value] = tensor;
  return tensor;
}

static BufferAccess chooseAccess(const GPUProfile &profile,
                                 const KernelArgument &argument) {
  if (argument.isUniform)
    return BufferAccess::Uniform;
  return profile.loadsTexels && !argument.isWritten ? BufferAccess::Texels
                                                    : BufferAccess::Storage;
}

DeviceDispatch &PlanBuilder::dispatch(const KernelRequest &request,
                                      ArrayRef<unsigned> buffers) {
  int64_t workgroup = options.profile->workgroup;
  int64_t groups = llvm::divideCeil(request.invocations, workgroup);
  int64_t across = std::min(groups, kMaxGroups);
  int64_t down = llvm::divideCeil(groups, across);
  auto [entry, isNew] =
      kernelIndices.try_emplace(request.name, plan.kernels.size());
  if (isNew) {
    DeviceKernel kernel;
    kernel.name = request.name;
    kernel.workgroup = workgroup;
    kernel.needsRounding = request.needsRounding;
    for (const KernelArgument &argument : request.arguments)
      kernel.bindings.push_back({argument.element,
                                 chooseAccess(*options.profile, argument),
                                 argument.isWritten});
    plan.kernels.push_back(std::move(kernel));
    KernelBuilder(kernels, request.name, request.arguments, workgroup,
                  down > 1 ? across * workgroup : 0, request.invocations,
                  request.body);
  }
  DeviceDispatch dispatch;
  dispatch.kernel = entry->second;
  dispatch.groups = {across, down};
  dispatch.buffers = SmallVector<unsigned>(buffers);
  dispatch.op = currentName;
  dispatch.source = currentOp;
  plan.dispatches.push_back(std::move(dispatch));
  return plan.dispatches.back();
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

void PlanBuilder::placeArguments(func::FuncOp func) {
  for (BlockArgument argument : func.getArguments()) {
    DeviceLayout layout = *getDeviceLayout(argument.getType());
    bool flips = isUnsignedBytes(argument.getType());
    // Bytes behind a single row may be anything, floats not.
    bool isDirect =
        !flips && (layout.isDense() ||
                   (layout.rows == 1 && layout.element == DeviceElement::Byte));
    DeviceLayout dense = isDirect ? layout : getDenseLayout(layout);
    DeviceTensor outside{addBuffer(DeviceMemory::Io, dense.getBytes()), dense};
    plan.inputs.push_back(outside.buffer);
    if (isDirect) {
      tensors[argument] = outside;
      continue;
    }
    if (argument.use_empty())
      continue;
    currentName = "input";
    copy(outside, define(argument), flips);
  }
}

void PlanBuilder::placeResults(func::FuncOp func) {
  Operation *terminator = func.getBody().front().getTerminator();
  for (Value value : terminator->getOperands()) {
    DeviceLayout layout = *getDeviceLayout(value.getType());
    bool isDirect = (layout.isDense() || layout.rows == 1) &&
                    !isUnsignedBytes(value.getType()) &&
                    value.getDefiningOp() && !value.getDefiningOp<ConstOp>() &&
                    !resultBuffers.contains(value);
    unsigned buffer =
        addBuffer(DeviceMemory::Io,
                  (isDirect ? layout : getDenseLayout(layout)).getBytes());
    plan.outputs.push_back(buffer);
    if (isDirect)
      resultBuffers.try_emplace(value, buffer);
  }
}

void PlanBuilder::writeResults(func::FuncOp func) {
  Operation *terminator = func.getBody().front().getTerminator();
  currentOp = nullptr;
  currentName = "output";
  for (auto [i, value] : llvm::enumerate(terminator->getOperands())) {
    DeviceTensor tensor = get(value);
    if (tensor.buffer == plan.outputs[i])
      continue;
    DeviceTensor outside{plan.outputs[i], getDenseLayout(tensor.layout)};
    copy(tensor, outside, isUnsignedBytes(value.getType()));
  }
}

/// An op and its tensor for a message: `CONV_2D 'name'`.
static std::string describe(Operation *op) {
  std::string text = getOperatorName(op);
  if (op->getNumResults() && !getTensorName(op->getResult(0)).empty())
    text += (" '" + getTensorName(op->getResult(0)) + "'").str();
  return text;
}

void PlanBuilder::absorb(Operation *op) {
  absorbed.insert(op);
  currentName += " + " + describe(op);
}

llvm::Error PlanBuilder::build(func::FuncOp func) {
  auto fail = [](const Twine &text) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
  };
  if (!llvm::hasSingleElement(func.getBody()))
    return fail("the function has more than one block");
  Operation *terminator = func.getBody().front().getTerminator();
  for (ValueRange values :
       {ValueRange(func.getArguments()), ValueRange(terminator->getOperands())})
    for (Value value : values)
      if (std::optional<std::string> reason = refuseTensor(value))
        return fail("an input or output is " + *reason +
                    ", which kernels do not take");
  for (Operation &op : func.getBody().front().without_terminator())
    if (isModelOperator(&op))
      if (std::optional<std::string> reason = refuseOnDevice(&op))
        return fail(describe(&op) + " has no kernel: " + *reason);
  placeArguments(func);
  placeResults(func);
  for (Operation &op : func.getBody().front().without_terminator()) {
    if (!isModelOperator(&op) || absorbed.contains(&op))
      continue;
    currentOp = &op;
    currentName = describe(&op);
    getDeviceLowerings()
        .find(op.getName().getStringRef())
        ->second.lower(&op, *this);
  }
  writeResults(func);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Memory and barriers
//===----------------------------------------------------------------------===//

/// Sets the offsets in the arena and in io.
static void placeMemory(DevicePlan &plan) {
  SmallVector<BufferDemand> demands(plan.buffers.size());
  for (auto [step, dispatch] : llvm::enumerate(plan.dispatches))
    for (unsigned buffer : dispatch.buffers) {
      BufferLife &life = demands[buffer].life;
      life.begin = std::min<unsigned>(life.begin, step);
      life.end = std::max<unsigned>(life.end, step);
    }
  SmallVector<unsigned> inArena;
  SmallVector<BufferDemand> arena;
  for (auto [i, buffer] : llvm::enumerate(plan.buffers)) {
    if (buffer.memory == DeviceMemory::Io) {
      buffer.offset = plan.ioBytes;
      plan.ioBytes = llvm::alignTo(buffer.offset + buffer.bytes, kAlignment);
    }
    if (buffer.memory != DeviceMemory::Arena || demands[i].life.isEmpty())
      continue;
    demands[i].bytes = llvm::alignTo(buffer.bytes, kAlignment);
    demands[i].alignment = kAlignment;
    inArena.push_back(i);
    arena.push_back(demands[i]);
  }
  BufferPlacement placement = placeBuffers(arena);
  plan.arenaBytes = llvm::alignTo(placement.size, kAlignment);
  for (auto [i, offset] : llvm::zip_equal(inArena, placement.offsets))
    plan.buffers[i].offset = offset;
}

namespace {
/// Bytes that a dispatch touches.
struct Access {
  DeviceMemory memory;
  int64_t begin, end;
  bool isWritten;

  bool conflicts(const Access &other) const {
    return memory == other.memory && begin < other.end && other.begin < end &&
           (isWritten || other.isWritten);
  }
};
} // namespace

/// Finds out where barriers are needed: as few as an order of dispatches that
/// is given can do with.
static void placeBarriers(DevicePlan &plan) {
  SmallVector<Access> since;
  for (DeviceDispatch &dispatch : plan.dispatches) {
    SmallVector<Access> accesses;
    for (auto [i, index] : llvm::enumerate(dispatch.buffers)) {
      const DeviceBuffer &buffer = plan.buffers[index];
      if (buffer.memory != DeviceMemory::Constants)
        accesses.push_back(
            {buffer.memory, buffer.offset, buffer.offset + buffer.bytes,
             plan.kernels[dispatch.kernel].bindings[i].isWritten});
    }
    dispatch.needsBarrier = llvm::any_of(accesses, [&](const Access &access) {
      return llvm::any_of(
          since, [&](const Access &other) { return access.conflicts(other); });
    });
    if (dispatch.needsBarrier)
      since.clear();
    llvm::append_range(since, accesses);
  }
}

DevicePlan PlanBuilder::finish() {
  placeMemory(plan);
  placeBarriers(plan);
  return std::move(plan);
}

llvm::Expected<DevicePlan> mopt::planForDevice(func::FuncOp func,
                                               const DeviceOptions &options,
                                               gpu::GPUModuleOp kernels) {
  PlanBuilder builder(options, kernels);
  if (llvm::Error error = builder.build(func))
    return std::move(error);
  return builder.finish();
}

//===----------------------------------------------------------------------===//
// The table of ops
//===----------------------------------------------------------------------===//

const DeviceLowerings &mopt::getDeviceLowerings() {
  static const DeviceLowerings lowerings = [] {
    DeviceLowerings table;
    addConvolutionLowerings(table);
    addElementwiseLowerings(table);
    addFunctionLowerings(table);
    addLayoutLowerings(table);
    addPoolLowerings(table);
    addQuantizeLowerings(table);
    addReductionLowerings(table);
    addResizeLowerings(table);
    addSoftmaxLowerings(table);
    return table;
  }();
  return lowerings;
}

bool mopt::isKnownOnDevice(StringRef op) {
  return getDeviceLowerings().contains(op);
}

std::optional<std::string> mopt::refuseOnDevice(Operation *op) {
  auto lowering = getDeviceLowerings().find(op->getName().getStringRef());
  if (lowering == getDeviceLowerings().end())
    return "no kernel computes this operator";
  if (std::optional<std::string> reason = refuseTensors(op))
    return "it has " + *reason;
  return lowering->second.refuse(op);
}
