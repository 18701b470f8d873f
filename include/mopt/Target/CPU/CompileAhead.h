//===- CompileAhead.h - Models as native code in files -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ahead-of-time compilation: a model becomes an object file, a shared library
// or LLVM IR with a C interface (docs/CPU.md), and a C header that declares it.
// The code is the JIT executor's, with the weights as constant data.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_CPU_COMPILEAHEAD_H
#define MOPT_TARGET_CPU_COMPILEAHEAD_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Runtime/ComputeType.h"
#include "mopt/Target/CPU/Profile.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt {

enum class ArtifactKind {
  /// Optimised LLVM IR as text.
  LLVMIR,
  /// A relocatable object file, position independent.
  Object,
  /// Needs a C compiler on the PATH, which is asked to link; for Hexagon LLVM's
  /// linker.
  SharedLibrary,
  /// A static program that computes the model on files; for Hexagon only.
  Program
};

struct CompileOptions {
  ArtifactKind kind = ArtifactKind::Object;
  /// "host", or an LLVM CPU name of x86-64, AArch64 or Hexagon.
  std::string mcpu = "host";
  /// What the names of all symbols begin with; a C identifier.
  std::string prefix = "mopt_model";
  /// Overrides the module's `mopt.requantize`; its default is `Float`.
  std::optional<RequantizeMode> requantize;
  /// What products of floats are made of. Fails for BF16 on a CPU without such
  /// products.
  ComputeType compute = ComputeType::F32;
  /// Whether the code holds its weights in entropy codes, which PREFIX_init
  /// decodes once to memory of the caller. Not for Hexagon.
  bool decodeWeights = false;
};

/// Code with what is known of it. Sizes are in bytes.
struct CompiledArtifact {
  /// Contents of the artifact and of its C header.
  SmallVector<char, 0> artifact;
  std::string header;

  std::string triple, cpu;
  RequantizeMode requantize = RequantizeMode::Float;
  /// What PREFIX_arena_size returns, the state at its head included.
  int64_t arenaBytes = 0;
  /// The state alone.
  int64_t stateBytes = 0;
  /// The largest sum of live tensors (getLiveTensorBound).
  int64_t boundBytes = 0;
  /// Weights and other constants of more than a few elements.
  int64_t weightBytes = 0;
  /// What PREFIX_init needs, and the codes that it reads; 0 where weights are
  /// compiled in.
  int64_t decodedBytes = 0, codedBytes = 0;
  /// Sections that hold instructions, and the other sections that are loaded,
  /// weights included. Zero for LLVM IR.
  int64_t codeBytes = 0, dataBytes = 0;
  /// For Hexagon: the ops. The functions that do the work of one are internal
  /// ones named after its number and its name: `op12_conv_2d`, and so on with
  /// `_2`.
  SmallVector<OpProfile, 0> ops;
  /// Functions that the code calls and does not hold, in alphabetical order:
  /// those of libm, and memory functions of libc. Empty for LLVM IR; for
  /// Hexagon only what mopt has no code for.
  SmallVector<std::string> undefinedSymbols;
};

/// Compiles `func`, whose module must stay alive only during the call. The same
/// model and options give the same bytes.
llvm::Expected<CompiledArtifact> compileAhead(func::FuncOp func,
                                              const CompileOptions &options);

/// The memory that computing `func` op after op cannot do without where every
/// tensor has bytes of its own: the largest sum, over the ops, of the bytes of
/// the tensors that are live while the op runs. What the caller or the code
/// holds is not counted: inputs, results, constants and variables. A reshape
/// shares the bytes of its operand.
int64_t getLiveTensorBound(func::FuncOp func);

} // namespace mlir::mopt

#endif // MOPT_TARGET_CPU_COMPILEAHEAD_H
