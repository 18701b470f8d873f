//===- Runtime.c - What LLVM calls on Hexagon -----*- C -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions that LLVM's code generator for Hexagon calls, or that its optimiser
// makes of loops, and those of libm that models need. Compiled for Hexagon with
// the rest of mopt, and put into the code of a model by AddRuntime.cpp, so that
// this needs no library. With HELPER defined, functions get other names, so
// that a test can compile them for the host beside its own.
//
//===----------------------------------------------------------------------===//

#include <stddef.h>
#include <stdint.h>

#ifndef HELPER
#define HELPER(name) name
#endif

#include "Memory.inc"

#include "Integers.inc"

#include "Doubles.inc"

#include "Rounding.inc"

#include "Functions.inc"
