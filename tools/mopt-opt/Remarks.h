//===- Remarks.h - The remarks that flags ask for ---------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_OPT_REMARKS_H
#define MOPT_TOOLS_MOPT_OPT_REMARKS_H

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

namespace mlir::mopt {

/// Makes passes emit what --remarks-filter and its kin select, where
/// --remark-format says; MlirOptMain does so for MLIR sources alone.
LogicalResult enableRemarks(MLIRContext &context,
                            const MlirOptMainConfig &config);

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_OPT_REMARKS_H
