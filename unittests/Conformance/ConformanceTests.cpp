//===- ConformanceTests.cpp - Every golden on every device ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One test a row of the case table and device, named op.case/device: the model
// is imported, run in the `fixed` mode, and compared with what the reference
// kernels of another runtime made of it. A device may also run the rows where
// the modes can differ in the `float` mode, and is then compared with the
// reference evaluator.
//
//===----------------------------------------------------------------------===//

#include "CaseRunner.h"
#include "Coverage.h"

#include "gtest/gtest.h"

using namespace mlir::mopt;
using namespace mlir::mopt::conformance;

namespace {

/// A row of the table on a device.
class CaseTest : public testing::Test {
public:
  CaseTest(const Goldens &goldens, const GoldenCase &row, const Device &device)
      : goldens(goldens), row(row), device(device) {}

  void TestBody() override {
    if (!row.refusal.empty())
      GTEST_SKIP() << "no golden: " << row.refusal;
    std::string problem = row.op == device.missingOp
                              ? checkRefusal(goldens, row, device)
                              : runCase(goldens, row, device);
    if (!problem.empty())
      FAIL() << row.getFullName() << " on " << device.name << ": " << problem;
  }

private:
  const Goldens &goldens;
  const GoldenCase &row;
  const Device &device;
};

/// Whether the table has enough rows for every typed op.
class CoverageTest : public testing::Test {
public:
  explicit CoverageTest(const Goldens &goldens) : goldens(goldens) {}

  void TestBody() override {
    for (const std::string &gap : findCoverageGaps(goldens))
      ADD_FAILURE() << gap;
  }

private:
  const Goldens &goldens;
};

} // namespace

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  auto goldens = Goldens::open(MOPT_SOURCE_DIR "/test/Conformance/goldens");
  if (!goldens) {
    llvm::errs() << "error: " << llvm::toString(goldens.takeError()) << "\n";
    return 1;
  }
  testing::RegisterTest("coverage", "every_op_and_type", nullptr, nullptr,
                        __FILE__, __LINE__,
                        [&] { return new CoverageTest(*goldens); });
  for (const GoldenCase &row : goldens->getCases())
    for (const Device &device : getDevices()) {
      if (device.mode == RequantizeMode::Float && !dependsOnMode(*goldens, row))
        continue;
      testing::RegisterTest(
          row.op.c_str(), (row.name + "/" + device.name).c_str(), nullptr,
          nullptr, __FILE__, __LINE__,
          [&] { return new CaseTest(*goldens, row, device); });
    }
  return RUN_ALL_TESTS();
}
