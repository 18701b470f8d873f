//===- RunSensitivity.cpp - What quantising each layer costs --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modes.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Target/ModelFile.h"
#include "mopt/Transforms/Accuracy/Sensitivity.h"
#include "mopt/Transforms/Calibration/Passes.h"
#include "mopt/Transforms/Graph/Passes.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;

/// An error whose text has been printed as a diagnostic already.
static llvm::Error alreadyReported() { return llvm::createStringError(""); }

/// Gives every activation a range, as the quantising pipelines do.
static llvm::Error calibrate(ModuleOp module, const RunOptions &options) {
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  manager.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  CalibratePassOptions calibrate;
  calibrate.data = options.sensitivity;
  calibrate.samples = options.samples;
  calibrate.threads = options.threads;
  if (options.preprocess)
    calibrate.preprocess = options.preprocess->str();
  manager.addPass(createCalibratePass(calibrate));
  return failed(manager.run(module)) ? alreadyReported()
                                     : llvm::Error::success();
}

/// The tensor that an op computes, else its mnemonic.
static StringRef getLayerName(Operation *op) {
  for (Value result : op->getResults())
    if (StringRef name = getTensorName(result); !name.empty())
      return name;
  return op->getName().stripDialect();
}

static llvm::json::Object describe(const LayerCost &cost, int64_t samples) {
  llvm::json::Object object{{"agreement", double(cost.agreement) / samples}};
  double worst = 1;
  for (const DifferenceSums &output : cost.outputs)
    worst = std::min(worst, output.getCosine());
  object["cosine"] = worst;
  // JSON has no infinity: what changes nothing has no ratio.
  if (double snr = cost.getSNR(); std::isfinite(snr))
    object["snr_db"] = snr;
  return object;
}

static llvm::json::Object describe(const Sensitivity &sensitivity,
                                   const RunOptions &options) {
  llvm::json::Array layers;
  for (const LayerSensitivity &layer : sensitivity.layers) {
    llvm::json::Object entry = describe(layer.cost, sensitivity.samples);
    entry["name"] = llvm::json::fixUTF8(getLayerName(layer.op));
    entry["op"] = layer.op->getName().stripDialect();
    if (double own = layer.cost.own.getSNR(); std::isfinite(own))
      entry["own_snr_db"] = own;
    layers.push_back(std::move(entry));
  }
  return llvm::json::Object{
      {"model", options.model},
      {"samples", sensitivity.samples},
      {"layers", std::move(layers)},
      {"together", describe(sensitivity.together, sensitivity.samples)}};
}

/// What the table shows of a name.
static constexpr size_t kNameLength = 48;

static void print(llvm::raw_ostream &os, const LayerCost &cost,
                  int64_t samples) {
  os << llvm::format("%9.1f %9.1f %%", cost.getSNR(),
                     100.0 * cost.agreement / samples);
}

static void print(llvm::raw_ostream &os, const Sensitivity &sensitivity) {
  os << "outputs beside the float model's when one layer is quantised ("
     << sensitivity.samples << " samples)\n"
     << "   SNR dB   agreement   own dB  layer\n";
  for (const LayerSensitivity &layer : sensitivity.layers) {
    print(os, layer.cost, sensitivity.samples);
    os << llvm::format("%9.1f  ", layer.cost.own.getSNR())
       << layer.op->getName().stripDialect() << " ";
    StringRef name = getLayerName(layer.op);
    llvm::printEscapedString(name.take_front(kNameLength), os);
    os << (name.size() > kNameLength ? "...\n" : "\n");
  }
  print(os, sensitivity.together, sensitivity.samples);
  os << "           all " << sensitivity.layers.size() << " layers together\n";
}

llvm::Error mopt::runSensitivity(MLIRContext &context,
                                 const RunOptions &options) {
  ModelDiagnosticHandler handler(&context);
  OwningOpRef<ModuleOp> module = readModelFile(&context, options.model);
  if (!module)
    return alreadyReported();
  auto functions = module->getOps<func::FuncOp>();
  if (functions.empty())
    return llvm::createStringError(options.model +
                                   ": holds no function to run");
  if (llvm::Error error = calibrate(*module, options))
    return error;
  func::FuncOp func = *functions.begin();
  llvm::Expected<SmallVector<InputSpec>> specs = getInputSpecs(func);
  if (!specs)
    return specs.takeError();
  llvm::Expected<std::unique_ptr<Dataset>> dataset = openDatasetFor(
      *specs, options.sensitivity, Labels::Ignore, options.samples);
  if (!dataset)
    return dataset.takeError();
  // The steps that calibration was made with are in the model now.
  auto recorded = (*module)->getAttrOfType<StringAttr>(kPreprocessAttr);
  llvm::Expected<Preprocess> preprocess =
      Preprocess::parse(recorded ? recorded.getValue() : StringRef());
  if (!preprocess)
    return preprocess.takeError();

  SensitivityOptions sensitivity;
  sensitivity.dataset = dataset->get();
  sensitivity.preprocess = *preprocess;
  sensitivity.threads = options.threads;
  if (options.samples)
    sensitivity.samples = options.samples;
  llvm::Expected<Sensitivity> result = measureSensitivity(
      func, [&](ModuleOp layer) { return applyScheme(layer, options.scheme); },
      sensitivity);
  if (!result)
    return result.takeError();
  if (result->layers.empty())
    return llvm::createStringError(
        options.model +
        ": none of its ops can be quantised this way; --sensitivity takes a "
        "float model");
  if (options.json)
    llvm::outs() << llvm::json::Value(describe(*result, options)) << "\n";
  else
    print(llvm::outs(), *result);
  return llvm::Error::success();
}
