//===- AccuracyReport.cpp - What quantization did to a model --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Accuracy/AccuracyReport.h"

#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Runtime/Benchmark.h"
#include "mopt/Target/ModelFile.h"
#include "mopt/Transforms/Accuracy/TensorComparison.h"

using namespace mlir;
using namespace mlir::mopt;
namespace json = llvm::json;

/// Bins of a histogram in a report.
static constexpr int64_t kReportBins = 40;

static json::Array toJSON(Interval interval) {
  return json::Array{interval.low, interval.high};
}

/// JSON has no infinity and no NaN.
static void setFinite(json::Object &object, StringRef key, double value) {
  if (std::isfinite(value))
    object[key] = value;
}

static void describeDifference(json::Object &object,
                               const DifferenceSums &difference) {
  setFinite(object, "snr_db", difference.getSNR());
  setFinite(object, "cosine", difference.getCosine());
  setFinite(object, "max_difference", difference.maxAbsolute);
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

static llvm::Expected<json::Object> describeModel(const ReportedModel &model,
                                                  const ModelScores *scores,
                                                  int64_t samples) {
  json::Object object{{"name", json::fixUTF8(model.name)}};
  if (model.bytes)
    object["bytes"] = model.bytes;
  if (scores && !scores->correct.empty()) {
    int64_t correct = scores->correct.front();
    object["correct"] = correct;
    object["top1"] = double(correct) / samples;
    object["interval1"] = toJSON(getWilsonInterval(correct, samples));
  }
  if (scores && !scores->pixels.empty()) {
    object["miou"] = scores->getPixels().getMeanIoU();
    object["miou_interval"] = toJSON(getMeanIoUInterval(scores->pixels));
  }
  std::unique_ptr<Executor> executor = model.executor->clone();
  llvm::Expected<Latency> latency = measureLatency(
      *executor, drawInputs(executor->getFunctionType(), /*seed=*/0),
      /*repetitions=*/0);
  if (!latency)
    return latency.takeError();
  object["latency_us"] = latency->median;
  return object;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

/// The constant behind an operand, through the op that gives back its floats.
static ConstOp getStoredConstant(Value operand) {
  if (auto dequantize = operand.getDefiningOp<DequantizeOp>())
    operand = dequantize.getInput();
  return operand.getDefiningOp<ConstOp>();
}

static int64_t countConstantBytes(Operation *op) {
  int64_t bytes = 0;
  for (Value operand : op->getOperands())
    if (ConstOp constant = getStoredConstant(operand))
      bytes += constant.getRawBytes().size();
  return bytes;
}

static std::string getTypeName(Type type) {
  Type storage =
      getStorageElementType(cast<RankedTensorType>(type).getElementType());
  if (auto integer = dyn_cast<IntegerType>(storage))
    return (integer.isUnsigned() ? "uint" : "int") +
           std::to_string(integer.getWidth());
  return "float" + std::to_string(storage.getIntOrFloatBitWidth());
}

/// The largest constant that an op reads: its weights, as they are stored.
static ConstOp getLargestConstant(Operation *op) {
  ConstOp largest;
  for (Value operand : op->getOperands())
    if (ConstOp constant = getStoredConstant(operand))
      if (!largest ||
          cast<RankedTensorType>(constant.getType()).getNumElements() >
              cast<RankedTensorType>(largest.getType()).getNumElements())
        largest = constant;
  return largest;
}

/// The op that computes `value`, conversions between number systems left out.
static Operation *getComputingOp(Value value) {
  Operation *op = value.getDefiningOp();
  while (isa_and_nonnull<DequantizeOp, QuantizeOp>(op) &&
         op->getOperand(0).getDefiningOp())
    op = op->getOperand(0).getDefiningOp();
  return op;
}

/// What the quantised model makes of a layer.
static void describeForm(json::Object &layer, Value value) {
  Operation *op = getComputingOp(value);
  if (!op || op->getNumResults() == 0)
    return;
  Type type = op->getResult(0).getType();
  layer["activations"] = getTypeName(type);
  if (isa<WeightedOp>(op))
    if (ConstOp weights = getLargestConstant(op))
      layer["weights"] = getTypeName(weights.getType());
  layer["quantized_bytes"] = countConstantBytes(op);
  QuantParams params = getQuantParams(cast<RankedTensorType>(type));
  if (params.isQuantized() && !params.isPerAxis()) {
    layer["scale"] = params.scales[0];
    layer["zero_point"] = params.zeroPoints[0];
  }
}

/// The counts of `tensor` in bins of equal width over its range.
static json::Object describeHistogram(const TensorComparison &tensor) {
  std::vector<int64_t> counts(kReportBins);
  double low = tensor.range.min, high = tensor.range.max;
  const Histogram &histogram = tensor.histogram;
  for (int64_t bin = histogram.getLowestBin(); bin < histogram.getEndBin();
       ++bin) {
    uint64_t count = histogram.getCount(bin);
    if (count == 0)
      continue;
    double place =
        high > low ? (histogram.getCenter(bin) - low) / (high - low) : 0.0;
    int64_t index = static_cast<int64_t>(place * kReportBins);
    counts[std::clamp<int64_t>(index, 0, kReportBins - 1)] += count;
  }
  return json::Object{
      {"low", low}, {"high", high}, {"counts", json::Array(counts)}};
}

static json::Array describeLayers(const ReportInput &input,
                                  ArrayRef<TensorComparison> tensors) {
  llvm::StringMap<const TensorComparison *> byName;
  for (const TensorComparison &tensor : tensors)
    byName[tensor.name] = &tensor;
  func::FuncOp originalFunc = input.original.func;
  func::FuncOp quantizedFunc = input.quantized.func;
  llvm::StringMap<Value> quantized;
  for (Operation &op : quantizedFunc.getBody().front())
    for (Value result : op.getResults())
      if (StringRef name = getTensorName(result); !name.empty())
        quantized.try_emplace(name, result);
  json::Array layers;
  for (Operation &op : originalFunc.getBody().front()) {
    if (isa<ConstOp, VariableOp, NoValueOp, DequantizeOp, QuantizeOp>(op) ||
        op.getNumResults() == 0)
      continue;
    StringRef name = getTensorName(op.getResult(0));
    if (name.empty() || !isa<RankedTensorType>(op.getResult(0).getType()))
      continue;
    json::Object layer{{"name", json::fixUTF8(name)},
                       {"op", op.getName().stripDialect()},
                       {"original_bytes", countConstantBytes(&op)}};
    if (auto it = quantized.find(name); it != quantized.end())
      describeForm(layer, it->second);
    if (const TensorComparison *tensor = byName.lookup(name)) {
      describeDifference(layer, tensor->difference);
      layer["histogram"] = describeHistogram(*tensor);
    }
    if (std::string reason = input.getReason(&op); !reason.empty())
      layer["reason"] = json::fixUTF8(reason);
    layers.push_back(std::move(layer));
  }
  return layers;
}

llvm::Expected<json::Object> mopt::makeReport(const ReportInput &input) {
  const Evaluation *evaluation = input.evaluation;
  int64_t samples = evaluation ? evaluation->samples : 0;
  llvm::Expected<json::Object> original = describeModel(
      input.original, evaluation ? &*evaluation->other : nullptr, samples);
  if (!original)
    return original.takeError();
  llvm::Expected<json::Object> quantized = describeModel(
      input.quantized, evaluation ? &evaluation->model : nullptr, samples);
  if (!quantized)
    return quantized.takeError();
  json::Object report{{"original", std::move(*original)},
                      {"quantized", std::move(*quantized)}};
  std::vector<TensorComparison> tensors;
  if (evaluation) {
    report["samples"] = samples;
    if (evaluation->answers)
      report["agreement"] = double(evaluation->agreement) / evaluation->answers;
    describeDifference(report, evaluation->differences.front());
    ComparisonOptions options;
    options.dataset = input.dataset;
    options.preprocess = input.preprocess;
    options.threads = input.threads;
    auto compared =
        compareTensors(input.original.func, input.quantized.func, options);
    if (!compared)
      return compared.takeError();
    tensors = std::move(*compared);
    report["layer_samples"] = std::min(samples, options.samples);
  }
  report["layers"] = describeLayers(input, tensors);
  return report;
}

bool mopt::isReportPath(StringRef path) {
  return path.ends_with(".html") || path.ends_with(".json");
}

LogicalResult mopt::writeReport(Location loc, const json::Object &report,
                                StringRef path) {
  return writeFileAtomically(
      loc, path, [&](llvm::raw_pwrite_stream &os) -> LogicalResult {
        if (path.ends_with(".html"))
          writeReportPage(report, os);
        else
          os << json::Value(json::Object(report)) << "\n";
        return success();
      });
}
