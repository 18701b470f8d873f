//===- Calibrate.cpp - Observing the ranges of activations -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fingerprint.h"
#include "ObservedModel.h"
#include "mlir/IR/Builders.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Runtime/Progress.h"
#include "mopt/Runtime/SampleLoop.h"
#include "mopt/Transforms/Calibration/CalibrationCache.h"
#include "mopt/Transforms/Calibration/Passes.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "mopt/Transforms/Utils/TrainedParameters.h"
#include "llvm/Support/Path.h"

#include <mutex>
#include <thread>

namespace mlir::mopt {
#define GEN_PASS_DEF_CALIBRATEPASS
#include "mopt/Transforms/Calibration/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

/// Generated inputs tell little: more of them would tell no more.
static constexpr int64_t kGeneratedSamples = 32;

static llvm::Error makeNotFiniteError(Value value, StringRef sample) {
  StringRef name = getTensorName(value);
  std::string tensor =
      name.empty() ? "the result of " + describeOp(value.getDefiningOp())
                   : ("'" + name + "'").str();
  return llvm::createStringError("tensor " + tensor +
                                 " holds NaN or infinity on " + sample);
}

namespace {

/// Collects the statistics of all activations from several threads. Nothing in
/// them depends on which thread was first.
class Collector {
public:
  Collector(ObservedModel &model, bool countsValues, bool keepsOrder)
      : model(model), countsValues(countsValues), keepsOrder(keepsOrder),
        tensors(model.getValues().size()) {}

  /// Runs samples [begin, end).
  llvm::Error run(const SampleSource &source, int64_t begin, int64_t end,
                  Progress &progress) {
    return model.run(source, begin, end,
                     [&](int64_t sample, size_t index, ArrayRef<float> elements,
                         std::optional<ValueRange32> range) -> llvm::Error {
                       if (!range)
                         return makeNotFiniteError(model.getValues()[index],
                                                   source.describe(sample));
                       add(tensors[index], sample - begin, *range, elements);
                       if (index == 0)
                         progress.advance();
                       return llvm::Error::success();
                     });
  }

  std::vector<TensorStatistics> finish() {
    std::vector<TensorStatistics> result;
    for (Shared &tensor : tensors) {
      // From the slot of the oldest sample on.
      llvm::sort(tensor.recent, [](const Recent &lhs, const Recent &rhs) {
        return lhs.sample < rhs.sample;
      });
      for (const Recent &recent : tensor.recent)
        tensor.statistics.recent.push_back(recent.range);
      result.push_back(std::move(tensor.statistics));
    }
    return result;
  }

private:
  struct Recent {
    int64_t sample;
    ValueRange32 range;
  };
  struct Shared {
    std::mutex mutex;
    TensorStatistics statistics;
    /// A slot for each of the last samples, by the remainder of its number.
    std::vector<Recent> recent;
  };

  void add(Shared &tensor, int64_t sample, ValueRange32 range,
           ArrayRef<float> elements) {
    Histogram histogram;
    if (countsValues)
      histogram.add(elements, range);
    std::lock_guard<std::mutex> lock(tensor.mutex);
    std::optional<ValueRange32> &bounds = tensor.statistics.bounds;
    bounds = bounds ? bounds->join(range) : range;
    tensor.statistics.histogram.add(histogram);
    if (!keepsOrder)
      return;
    size_t slot = sample % TensorStatistics::kRecent;
    if (slot >= tensor.recent.size())
      tensor.recent.resize(slot + 1, {-1, {}});
    // A thread that is very late must not undo what came after it.
    if (tensor.recent[slot].sample < sample)
      tensor.recent[slot] = {sample, range};
  }

  ObservedModel &model;
  bool countsValues, keepsOrder;
  std::vector<Shared> tensors;
};

struct CalibratePass
    : public mlir::mopt::impl::CalibratePassBase<CalibratePass> {
  using CalibratePassBase::CalibratePassBase;

  void runOnOperation() override {
    auto funcs = getOperation().getOps<func::FuncOp>();
    if (funcs.empty() || (*funcs.begin()).isExternal()) {
      getOperation().emitError("there is no function to calibrate");
      return signalPassFailure();
    }
    func::FuncOp func = *funcs.begin();
    if (!(percentile > 0.0 && percentile <= 100.0)) {
      mlir::emitError(func.getLoc()) << "percentile is " << double(percentile)
                                     << ", must be above 0 and at most 100";
      return signalPassFailure();
    }
    if (samples < 0 || first < 0) {
      mlir::emitError(func.getLoc())
          << "samples is " << int64_t(samples) << " and first is "
          << int64_t(first) << ", must not be negative";
      return signalPassFailure();
    }
    if (llvm::Error error = calibrate(func)) {
      mlir::emitError(func.getLoc())
          << "calibration failed: " << llvm::toString(std::move(error));
      signalPassFailure();
    }
  }

  llvm::Expected<Preprocess> getPreprocess() {
    if (!preprocess.empty())
      return Preprocess::parse(preprocess);
    if (auto recorded =
            getOperation()->getAttrOfType<StringAttr>(kPreprocessAttr))
      return Preprocess::parse(recorded.getValue());
    return Preprocess();
  }

  static bool lacksRanges(func::FuncOp func) {
    QuantizationPlan plan(func, {});
    return llvm::any_of(plan.getRefusals(), [](const auto &refusal) {
      return refusal.missingRange;
    });
  }

  llvm::Error calibrate(func::FuncOp func) {
    llvm::Expected<Preprocess> steps = getPreprocess();
    if (!steps)
      return steps.takeError();
    if (data.empty() && !cacheFile.empty())
      return useCache(func);
    if (data.empty() && !lacksRanges(func))
      return llvm::Error::success();
    llvm::Expected<CalibrationCache> seen = observe(func, *steps);
    if (!seen)
      return seen.takeError();
    if (!cacheFile.empty())
      if (llvm::Error error = writeCalibrationCache(*seen, cacheFile))
        return error;
    record(func, *seen);
    return llvm::Error::success();
  }

  /// Data from a file, or generated.
  llvm::Expected<std::unique_ptr<SampleSource>>
  getSource(func::FuncOp func, const Preprocess &steps) {
    if (!data.empty())
      return openSamples(func, data, samples > 0 ? first + samples : 0, steps);
    mlir::emitWarning(func.getLoc())
        << "calibrating on generated inputs, because no data was given: ranges "
           "will not be those of real inputs, and accuracy may suffer much; "
           "give samples with calibration=FILE";
    return generateSamples(
        func, first + (samples > 0 ? samples : kGeneratedSamples), steps);
  }

  /// Runs the model.
  llvm::Expected<CalibrationCache> observe(func::FuncOp func,
                                           const Preprocess &steps) {
    llvm::Expected<std::unique_ptr<SampleSource>> source =
        getSource(func, steps);
    if (!source)
      return source.takeError();
    int64_t end = (*source)->size();
    if (first >= end)
      return llvm::createStringError("'" + data + "' holds " + Twine(end) +
                                     " samples; first is " + Twine(first));
    llvm::Expected<ObservedModel> model =
        ObservedModel::create(func, threads, compile);
    if (!model)
      return model.takeError();

    // A cache serves every method.
    bool keepsAll = !cacheFile.empty();
    Collector collector(*model, keepsAll || needsHistogram(method),
                        keepsAll || method == CalibrationMethod::MovingAverage);
    {
      Progress progress("calibrating on sample", end - first);
      if (llvm::Error error = collector.run(**source, first, end, progress))
        return std::move(error);
    }
    CalibrationCache seen;
    if (keepsAll)
      seen.model = getModelFingerprint(func);
    seen.preprocess = steps.str();
    // The file's name, not its path: the same model calibrated elsewhere is
    // the same model.
    StringRef origin = "generated";
    if (!data.empty())
      origin = llvm::sys::path::filename(StringRef(data).rtrim('/'));
    seen.sources.push_back({origin.str(), first, end - first});
    std::vector<TensorStatistics> statistics = collector.finish();
    for (auto [value, tensor] : llvm::zip_equal(model->getValues(), statistics))
      seen.tensors.push_back(
          {getTensorName(value).str(), std::move(tensor), std::nullopt});
    return seen;
  }

  /// Takes what an earlier run has seen.
  llvm::Error useCache(func::FuncOp func) {
    llvm::Expected<CalibrationCache> seen = readCalibrationCache(cacheFile);
    if (!seen)
      return seen.takeError();
    std::string model = getModelFingerprint(func);
    SmallVector<Value> values = collectActivations(func);
    if (seen->model != model || seen->tensors.size() != values.size())
      return llvm::createStringError(
          "'" + cacheFile + "' was made of another model (" + seen->model +
          ") than this one (" + model + "); the same passes must come before");
    for (auto [value, tensor] : llvm::zip_equal(values, seen->tensors))
      if (StringRef name = getTensorName(value); name != tensor.name)
        return llvm::createStringError("'" + cacheFile + "' has tensor '" +
                                       tensor.name + "' in the place of '" +
                                       name + "'");
    if (!preprocess.empty() &&
        llvm::cantFail(Preprocess::parse(preprocess)).str() != seen->preprocess)
      return llvm::createStringError("'" + cacheFile +
                                     "' was made of data preprocessed as '" +
                                     seen->preprocess + "'");
    record(func, *seen);
    return llvm::Error::success();
  }

  /// Ranges by the method, or by hand.
  void record(func::FuncOp func, const CalibrationCache &seen) {
    MLIRContext *context = &getContext();
    SmallVector<Value> values = collectActivations(func);
    std::vector<ValueRange32> ranges(values.size());
    // Searching takes longer than a run of a small model.
    llvm::cantFail(forEachSample(
        0, values.size(),
        threads ? unsigned(threads) : std::thread::hardware_concurrency(),
        [&](unsigned, int64_t index) {
          const CalibrationCache::Tensor &tensor = seen.tensors[index];
          ranges[index] =
              tensor.range ? *tensor.range
                           : chooseRange(tensor.statistics, method, percentile);
          return llvm::Error::success();
        }));
    for (auto [value, observed] : llvm::zip_equal(values, ranges)) {
      // What training chose, data does not change.
      if (getTrainedParams(value))
        continue;
      ValueRange32 range = observed;
      if (auto old = getRange(value); old && merge)
        range = range.join({old->first, old->second});
      setTensorInfo(value,
                    withRange(context, getTensorInfo(value),
                              DenseF32ArrayAttr::get(context, range.min),
                              DenseF32ArrayAttr::get(context, range.max)));
    }
    Builder builder(context);
    func->setAttr(
        kCalibrationAttr,
        builder.getDictionaryAttr(
            {builder.getNamedAttr("data",
                                  builder.getStringAttr(seen.getSourceNames())),
             builder.getNamedAttr("method",
                                  builder.getStringAttr(getMethodName(method))),
             builder.getNamedAttr(
                 "samples", builder.getI64IntegerAttr(seen.getNumSamples()))}));
    if (!seen.preprocess.empty())
      getOperation()->setAttr(kPreprocessAttr,
                              builder.getStringAttr(seen.preprocess));
  }
};

} // namespace
