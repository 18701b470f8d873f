//===- DatasetKinds.h - openers by kind of data set -------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DATA_DATASETKINDS_H
#define MOPT_LIB_DATA_DATASETKINDS_H

#include "mopt/Data/Dataset.h"

namespace mlir::mopt {

using DatasetOr = llvm::Expected<std::unique_ptr<Dataset>>;

DatasetOr openNpyDataset(llvm::StringRef path, const DatasetOptions &options);
DatasetOr openNpzDataset(llvm::StringRef path, const DatasetOptions &options);
DatasetOr openImageDataset(llvm::StringRef path, const DatasetOptions &options);

} // namespace mlir::mopt

#endif // MOPT_LIB_DATA_DATASETKINDS_H
