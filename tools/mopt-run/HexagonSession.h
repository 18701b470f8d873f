//===- HexagonSession.h - Models in the emulator of Hexagon -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_RUN_HEXAGONSESSION_H
#define MOPT_TOOLS_MOPT_RUN_HEXAGONSESSION_H

#include "Session.h"

namespace mlir::mopt {

/// An executor of the session's model in the emulator of Hexagon. Fills in
/// `session.device`, and says on standard error which operators the CPU runs.
llvm::Expected<std::unique_ptr<Executor>>
createOnHexagon(Session &session, const RunOptions &options);

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_RUN_HEXAGONSESSION_H
