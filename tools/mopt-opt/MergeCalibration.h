//===- MergeCalibration.h - mopt-opt --merge-calibration -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TOOLS_MOPT_OPT_MERGECALIBRATION_H
#define MOPT_TOOLS_MOPT_OPT_MERGECALIBRATION_H

namespace mlir::mopt {

/// True if the command line asks for the mode. It takes several files, which
/// the options of the driver do not.
bool asksToMergeCalibration(int argc, char **argv);

/// `mopt-opt --merge-calibration A B ... -o OUT`: joins calibration caches of
/// one model, in their order. Returns the exit status.
int mergeCalibration(int argc, char **argv);

} // namespace mlir::mopt

#endif // MOPT_TOOLS_MOPT_OPT_MERGECALIBRATION_H
