//===- PlanBuilder.h - Collects the dispatches of a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOGPU_PLANBUILDER_H
#define MOPT_LIB_CONVERSION_MOPTTOGPU_PLANBUILDER_H

#include "KernelBuilder.h"
#include "mopt/Conversion/MoptToGPU/DevicePlan.h"
#include "mopt/Dialect/Mopt/Reference/HostTensor.h"
#include "llvm/ADT/StringMap.h"

#include <functional>

namespace mlir::mopt {

/// What elements are in memory.
enum class DeviceElement {
  /// 8 bits, signed: uint8 values are stored less 128.
  Byte,
  Float,
  /// 32-bit integers.
  Word,
  /// 64-bit integers, as two words.
  Long
};

/// How a tensor lies in memory: rows of `channels` elements, `stride` elements
/// apart. What is between rows is undefined for bytes, and a number (no NaN)
/// for floats.
struct DeviceLayout {
  DeviceElement element = DeviceElement::Byte;
  int64_t rows = 1, channels = 1, stride = 1;

  int64_t getElementBytes() const;
  int64_t getRowBytes() const { return stride * getElementBytes(); }
  int64_t getBytes() const { return rows * getRowBytes(); }
  /// No gaps between rows, and none behind them.
  bool isDense() const { return channels == stride; }
  /// Whether a tensor of layout `other` and as many elements lies in memory of
  /// this layout as it should.
  bool canBe(const DeviceLayout &other) const {
    return (isDense() || rows == 1) && (other.isDense() || other.rows == 1) &&
           other.getBytes() <= getBytes();
  }
  bool operator==(const DeviceLayout &other) const {
    return element == other.element && rows == other.rows &&
           channels == other.channels && stride == other.stride;
  }
  /// Four-byte words of a row.
  int64_t getRowWords() const { return getRowBytes() / 4; }
};

/// Rows as kernels want them: those of up to 4 and 8 bytes as they are, others
/// of whole vectors of 16 bytes. std::nullopt for elements that kernels do not
/// know.
std::optional<DeviceLayout> getDeviceLayout(Type type);

/// Stored as uint8.
bool isUnsignedBytes(Type type);

/// Why kernels of one input do not make `to` of `from`, if they take float32
/// and 8-bit values, and the result is of the same kind.
std::optional<std::string> refuseElements(Type from, Type to);

struct DeviceTensor {
  unsigned buffer = 0;
  DeviceLayout layout;
};

/// A kernel that may be there already: the name says all that its code depends
/// on.
struct KernelRequest {
  std::string name;
  SmallVector<KernelArgument> arguments;
  int64_t invocations;
  /// Computes floats whose every bit counts.
  bool needsRounding = false;
  std::function<void(KernelBuilder &, Value id)> body;
};

class PlanBuilder {
public:
  PlanBuilder(const DeviceOptions &options, gpu::GPUModuleOp kernels)
      : options(options), kernels(kernels) {}

  MLIRContext *getContext() { return kernels.getContext(); }
  const GPUProfile &getProfile() const { return *options.profile; }
  RequantizeMode getMode() const { return options.requantize; }
  bool usesFloat16() const { return options.float16; }
  bool hasIntegerDot() {
    plan.usesIntegerDot |= options.profile->hasIntegerDot;
    return options.profile->hasIntegerDot;
  }

  /// Where a value is; constants are written when they are first asked for.
  DeviceTensor get(Value value);
  /// Memory for a result.
  DeviceTensor define(Value value);
  /// Whether a dispatch has written the value, or will be given it.
  bool has(Value value) const { return tensors.contains(value); }
  /// Makes `op` a part of the one that is being lowered.
  void absorb(Operation *op);
  /// A result that is another tensor, seen as rows of another length.
  void alias(Value value, DeviceTensor tensor) { tensors[value] = tensor; }
  /// Memory between two dispatches of an op.
  unsigned addTemporary(int64_t bytes);

  unsigned addConstant(ArrayRef<char> bytes);
  template <typename T>
  unsigned addConstant(ArrayRef<T> values) {
    return addConstant(
        ArrayRef<char>(reinterpret_cast<const char *>(values.data()),
                       values.size() * sizeof(T)));
  }

  /// Adds a dispatch; one buffer an argument of the kernel.
  DeviceDispatch &dispatch(const KernelRequest &request,
                           ArrayRef<unsigned> buffers);

  /// Copies the elements of one tensor to another of as many elements;
  /// `flips` turns uint8 values into what kernels take, and back.
  void copy(DeviceTensor from, DeviceTensor to, bool flips);

  /// Whole function: arguments, ops, results.
  llvm::Error build(func::FuncOp func);
  DevicePlan finish();

private:
  void placeArguments(func::FuncOp func);
  void placeResults(func::FuncOp func);
  void writeResults(func::FuncOp func);
  unsigned addBuffer(DeviceMemory memory, int64_t bytes);

  DeviceOptions options;
  gpu::GPUModuleOp kernels;
  DevicePlan plan;
  DenseMap<Value, DeviceTensor> tensors;
  /// Results of the function that their op writes where the caller reads.
  DenseMap<Value, unsigned> resultBuffers;
  llvm::StringMap<unsigned> kernelIndices;
  llvm::StringMap<unsigned> constantIndices;
  std::string currentName;
  Operation *currentOp = nullptr;
  DenseSet<Operation *> absorbed;
};

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// How an op becomes dispatches. `refuse` looks at it alone and says why there
/// are none; `lower` follows where it says nothing.
struct DeviceLowering {
  std::optional<std::string> (*refuse)(Operation *op);
  void (*lower)(Operation *op, PlanBuilder &plan);
};

using DeviceLowerings = llvm::StringMap<DeviceLowering>;

/// By op name.
const DeviceLowerings &getDeviceLowerings();

// One a family, each in a file of its own.
void addConvolutionLowerings(DeviceLowerings &lowerings);
void addElementwiseLowerings(DeviceLowerings &lowerings);
void addFunctionLowerings(DeviceLowerings &lowerings);
void addLayoutLowerings(DeviceLowerings &lowerings);
void addPoolLowerings(DeviceLowerings &lowerings);
void addQuantizeLowerings(DeviceLowerings &lowerings);
void addReductionLowerings(DeviceLowerings &lowerings);
void addResizeLowerings(DeviceLowerings &lowerings);
void addSoftmaxLowerings(DeviceLowerings &lowerings);

/// The reason for a value that is in no memory that kernels know; std::nullopt
/// for others.
std::optional<std::string> refuseTensor(Value value);

/// The reason where an operand that is used, or a result, cannot be in memory.
std::optional<std::string> refuseTensors(Operation *op);

/// A text that begins like a function's name, of numbers and words joined by
/// underscores.
template <typename... Parts>
std::string joinName(StringRef first, Parts... parts) {
  std::string name = first.str();
  ((name += "_" + std::to_string(parts)), ...);
  return name;
}

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOGPU_PLANBUILDER_H
