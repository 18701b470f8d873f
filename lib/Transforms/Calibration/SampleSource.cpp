//===- SampleSource.cpp - Where calibration inputs come from --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SampleSource.h"

#include "mopt/Transforms/Quantization/Plan.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

class DatasetSource : public SampleSource {
public:
  DatasetSource(std::unique_ptr<Dataset> dataset, SmallVector<InputSpec> specs,
                FunctionType type, const Preprocess &preprocess)
      : dataset(std::move(dataset)), specs(std::move(specs)), type(type),
        preprocess(preprocess) {}

  int64_t size() const override { return dataset->size(); }
  llvm::Expected<SmallVector<HostTensor>>
  load(int64_t sample, SmallVectorImpl<Array> &arrays) const override {
    return loadSample(*dataset, sample, specs, type, preprocess, arrays);
  }
  std::string describe(int64_t sample) const override {
    return dataset->describe(sample, 0);
  }

private:
  std::unique_ptr<Dataset> dataset;
  SmallVector<InputSpec> specs;
  FunctionType type;
  Preprocess preprocess;
};

class GeneratedSource : public SampleSource {
public:
  GeneratedSource(FunctionType type,
                  SmallVector<std::pair<float, float>> ranges, int64_t samples)
      : type(type), ranges(std::move(ranges)), samples(samples) {}

  int64_t size() const override { return samples; }
  llvm::Expected<SmallVector<HostTensor>>
  load(int64_t sample, SmallVectorImpl<Array> &arrays) const override;
  std::string describe(int64_t sample) const override {
    return "generated input " + std::to_string(sample);
  }

private:
  FunctionType type;
  SmallVector<std::pair<float, float>> ranges;
  int64_t samples;
};

/// The mixing function of SplitMix64 (G. Steele et al., 2014): one number for
/// each position, whatever thread asks for it.
uint64_t mix(uint64_t position) {
  uint64_t z = position * 0x9E3779B97F4A7C15ull;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

} // namespace

llvm::Expected<SmallVector<HostTensor>>
GeneratedSource::load(int64_t sample, SmallVectorImpl<Array> &) const {
  SmallVector<HostTensor> inputs;
  for (auto [index, input] : llvm::enumerate(type.getInputs())) {
    HostTensor tensor = HostTensor::allocate(cast<RankedTensorType>(input));
    if (isFloatTensor(input)) {
      auto [min, max] = ranges[index];
      uint64_t seed = mix(sample * type.getNumInputs() + index + 1);
      for (auto [i, value] : llvm::enumerate(tensor.asMutable<float>())) {
        // 24 bits: every step of a float32 in [0, 1).
        double unit = static_cast<double>(mix(seed + i) >> 40) * 0x1p-24;
        value = static_cast<float>(min + unit * (double(max) - min));
      }
    }
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

llvm::Expected<std::unique_ptr<SampleSource>>
mopt::openSamples(func::FuncOp func, StringRef path, int64_t samples,
                  const Preprocess &preprocess) {
  llvm::Expected<SmallVector<InputSpec>> specs = getInputSpecs(func);
  if (!specs)
    return specs.takeError();
  llvm::Expected<std::unique_ptr<Dataset>> dataset =
      openDatasetFor(*specs, path, Labels::Ignore, samples);
  if (!dataset)
    return dataset.takeError();
  if ((*dataset)->size() == 0)
    return llvm::createStringError("'" + path + "' holds no samples");
  return std::make_unique<DatasetSource>(std::move(*dataset), std::move(*specs),
                                         func.getFunctionType(), preprocess);
}

llvm::Expected<std::unique_ptr<SampleSource>>
mopt::generateSamples(func::FuncOp func, int64_t samples,
                      const Preprocess &preprocess) {
  std::pair<float, float> fallback(-1.0f, 1.0f);
  if (preprocess.hasNormalization()) {
    // The extremes of a byte, in every channel that has figures of its own.
    int64_t channels = std::max<int64_t>(
        {1, int64_t(preprocess.mean.size()), int64_t(preprocess.std.size())});
    SmallVector<uint8_t> bytes(channels, 0);
    bytes.append(channels, 255);
    llvm::Expected<Array> array = Array::copyOf<uint8_t>(bytes, {2, channels});
    if (!array)
      return array.takeError();
    llvm::Expected<Array> normalized =
        preprocess.normalize(*array, "generated input");
    if (!normalized)
      return normalized.takeError();
    ArrayRef<float> values = normalized->as<float>();
    fallback = {*llvm::min_element(values), *llvm::max_element(values)};
  }
  SmallVector<std::pair<float, float>> ranges;
  for (BlockArgument argument : func.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || !type.hasStaticShape() || !getArrayType(type.getElementType()))
      return llvm::createStringError("cannot generate input '" +
                                     getTensorName(argument) +
                                     "'; give calibration data");
    ranges.push_back(getRange(argument).value_or(fallback));
  }
  return std::make_unique<GeneratedSource>(func.getFunctionType(),
                                           std::move(ranges), samples);
}
