//===- ChannelLimit.cpp - How many channels can go -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelLimit.h"

#include "../Accuracy/RunSilently.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

/// Products and channels of all layers.
static ChannelCosts::Totals countAll(ModuleOp module) {
  func::FuncOp func = *module.getOps<func::FuncOp>().begin();
  return ChannelCosts(ChannelGraph(func)).getTotals();
}

Expected<SmallVector<int64_t>> ChannelLimit::find(const RemovalSteps &steps,
                                                  Remove remove) {
  func::FuncOp func = *module.getOps<func::FuncOp>().begin();
  Expected<DropMeter> meter = DropMeter::open(func, options.meter);
  if (!meter)
    return meter.takeError();
  struct Trial {
    DropMeter::Measured measured;
    ChannelCosts::Totals totals;
  };
  auto tryRemoving = [&](unsigned count) -> Expected<Trial> {
    OwningOpRef<ModuleOp> copy(module.clone());
    {
      // Remarks are for the model that is kept.
      ErrorsOnly errorsOnly(module.getContext());
      if (failed(remove(*copy, steps.getRemovals(count))))
        return llvm::createStringError("the model cannot be pruned");
    }
    OwningOpRef<ModuleOp> shrunk(copy->clone());
    if (failed(runSilently(*shrunk, createShrinkChannelsPass())))
      return llvm::createStringError("the channels cannot be taken out");
    Expected<DropMeter::Measured> measured =
        meter->measure(options.isShrunk ? *shrunk : *copy);
    if (!measured)
      return measured.takeError();
    return Trial{*measured, countAll(*shrunk)};
  };

  // Up to `least` steps are within the limit, more than `most` are not.
  unsigned least = 0, most = steps.size();
  std::optional<Trial> best, refused;
  while (least < most) {
    unsigned middle = least + (most - least + 1) / 2;
    Expected<Trial> trial = tryRemoving(middle);
    if (!trial)
      return trial.takeError();
    if (meter->isGoodEnough(trial->measured, options.maxDrop)) {
      least = middle;
      best = *trial;
    } else {
      most = middle - 1;
      refused = *trial;
    }
  }
  ChannelCosts::Totals before = countAll(module);
  auto describe = [&](const Trial &trial) {
    return llvm::formatv("{0:P1} of the products and {1} of {2} channels: {3}",
                         1.0 - static_cast<double>(trial.totals.products) /
                                   static_cast<double>(
                                       std::max<int64_t>(1, before.products)),
                         before.channels - trial.totals.channels,
                         before.channels, meter->describe(trial.measured))
        .str();
  };
  InFlightDiagnostic remark = mlir::emitRemark(func.getLoc());
  if (best)
    remark << "max-drop lets go " << describe(*best);
  else if (refused)
    remark << "max-drop lets no channel go; the fewest that can go are "
           << describe(*refused);
  else
    remark << "max-drop finds no layer that can lose channels";
  return steps.getRemovals(least);
}
