//===- Session.cpp - A loaded model and its executor -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Session.h"

#include "mopt/Target/ModelFile.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace mlir::mopt;

/// An error whose text has been printed as a diagnostic already.
static llvm::Error alreadyReported() { return llvm::createStringError(""); }

llvm::Expected<Session> Session::load(MLIRContext &context, StringRef path,
                                      const RunOptions &options) {
  ModelDiagnosticHandler handler(&context);
  Session session;
  session.module = readModelFile(&context, path);
  if (!session.module)
    return alreadyReported();
  // Standard input has no size on disk.
  if (llvm::sys::fs::file_size(path, session.fileBytes))
    session.fileBytes = 0;
  auto functions = session.module->getOps<func::FuncOp>();
  if (functions.empty())
    return llvm::createStringError(path + ": holds no function to run");
  session.function = *functions.begin();
  llvm::Expected<SmallVector<InputSpec>> inputs =
      getInputSpecs(session.function);
  if (!inputs)
    return inputs.takeError();
  session.inputs = std::move(*inputs);
  auto executor =
      options.device == Device::Reference
          ? createReferenceExecutor(session.function, options.executor)
          : createJITExecutor(session.function, options.executor);
  if (!executor)
    return executor.takeError();
  session.executor = std::move(*executor);
  return session;
}

llvm::Expected<Preprocess>
Session::getPreprocess(const RunOptions &options) const {
  if (options.preprocess)
    return *options.preprocess;
  auto recorded = (*module)->getAttrOfType<StringAttr>(kPreprocessAttr);
  return Preprocess::parse(recorded ? recorded.getValue() : StringRef());
}
