//===- DescribePlan.h - What an artifact costs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_SPIRV_DESCRIBEPLAN_H
#define MOPT_LIB_TARGET_SPIRV_DESCRIBEPLAN_H

#include "mopt/Conversion/MoptToGPU/DevicePlan.h"
#include "mopt/Target/SPIRV/Artifact.h"
#include "llvm/Support/JSON.h"

namespace mlir::mopt {

/// The report of compileToSPIRV.
llvm::json::Object describePlan(const DevicePlan &plan,
                                const SPIRVArtifact &artifact,
                                const GPUProfile &profile);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_SPIRV_DESCRIBEPLAN_H
