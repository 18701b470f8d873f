//===- RunAhead.h - Rows computed on all cores ------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_CONFORMANCE_RUNAHEAD_H
#define MOPT_UNITTESTS_CONFORMANCE_RUNAHEAD_H

#include "gtest/gtest.h"

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace mlir::mopt::conformance {

/// GoogleTest runs one test after the other, and almost all time goes into
/// compiling the models. As a listener, this starts the work of the tests that
/// an iteration will run on as many threads as there are cores, in their order;
/// each test then waits for its own.
class RunAhead : public testing::EmptyTestEventListener {
public:
  using Work = std::function<std::string()>;

  /// Says what the test `suite.name` has to do. Call before all tests.
  void add(const std::string &suite, const std::string &name, Work work) {
    jobs[suite + "." + name].work = std::move(work);
  }

  /// What the running test's work returned.
  std::string getResult(const testing::TestInfo &test) {
    return jobs.at(getName(test)).result.get_future().get();
  }

  void OnTestIterationStart(const testing::UnitTest &unit, int) override {
    for (int s = 0; s < unit.total_test_suite_count(); ++s) {
      const testing::TestSuite &suite = *unit.GetTestSuite(s);
      for (int t = 0; t < suite.total_test_count(); ++t) {
        auto job = jobs.find(getName(*suite.GetTestInfo(t)));
        if (job == jobs.end() || !suite.GetTestInfo(t)->should_run())
          continue;
        job->second.result = std::promise<std::string>();
        queue.push_back(&job->second);
      }
    }
    next = 0;
    for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i)
      workers.emplace_back([this] {
        for (size_t k = next++; k < queue.size(); k = next++)
          queue[k]->result.set_value(queue[k]->work());
      });
  }

  void OnTestIterationEnd(const testing::UnitTest &, int) override {
    for (std::thread &worker : workers)
      worker.join();
    workers.clear();
    queue.clear();
  }

private:
  struct Job {
    Work work;
    std::promise<std::string> result;
  };

  static std::string getName(const testing::TestInfo &test) {
    return std::string(test.test_suite_name()) + "." + test.name();
  }

  std::map<std::string, Job> jobs;
  std::vector<Job *> queue;
  std::atomic<size_t> next{0};
  std::vector<std::thread> workers;
};

} // namespace mlir::mopt::conformance

#endif // MOPT_UNITTESTS_CONFORMANCE_RUNAHEAD_H
