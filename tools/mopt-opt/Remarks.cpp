//===- Remarks.cpp - The remarks that flags ask for -----------------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Remarks.h"

#include "mlir/IR/Remarks.h"
#include "mlir/Remark/RemarkStreamer.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult mopt::enableRemarks(MLIRContext &context,
                                  const MlirOptMainConfig &config) {
  if (!config.shouldEmitRemarks())
    return success();
  auto select = [&](const std::string &filter) -> std::optional<std::string> {
    const std::string &all = config.getRemarksAllFilter();
    if (filter.empty() && all.empty())
      return std::nullopt;
    return filter.empty() ? all : filter;
  };
  remark::RemarkCategories categories;
  categories.passed = select(config.getRemarksPassedFilter());
  categories.missed = select(config.getRemarksMissedFilter());
  categories.analysis = select(config.getRemarksAnalyseFilter());
  categories.failed = select(config.getRemarksFailedFilter());
  std::unique_ptr<remark::detail::RemarkEmittingPolicyBase> policy;
  if (config.getRemarkPolicy() == RemarkPolicy::REMARK_POLICY_FINAL)
    policy = std::make_unique<remark::RemarkEmittingPolicyFinal>();
  else
    policy = std::make_unique<remark::RemarkEmittingPolicyAll>();
  if (config.getRemarkFormat() == RemarkFormat::REMARK_FORMAT_STDOUT)
    return remark::enableOptimizationRemarks(context, /*streamer=*/nullptr,
                                             std::move(policy), categories,
                                             /*printAsEmitRemarks=*/true);
  bool isText = config.getRemarkFormat() == RemarkFormat::REMARK_FORMAT_YAML;
  std::string file = config.getRemarksOutputFile();
  if (file.empty())
    file = isText ? "mlir-remarks.yaml" : "mlir-remarks.bitstream";
  return remark::enableOptimizationRemarksWithLLVMStreamer(
      context, file,
      isText ? llvm::remarks::Format::YAML : llvm::remarks::Format::Bitstream,
      std::move(policy), categories);
}
