//===- VectorClones.h - Loops compiled for wider vectors as well ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The tools run on any CPU of their architecture, so they are compiled for the
// oldest one. The few loops that take nearly all of the time are compiled for a
// newer one too, and the choice is made where they are called.

#ifndef MOPT_LIB_TRANSFORMS_RECONSTRUCTION_VECTORCLONES_H
#define MOPT_LIB_TRANSFORMS_RECONSTRUCTION_VECTORCLONES_H

#define MOPT_INLINE_BODY __attribute__((always_inline)) static inline

#if defined(__x86_64__)
/// Defines `name` with `parameters`, which calls the inline function
/// `name##Body` with `arguments`.
#define MOPT_VECTOR_CLONES(name, parameters, arguments)                        \
  __attribute__((target("avx2,fma"))) static void name##Wide parameters {      \
    name##Body arguments;                                                      \
  }                                                                            \
  static void name##Narrow parameters { name##Body arguments; }                \
  void mlir::mopt::name parameters {                                           \
    static const bool wide =                                                   \
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");       \
    wide ? name##Wide arguments : name##Narrow arguments;                      \
  }
#else
#define MOPT_VECTOR_CLONES(name, parameters, arguments)                        \
  void mlir::mopt::name parameters { name##Body arguments; }
#endif

#endif // MOPT_LIB_TRANSFORMS_RECONSTRUCTION_VECTORCLONES_H
