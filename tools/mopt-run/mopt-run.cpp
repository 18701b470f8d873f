//===- mopt-run.cpp - Runs models -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modes.h"
#include "VulkanSession.h"
#include "mlir/IR/MLIRContext.h"
#include "mopt/InitAll.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;

static llvm::Error run(int argc, char **argv) {
  llvm::Expected<RunOptions> options = parseCommandLine(argc, argv);
  if (!options)
    return options.takeError();
  if (options->listDevices)
    return listDevices(options->json);
  DialectRegistry registry;
  registerMoptDialects(registry);
  MLIRContext context(registry);
  if (!options->sensitivity.empty())
    return runSensitivity(context, *options);
  llvm::Expected<Session> session =
      Session::load(context, options->model, options->device, *options);
  if (!session)
    return session.takeError();
  if (!options->evalData.empty())
    return runEvaluation(context, *session, *options);
  if (options->benchmark)
    return runBenchmark(*session, *options);
  return runOnce(*session, *options);
}

int main(int argc, char **argv) {
  llvm::Error error = run(argc, argv);
  // The layer speaks until everything is destroyed.
  if (!error)
    error = checkValidation();
  if (!error)
    return 0;
  std::string message = llvm::toString(std::move(error));
  // What MLIR reported as a diagnostic already is not said twice.
  if (!message.empty())
    llvm::errs() << "error: " << message << "\n";
  return 1;
}
