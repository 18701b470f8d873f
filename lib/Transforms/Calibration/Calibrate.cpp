//===- Calibrate.cpp - Observing the ranges of activations -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ObservedModel.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Runtime/Progress.h"
#include "mopt/Transforms/Calibration/Passes.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "llvm/Support/Path.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_CALIBRATEPASS
#include "mopt/Transforms/Calibration/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

/// Generated inputs tell little: more of them would tell no more.
static constexpr int64_t kGeneratedSamples = 32;

static StringRef getMethodName(CalibrationMethod method) {
  switch (method) {
  case CalibrationMethod::MinMax:
    return "minmax";
  case CalibrationMethod::MovingAverage:
    return "moving-average";
  case CalibrationMethod::Percentile:
    return "percentile";
  case CalibrationMethod::MSE:
    return "mse";
  case CalibrationMethod::Entropy:
    return "entropy";
  }
  llvm_unreachable("not a calibration method");
}

static llvm::Error makeNotFiniteError(Value value, StringRef sample) {
  StringRef name = getTensorName(value);
  std::string tensor =
      name.empty() ? "the result of " + describeOp(value.getDefiningOp())
                   : ("'" + name + "'").str();
  return llvm::createStringError("tensor " + tensor +
                                 " holds NaN or infinity on " + sample);
}

/// The extremes of every activation over all samples. Runs a batch at a time,
/// so that samples can be merged in their order at constant memory.
static llvm::Expected<SmallVector<ValueRange32>>
observeExtremes(ObservedModel &model, const SampleSource &source,
                CalibrationMethod method, Progress &progress) {
  size_t numValues = model.getValues().size();
  std::vector<ExtremesObserver> observers(numValues, ExtremesObserver(method));
  int64_t batch = 16 * model.getNumThreads();
  std::vector<ValueRange32> extremes(batch * numValues);
  for (int64_t begin = 0; begin < source.size(); begin += batch) {
    int64_t end = std::min(begin + batch, source.size());
    llvm::Error error =
        model.run(source, begin, end,
                  [&](unsigned, int64_t sample, size_t index,
                      ArrayRef<float> elements) -> llvm::Error {
                    std::optional<ValueRange32> range = getExtremes(elements);
                    if (!range)
                      return makeNotFiniteError(model.getValues()[index],
                                                source.describe(sample));
                    extremes[(sample - begin) * numValues + index] = *range;
                    if (index == 0)
                      progress.advance();
                    return llvm::Error::success();
                  });
    if (error)
      return std::move(error);
    for (int64_t sample = begin; sample < end; ++sample)
      for (size_t index = 0; index < numValues; ++index)
        observers[index].add(extremes[(sample - begin) * numValues + index]);
  }
  SmallVector<ValueRange32> ranges;
  for (const ExtremesObserver &observer : observers)
    ranges.push_back(observer.getRange());
  return ranges;
}

/// Histograms of every activation within `bounds`. Each thread counts for
/// itself; sums of counts do not depend on who counted what.
static llvm::Expected<std::vector<Histogram>>
observeHistograms(ObservedModel &model, const SampleSource &source,
                  ArrayRef<ValueRange32> bounds, Progress &progress) {
  std::vector<std::vector<Histogram>> counted(model.getNumThreads());
  for (std::vector<Histogram> &histograms : counted)
    for (ValueRange32 range : bounds)
      histograms.emplace_back(range);
  llvm::Error error = model.run(source, 0, source.size(),
                                [&](unsigned thread, int64_t, size_t index,
                                    ArrayRef<float> elements) -> llvm::Error {
                                  counted[thread][index].add(elements);
                                  if (index == 0)
                                    progress.advance();
                                  return llvm::Error::success();
                                });
  if (error)
    return std::move(error);
  for (size_t thread = 1; thread < counted.size(); ++thread)
    for (size_t index = 0; index < bounds.size(); ++index)
      counted[0][index].add(counted[thread][index]);
  return std::move(counted[0]);
}

namespace {

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
      func.emitError() << "percentile is " << percentile
                       << ", must be above 0 and at most 100";
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

  /// Data from a file, or generated; null if the ranges in the IR suffice.
  llvm::Expected<std::unique_ptr<SampleSource>>
  getSource(func::FuncOp func, const Preprocess &steps) {
    if (!data.empty())
      return openSamples(func, data, samples, steps);
    QuantizationPlan plan(func, {});
    if (llvm::none_of(plan.getRefusals(),
                      [](const auto &refusal) { return refusal.missingRange; }))
      return std::unique_ptr<SampleSource>();
    mlir::emitWarning(func.getLoc())
        << "calibrating on generated inputs, because no data was given: ranges "
           "will not be those of real inputs, and accuracy may suffer much; "
           "give samples with calibration=FILE";
    return generateSamples(func, samples > 0 ? samples : kGeneratedSamples,
                           steps);
  }

  llvm::Error calibrate(func::FuncOp func) {
    llvm::Expected<Preprocess> steps = getPreprocess();
    if (!steps)
      return steps.takeError();
    llvm::Expected<std::unique_ptr<SampleSource>> source =
        getSource(func, *steps);
    if (!source)
      return source.takeError();
    if (!*source)
      return llvm::Error::success();
    llvm::Expected<ObservedModel> model = ObservedModel::create(func, threads);
    if (!model)
      return model.takeError();
    llvm::Expected<SmallVector<ValueRange32>> ranges =
        observe(*model, **source);
    if (!ranges)
      return ranges.takeError();
    record(func, model->getValues(), *ranges, (*source)->size(), *steps);
    return llvm::Error::success();
  }

  llvm::Expected<SmallVector<ValueRange32>> observe(ObservedModel &model,
                                                    SampleSource &source) {
    bool needsHistogram = method == CalibrationMethod::Percentile ||
                          method == CalibrationMethod::MSE ||
                          method == CalibrationMethod::Entropy;
    Progress progress("calibrating on sample",
                      source.size() * (needsHistogram ? 2 : 1));
    llvm::Expected<SmallVector<ValueRange32>> ranges =
        observeExtremes(model, source, method, progress);
    if (!ranges || !needsHistogram)
      return ranges;
    llvm::Expected<std::vector<Histogram>> histograms =
        observeHistograms(model, source, *ranges, progress);
    if (!histograms)
      return histograms.takeError();
    SmallVector<ValueRange32> chosen;
    for (const Histogram &histogram : *histograms) {
      if (method == CalibrationMethod::Percentile)
        chosen.push_back(choosePercentileRange(histogram, percentile));
      else if (method == CalibrationMethod::MSE)
        chosen.push_back(chooseMSERange(histogram));
      else
        chosen.push_back(chooseEntropyRange(histogram));
    }
    return chosen;
  }

  void record(func::FuncOp func, ArrayRef<Value> values,
              ArrayRef<ValueRange32> ranges, int64_t count,
              const Preprocess &steps) {
    MLIRContext *context = &getContext();
    for (auto [value, observed] : llvm::zip_equal(values, ranges)) {
      ValueRange32 range = observed;
      if (auto old = getRange(value); old && merge)
        range = range.join({old->first, old->second});
      setTensorInfo(value,
                    withRange(context, getTensorInfo(value),
                              DenseF32ArrayAttr::get(context, range.min),
                              DenseF32ArrayAttr::get(context, range.max)));
    }
    Builder builder(context);
    // The file's name, not its path: the same model calibrated elsewhere is
    // the same model.
    StringRef origin = "generated";
    if (!data.empty())
      origin = llvm::sys::path::filename(StringRef(data).rtrim('/'));
    func->setAttr(
        kCalibrationAttr,
        builder.getDictionaryAttr(
            {builder.getNamedAttr("data", builder.getStringAttr(origin)),
             builder.getNamedAttr("method",
                                  builder.getStringAttr(getMethodName(method))),
             builder.getNamedAttr("samples",
                                  builder.getI64IntegerAttr(count))}));
    if (std::string text = steps.str(); !text.empty())
      getOperation()->setAttr(kPreprocessAttr, builder.getStringAttr(text));
  }
};

} // namespace
