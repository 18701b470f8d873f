//===- AccuracyFlags.cpp - Command line of --eval and --sensitivity -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AccuracyFlags.h"
#include "mopt/Transforms/Accuracy/AccuracyReport.h"

using namespace mlir;
using namespace mlir::mopt;
namespace cl = llvm::cl;

AccuracyFlags::AccuracyFlags(cl::OptionCategory &category)
    : evalData("eval",
               cl::desc("Measure accuracy on this data (.npz or image folder)"),
               cl::value_desc("DATA"), cl::cat(category)),
      compare("compare",
              cl::desc("With --eval: a second model to compare with"),
              cl::value_desc("MODEL"), cl::cat(category)),
      report("report",
             cl::desc("With --compare: write a report of both models, layer by "
                      "layer (.html or .json)"),
             cl::value_desc("FILE"), cl::cat(category)),
      topK("top-k", cl::CommaSeparated,
           cl::desc("With --eval: the K of each figure (1)"),
           cl::value_desc("K,..."), cl::cat(category)),
      labelOffset("label-offset",
                  cl::desc("With --eval: output index of class 0 (default: 1 "
                           "for 1001 outputs, else 0)"),
                  cl::value_desc("N"), cl::cat(category)),
      sensitivity("sensitivity",
                  cl::desc("Calibrate a float model on this data and tell what "
                           "quantising each layer alone costs"),
                  cl::value_desc("DATA"), cl::cat(category)),
      scheme("scheme", cl::desc("With --sensitivity: how a layer is quantised"),
             cl::init(LayerScheme::Kind::Int8),
             cl::values(clEnumValN(LayerScheme::Kind::Int8, "int8",
                                   "as --quantize-int8 does (default)"),
                        clEnumValN(LayerScheme::Kind::Dynamic, "dynamic",
                                   "as --quantize-dynamic does"),
                        clEnumValN(LayerScheme::Kind::Weights, "weights",
                                   "as --quantize-weights does")),
             cl::cat(category)),
      granularity(
          "granularity",
          cl::desc("With --sensitivity: how many weight scales a layer "
                   "has (default: channel)"),
          cl::init(WeightGranularity::Channel),
          cl::values(clEnumValN(WeightGranularity::Channel, "channel",
                                "one an output channel"),
                     clEnumValN(WeightGranularity::Tensor, "tensor", "one")),
          cl::cat(category)),
      bits(
          "bits",
          cl::desc("With --sensitivity --scheme=weights: bits of a weight (8)"),
          cl::init(8), cl::value_desc("8|4"), cl::cat(category)),
      samples("samples",
              cl::desc("Use the first N samples (--sensitivity without it: all "
                       "of them calibrate, 64 of them measure)"),
              cl::init(0), cl::value_desc("N"), cl::cat(category)),
      preprocess("preprocess",
                 cl::desc("What is done to uint8 data, as "
                          "mean:127,std:128,resize:256,crop:224 (default: what "
                          "the model records)"),
                 cl::value_desc("SPEC"), cl::cat(category)) {}

llvm::Error AccuracyFlags::apply(RunOptions &options) const {
  auto invalid = [](const llvm::Twine &what) {
    return llvm::createStringError(what);
  };
  options.evalData = evalData;
  options.compare = compare;
  options.report = report;
  options.sensitivity = sensitivity;
  options.scheme = {scheme, granularity, bits};
  if (!topK.empty())
    options.topK.assign(topK.begin(), topK.end());
  for (int64_t k : options.topK)
    if (k < 1)
      return invalid("--top-k: every K must be at least 1");
  if (labelOffset.getNumOccurrences()) {
    int64_t value;
    if (StringRef(labelOffset).getAsInteger(0, value))
      return invalid("--label-offset=" + labelOffset + ": expected an integer");
    options.labelOffset = value;
  }
  if (samples < 0)
    return invalid("--samples must not be negative");
  options.samples = samples;
  if (preprocess.getNumOccurrences()) {
    llvm::Expected<Preprocess> parsed = Preprocess::parse(preprocess);
    if (!parsed)
      return invalid("--preprocess: " + llvm::toString(parsed.takeError()));
    options.preprocess = *parsed;
  }
  if (!options.compare.empty() && options.evalData.empty())
    return invalid("--compare needs --eval=DATA");
  if (!options.report.empty() && options.compare.empty())
    return invalid("--report needs --eval=DATA and --compare=MODEL");
  if (!options.report.empty() && !isReportPath(options.report))
    return invalid("--report=" + options.report +
                   ": the name must end in .html or .json");
  bool isOther = scheme.getNumOccurrences() || bits.getNumOccurrences() ||
                 granularity.getNumOccurrences();
  if (isOther && options.sensitivity.empty())
    return invalid(
        "--scheme, --granularity and --bits need --sensitivity=DATA");
  if (bits != 8 && !(bits == 4 && scheme == LayerScheme::Kind::Weights))
    return invalid("--bits: expected 8, or 4 with --scheme=weights");
  return llvm::Error::success();
}
