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
// reference evaluator. A test op.case/identity exports the model and imports it
// again.
//
//===----------------------------------------------------------------------===//

#include "CaseRunner.h"
#include "Coverage.h"
#include "Identity.h"
#include "RunAhead.h"

#include "gtest/gtest.h"

using namespace mlir::mopt;
using namespace mlir::mopt::conformance;

namespace {

/// A row of the table on a device.
class CaseTest : public testing::Test {
public:
  CaseTest(RunAhead &results, const GoldenCase &row)
      : results(results), row(row) {}

  void TestBody() override {
    if (!row.refusal.empty())
      GTEST_SKIP() << "no golden: " << row.refusal;
    const auto &test = *testing::UnitTest::GetInstance()->current_test_info();
    if (std::string problem = results.getResult(test); !problem.empty())
      FAIL() << test.test_suite_name() << "." << test.name() << ": " << problem;
  }

private:
  RunAhead &results;
  const GoldenCase &row;
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
  // GoogleTest owns its listeners.
  auto *results = new RunAhead;
  testing::UnitTest::GetInstance()->listeners().Append(results);
  auto add = [&](const GoldenCase &row, const char *what, RunAhead::Work work) {
    std::string name = row.name + "/" + what;
    testing::RegisterTest(row.op.c_str(), name.c_str(), nullptr, nullptr,
                          __FILE__, __LINE__,
                          [&] { return new CaseTest(*results, row); });
    if (row.refusal.empty())
      results->add(row.op, name, std::move(work));
  };
  for (const GoldenCase &row : goldens->getCases()) {
    if (row.refusal.empty())
      add(row, "identity", [&] { return checkIdentity(*goldens, row); });
    for (const Device &device : getDevices())
      if (runsOn(*goldens, row, device))
        add(row, device.name, [&] { return runCase(*goldens, row, device); });
  }
  return RUN_ALL_TESTS();
}
