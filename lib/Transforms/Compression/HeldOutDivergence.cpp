//===- HeldOutDivergence.cpp - What new samples make of a model -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HeldOutDivergence.h"

#include "../Sparsity/SparsityCurves.h"
#include "mopt/Runtime/SampleLoop.h"

#include <thread>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

Expected<double>
mopt::measureHeldOutDivergence(ModuleOp original, ModuleOp changed,
                               int64_t samples,
                               const ObservedLayerSettings &settings) {
  func::FuncOp func = *original.getOps<func::FuncOp>().begin();
  Expected<Preprocess> steps = getPreprocess(original, settings);
  if (!steps)
    return steps.takeError();
  Expected<std::unique_ptr<SampleSource>> source =
      openSamples(func, settings.data, samples, *steps);
  if (!source)
    return source.takeError();
  unsigned count =
      settings.threads ? settings.threads : std::thread::hardware_concurrency();
  count = std::max<int64_t>(1, std::min<int64_t>(count, samples));
  // One of each model for each thread.
  std::vector<std::unique_ptr<Executor>> before, after;
  for (auto [module, list] :
       {std::pair(original, &before), std::pair(changed, &after)}) {
    Expected<std::unique_ptr<Executor>> executor =
        createJITExecutor(*module.getOps<func::FuncOp>().begin(), {});
    if (!executor)
      return executor.takeError();
    for (unsigned i = 1; i < count; ++i)
      list->push_back((*executor)->clone());
    list->push_back(std::move(*executor));
  }
  OutputDivergence divergence(func, /*isLabelled=*/false);
  // By sample, merged in the samples' order.
  std::vector<OutputDivergence::Sums> sums(samples);
  auto runSample = [&](unsigned thread, int64_t sample) -> Error {
    SmallVector<Array> arrays;
    Expected<SmallVector<HostTensor>> inputs = (*source)->load(sample, arrays);
    if (!inputs)
      return inputs.takeError();
    before[thread]->resetState();
    after[thread]->resetState();
    Expected<SmallVector<HostTensor>> reference = before[thread]->run(*inputs);
    if (!reference)
      return reference.takeError();
    Expected<SmallVector<HostTensor>> outputs = after[thread]->run(*inputs);
    if (!outputs)
      return outputs.takeError();
    sums[sample] = divergence.compare(*outputs, *reference);
    return Error::success();
  };
  if (Error error = forEachSample(0, samples, count, runSample))
    return std::move(error);
  OutputDivergence::Sums total;
  for (const OutputDivergence::Sums &sample : sums)
    total.add(sample);
  return OutputDivergence::getTotal(total, samples);
}
