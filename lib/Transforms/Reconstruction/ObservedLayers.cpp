//===- ObservedLayers.cpp - The layers that a pass repairs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ObservedLayers.h"

using namespace mlir;
using namespace mlir::mopt;

static LogicalResult checkBits(ModuleOp module,
                               const ObservedLayerSettings &settings) {
  bool allowsFour = settings.activations == ActivationForm::Float;
  auto check = [&](StringRef option, unsigned bits) -> LogicalResult {
    if (bits == 8 || (bits == 4 && allowsFour))
      return success();
    return module.emitError()
           << settings.pass << ": " << option << "=" << bits
           << " is not available; available: 8"
           << (allowsFour ? ", 4" : " (4 with activations=float)");
  };
  if (failed(check("bits", settings.bits)))
    return failure();
  return settings.depthwiseBits
             ? check("depthwise-bits", settings.depthwiseBits)
             : success();
}

/// Why the layer is left alone; empty if it is not.
static std::string getReasonToSkip(const LinearLayer &layer,
                                   const ObservedLayerSettings &settings,
                                   const OpFilter &filter) {
  if (StringRef reason = filter.getReasonToSkip(layer.getOp()); !reason.empty())
    return reason.str();
  ConstOp weights = layer.getWeightConstant();
  if (!weights->hasOneUse())
    return "its weights are shared";
  int64_t elements = layer.getShape().getWeightRows() * layer.getShape().inputs;
  if (settings.activations == ActivationForm::Float &&
      elements < settings.minElements)
    return "it has " + std::to_string(elements) +
           " weights, fewer than min-elements=" +
           std::to_string(settings.minElements);
  return "";
}

static SmallVector<LinearLayer>
collectLayers(func::FuncOp func, const ObservedLayerSettings &settings,
              const OpFilter &filter, const QuantizationPlan *plan) {
  SmallVector<LinearLayer> layers;
  for (Operation &op : func.getBody().front()) {
    if (plan && !plan->isQuantized(&op))
      continue;
    std::string reason;
    std::optional<LinearLayer> layer =
        LinearLayer::match(&op, reason, settings.transposes);
    if (layer)
      reason = getReasonToSkip(*layer, settings, filter);
    if (!reason.empty())
      mlir::emitRemark(op.getLoc())
          << describeOp(&op) << " is not " << settings.verb << ": " << reason;
    else if (layer)
      layers.push_back(*layer);
  }
  return layers;
}

llvm::Expected<Preprocess>
mopt::getPreprocess(ModuleOp module, const ObservedLayerSettings &settings) {
  if (!settings.preprocess.empty())
    return Preprocess::parse(settings.preprocess);
  if (auto recorded = module->getAttrOfType<StringAttr>(kPreprocessAttr))
    return Preprocess::parse(recorded.getValue());
  return Preprocess();
}

LogicalResult mopt::repairLayers(
    ModuleOp module, const ObservedLayerSettings &settings,
    LayerCapture::Options options,
    llvm::function_ref<void(LinearLayer &, const LayerStatistics &,
                            unsigned threads)>
        repair) {
  if (failed(checkBits(module, settings)))
    return failure();
  FailureOr<OpFilter> filter = OpFilter::create(
      module, settings.pass,
      {settings.exclude, settings.only, settings.excludeOps, settings.onlyOps});
  if (failed(filter))
    return failure();
  auto funcs = module.getOps<func::FuncOp>();
  if (funcs.empty() || (*funcs.begin()).isExternal())
    return module.emitError() << settings.pass << ": there is no function";
  func::FuncOp func = *funcs.begin();
  auto fail = [&](llvm::Error error) {
    return mlir::emitError(func.getLoc())
           << settings.pass << ": " << llvm::toString(std::move(error));
  };
  if (settings.data.empty())
    return fail(
        llvm::createStringError("no data; give samples with data=FILE"));
  llvm::Expected<Preprocess> steps = getPreprocess(module, settings);
  if (!steps)
    return fail(steps.takeError());

  std::optional<QuantizationPlan> plan;
  if (settings.activations != ActivationForm::Float)
    plan.emplace(func, QuantizationPlan::Options{settings.granularity,
                                                 settings.activations ==
                                                         ActivationForm::Int8
                                                     ? ActivationType::Int8
                                                     : ActivationType::Int16,
                                                 &*filter});
  SmallVector<LinearLayer> layers =
      collectLayers(func, settings, *filter, plan ? &*plan : nullptr);
  if (layers.empty())
    return success();
  llvm::Expected<std::unique_ptr<SampleSource>> source = openSamples(
      func, settings.data,
      settings.samples > 0 ? settings.first + settings.samples : 0, *steps);
  if (!source)
    return fail(source.takeError());
  if (settings.first >= (*source)->size())
    return fail(llvm::createStringError(
        "'" + settings.data + "' holds " + Twine((*source)->size()) +
        " samples; first is " + Twine(settings.first)));
  options.first = settings.first;
  options.threads = settings.threads;
  options.plan = plan ? &*plan : nullptr;
  llvm::Expected<std::unique_ptr<LayerCapture>> capture =
      LayerCapture::create(func, layers, **source, options);
  if (!capture)
    return fail(capture.takeError());
  for (LinearLayer &layer : layers) {
    llvm::Expected<LayerStatistics> statistics = (*capture)->captureNext();
    if (!statistics)
      return fail(statistics.takeError());
    repair(layer, *statistics, (*capture)->getNumThreads());
  }
  return success();
}
