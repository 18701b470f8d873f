//===- consumer-opt.cpp - An opt tool that links mopt -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A tool of a project outside mopt: all passes and pipelines of mopt, next to
// whatever the project itself registers.

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mopt/InitAll.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::mopt::registerAllMopt(registry);
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "opt tool of a project that links mopt\n", registry));
}
