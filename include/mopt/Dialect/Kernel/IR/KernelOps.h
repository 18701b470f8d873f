//===- KernelOps.h - The kernel dialect -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_KERNEL_IR_KERNELOPS_H
#define MOPT_DIALECT_KERNEL_IR_KERNELOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/ErrorHandling.h"

#include "mopt/Dialect/Kernel/IR/KernelDialect.h.inc"
#include "mopt/Dialect/Kernel/IR/KernelEnums.h.inc"

namespace mlir::mopt::kernel {
/// True for instructions that multiply bytes.
inline bool multipliesBytes(DotKind kind) {
  return kind == DotKind::VPDPBUSD || kind == DotKind::SDOT ||
         kind == DotKind::TDPBSSD || kind == DotKind::SMMLA;
}

/// True for instructions whose sums are float32.
inline bool multipliesFloats(DotKind kind) {
  return kind == DotKind::FMA || kind == DotKind::MULADD ||
         kind == DotKind::VDPBF16PS;
}

/// Products that an instruction adds to a sum at once.
inline int64_t getDepth(DotKind kind) {
  if (kind == DotKind::SMMLA)
    return 8;
  if (multipliesBytes(kind))
    return 4;
  return multipliesFloats(kind) && kind != DotKind::VDPBF16PS ? 1 : 2;
}

/// Rows of an operand of matrix instructions at most, and bytes of a row.
inline constexpr int64_t kMatrixRows = 16;
inline constexpr int64_t kMatrixRowBytes = 64;

/// Bytes of a vector of Hexagon's.
inline constexpr int64_t kHVXVectorBytes = 128;
/// Pixels of which hvx_mean makes a mean: the sum of so many uint8 has 16 bits.
inline constexpr int64_t kMaxMeanPixels = 257;

/// Bytes of a run of `length` bytes that a matrix instruction takes at once:
/// the most that divide the run; 0 if no whole number of steps does.
int64_t getMatrixDepth(int64_t length);
} // namespace mlir::mopt::kernel

#define GET_ATTRDEF_CLASSES
#include "mopt/Dialect/Kernel/IR/KernelAttrs.h.inc"

namespace mlir::mopt::kernel {

/// How images of [batches, rows, columns, channels] lie in a flat buffer with
/// `padding` = [top, bottom, left, right] pixels around each (none: no pixels).
/// All in elements.
struct ImageLayout {
  explicit ImageLayout(ArrayRef<int64_t> shape, ArrayRef<int64_t> padding = {});

  /// From one row, one image, to the next.
  int64_t row, image;
  /// Where the first pixel inside of the padding is.
  int64_t first;
  /// All images with their padding.
  int64_t size;
};

} // namespace mlir::mopt::kernel

#define GET_OP_CLASSES
#include "mopt/Dialect/Kernel/IR/KernelOps.h.inc"

namespace mlir::mopt::kernel {

/// Channels that a depthwise kernel takes together: those from `first` on, in
/// the lanes of `tile`. The last chunk may have fewer channels than lanes.
struct Chunk {
  int64_t first;
  TileAttr tile;
};

/// The chunks of `channels`: of whole vectors as long as they can be filled,
/// then of half vectors and so on.
SmallVector<Chunk> getChunks(TileAttr tile, int64_t channels);

/// Lanes of all chunks or groups together: elements of a bias.
int64_t getPaddedChannels(TileAttr tile, int64_t channels, bool isDepthwise);

/// The same of a float kernel, whose last group has but the vectors that it
/// needs.
int64_t getPaddedFloatChannels(TileAttr tile, int64_t channels,
                               bool isDepthwise);

/// Lanes of kernels on compressed weights, and inputs of a window of
/// kernel.sparse_float_matmul: what one instruction finds in two vectors.
inline constexpr int64_t kCompressedLanes = 16;
inline constexpr int64_t kWindowInputs = 32;

/// Cells that a recurrent kernel takes together, in one vector.
struct CellChunk {
  int64_t first, count, lanes;
};

/// `cells` in whole vectors of `lanes`, then in the narrowest one that holds
/// the rest. All have at least four lanes.
SmallVector<CellChunk> getCellChunks(int64_t lanes, int64_t cells);

/// Lets one-shot bufferization turn the operands of the dialect's ops into
/// buffers.
void registerBufferizableOpInterfaceExternalModels(DialectRegistry &registry);

} // namespace mlir::mopt::kernel

#endif // MOPT_DIALECT_KERNEL_IR_KERNELOPS_H
