//===- HexagonSession.cpp - Models in the emulator of Hexagon -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HexagonSession.h"

#include "Placements.h"
#include "mopt/Target/Hexagon/Architecture.h"
#include "mopt/Target/Hexagon/Simulator.h"

using namespace mlir;
using namespace mlir::mopt;

llvm::Expected<std::unique_ptr<Executor>>
mopt::createOnHexagon(Session &session, const RunOptions &options) {
  auto executor = createHexagonSimExecutor(session.function, options.executor);
  if (!executor)
    return executor.takeError();
  StringRef mcpu = options.executor.mcpu;
  ArrayRef<OperatorPlacement> placements = (*executor)->getPlacements();
  session.device = llvm::json::Object{
      {"name", "qemu-hexagon"},
      {"cpu", mcpu == "host" ? StringRef(kDefaultHexagonCPU) : mcpu},
      {"operators", placementsToJSON(placements)}};
  if (!options.json)
    printPlacements(placements);
  return std::move(*executor);
}
