//===- DevicePlan.h - A model as dispatches of kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_MOPTTOGPU_DEVICEPLAN_H
#define MOPT_CONVERSION_MOPTTOGPU_DEVICEPLAN_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mopt/Conversion/MoptToGPU/GPUProfile.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "llvm/Support/Error.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace mlir::mopt {

/// Of what buffers are parts.
enum class DeviceMemory {
  /// Written before the first run.
  Constants,
  /// Undefined when a run begins.
  Arena,
  /// Inputs and outputs, dense.
  Io
};

/// Offsets are multiples of 256.
struct DeviceBuffer {
  DeviceMemory memory;
  int64_t bytes;
  int64_t offset = 0;
};

/// What a buffer of a kernel holds.
enum class BufferElement { I32, I32x2, I32x4, F32, F32x4 };

/// Bytes of an element.
int64_t getElementBytes(BufferElement element);

/// What a buffer is to a kernel. Texels are elements that the device's texture
/// units fetch, from a buffer that the kernel only reads.
enum class BufferAccess { Storage, Uniform, Texels };

struct DeviceBinding {
  BufferElement element;
  BufferAccess access;
  bool isWritten;
};

struct DeviceKernel {
  /// Also that of the function.
  std::string name;
  int64_t workgroup;
  SmallVector<DeviceBinding> bindings;
  /// Whether float32 arithmetic has to round to nearest even.
  bool needsRounding = false;
};

struct DeviceDispatch {
  unsigned kernel;
  /// Workgroups.
  std::array<int64_t, 2> groups;
  /// One a binding.
  SmallVector<unsigned> buffers;
  /// The op that it computes, and one that it took in (`CONV_2D 'x' + ADD
  /// 'y'`), or whose operand or result it converts.
  std::string op;
  /// The op itself; null where it converts an operand or result of the
  /// function.
  Operation *source = nullptr;
  /// Multiply-accumulate operations.
  int64_t macs = 0;
  /// The tile, where there is one.
  GPUTile tile = {0, 0};
  /// Whether it reads what an earlier dispatch wrote since the last barrier, or
  /// writes where one did read or write.
  bool needsBarrier = false;
};

struct DevicePlan {
  std::vector<DeviceKernel> kernels;
  std::vector<DeviceDispatch> dispatches;
  std::vector<DeviceBuffer> buffers;
  std::vector<char> constants;
  int64_t arenaBytes = 0, ioBytes = 0;
  /// Buffers of the arguments and results of the function.
  SmallVector<unsigned> inputs, outputs;
  /// Whether kernels use the integer dot product.
  bool usesIntegerDot = false;
};

struct DeviceOptions {
  const GPUProfile *profile = nullptr;
  RequantizeMode requantize = RequantizeMode::Float;
  /// Weights of floats as float16; sums and results stay float32.
  bool float16 = false;
};

/// Why no kernel computes `op`, looked at alone; std::nullopt if one does.
std::optional<std::string> refuseOnDevice(Operation *op);

/// Whether kernels compute some form of the op, named as `mopt.conv_2d`.
bool isKnownOnDevice(StringRef op);

/// Plans `func` and writes its kernels into `kernels`. Fails with an error that
/// names the op and the reason where an op has no kernel.
llvm::Expected<DevicePlan> planForDevice(func::FuncOp func,
                                         const DeviceOptions &options,
                                         gpu::GPUModuleOp kernels);

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_MOPTTOGPU_DEVICEPLAN_H
