//===- FormatInterfaces.cpp - What a file says in another way -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/FormatInterfaces.h"

using namespace mlir;
using namespace mlir::mopt;

#include "mopt/Dialect/Mopt/IR/FormatInterfaces.cpp.inc"
