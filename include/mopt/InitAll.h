//===- InitAll.h - Registration of everything in mopt -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_INITALL_H
#define MOPT_INITALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mlir::mopt {

/// Adds the mopt dialect, the dialects that its passes create, and the
/// reference evaluators (attached when the dialect is loaded).
void registerMoptDialects(DialectRegistry &registry);

/// Makes every mopt pass available by its flag.
void registerMoptPasses();

/// Makes every named pipeline available: `--quantize-int8`, `--prune`, ...
void registerMoptPipelines();

/// All three.
void registerAllMopt(DialectRegistry &registry);

} // namespace mlir::mopt

#endif // MOPT_INITALL_H
