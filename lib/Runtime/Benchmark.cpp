//===- Benchmark.cpp - Latency of a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Benchmark.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <random>

using namespace mlir;
using namespace mlir::mopt;

llvm::Expected<Latency> mopt::measureLatency(Executor &executor,
                                             ArrayRef<HostTensor> inputs,
                                             int64_t repetitions) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  auto runOnce = [&]() -> llvm::Error {
    auto start = Clock::now();
    auto outputs = executor.run(inputs);
    if (!outputs)
      return outputs.takeError();
    std::chrono::duration<double, std::micro> elapsed = Clock::now() - start;
    times.push_back(elapsed.count());
    return llvm::Error::success();
  };
  auto secondsSince = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };

  auto start = Clock::now();
  do {
    if (llvm::Error error = runOnce())
      return error;
  } while (secondsSince(start) < 0.2);
  times.clear();

  start = Clock::now();
  std::clock_t cpu = std::clock();
  int64_t least = repetitions ? repetitions : 5;
  double budget = repetitions ? 0.0 : 2.0;
  while (int64_t(times.size()) < least || secondsSince(start) < budget)
    if (llvm::Error error = runOnce())
      return error;

  double cpuSeconds = double(std::clock() - cpu) / CLOCKS_PER_SEC;
  std::sort(times.begin(), times.end());
  auto quantile = [&](double q) {
    return times[size_t(q * (times.size() - 1))];
  };
  return Latency{quantile(0.5), quantile(0.1), quantile(0.9),
                 int64_t(times.size()), cpuSeconds * 1e6 / times.size()};
}

SmallVector<HostTensor> mopt::drawInputs(FunctionType type, uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<float> normal;
  SmallVector<HostTensor> inputs;
  for (Type inputType : type.getInputs()) {
    HostTensor tensor = HostTensor::allocate(cast<RankedTensorType>(inputType));
    Type storage = tensor.getStorageElementType();
    if (storage.isF32()) {
      for (float &x : tensor.asMutable<float>())
        x = normal(engine);
    } else if (storage.isInteger(1)) {
      for (uint8_t &x : tensor.asMutable<uint8_t>())
        x = engine() & 1;
    } else {
      for (char &x : tensor.getMutableBytes())
        x = static_cast<char>(engine());
    }
    inputs.push_back(tensor);
  }
  return inputs;
}
