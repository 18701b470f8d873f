//===- MergeCalibration.cpp - mopt-opt --merge-calibration -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MergeCalibration.h"

#include "mopt/Transforms/Calibration/CalibrationCache.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;

/// With one dash or two, as all options.
static bool isOption(llvm::StringRef argument, llvm::StringRef name) {
  return argument.consume_front("-") &&
         (argument == name ||
          (argument.consume_front("-") && argument == name));
}

bool mopt::asksToMergeCalibration(int argc, char **argv) {
  return llvm::any_of(llvm::ArrayRef(argv, argc).drop_front(),
                      [](llvm::StringRef argument) {
                        return isOption(argument, "merge-calibration");
                      });
}

static llvm::Error merge(llvm::ArrayRef<llvm::StringRef> inputs,
                         llvm::StringRef output) {
  llvm::Expected<CalibrationCache> merged =
      readCalibrationCache(inputs.front());
  if (!merged)
    return merged.takeError();
  for (llvm::StringRef input : inputs.drop_front()) {
    llvm::Expected<CalibrationCache> later = readCalibrationCache(input);
    if (!later)
      return later.takeError();
    if (llvm::Error error = merged->merge(*later, input))
      return error;
  }
  return writeCalibrationCache(*merged, output);
}

int mopt::mergeCalibration(int argc, char **argv) {
  auto fail = [](const llvm::Twine &message) {
    llvm::errs() << "mopt-opt: error: " << message << '\n';
    return EXIT_FAILURE;
  };
  llvm::SmallVector<llvm::StringRef> inputs;
  llvm::StringRef output = "-";
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef argument = argv[i];
    if (isOption(argument, "merge-calibration"))
      continue;
    if (isOption(argument, "o")) {
      if (++i == argc)
        return fail("-o takes the file to write");
      output = argv[i];
    } else if (argument.starts_with("-")) {
      return fail("--merge-calibration takes calibration caches and -o, not '" +
                  argument + "'");
    } else if (llvm::is_contained(inputs, argument)) {
      return fail("'" + argument + "' is given twice");
    } else {
      inputs.push_back(argument);
    }
  }
  if (inputs.empty())
    return fail("--merge-calibration takes the calibration caches to join");
  if (llvm::Error error = merge(inputs, output))
    return fail(llvm::toString(std::move(error)));
  return EXIT_SUCCESS;
}
