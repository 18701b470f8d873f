//===- Session.cpp - A loaded model and its executor -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Session.h"
#include "HexagonSession.h"
#include "VulkanSession.h"

#include "mopt/Target/ModelFile.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace mlir::mopt;

/// An error whose text has been printed as a diagnostic already.
static llvm::Error alreadyReported() { return llvm::createStringError(""); }

static llvm::Error prepareModel(MLIRContext &context, Session &session,
                                StringRef path) {
  session.module = readModelFile(&context, path);
  if (!session.module)
    return alreadyReported();
  auto functions = session.module->getOps<func::FuncOp>();
  if (functions.empty())
    return llvm::createStringError(path + ": holds no function to run");
  session.function = *functions.begin();
  return llvm::Error::success();
}

static llvm::Expected<std::unique_ptr<Executor>>
createExecutor(Session &session, Device device, const RunOptions &options) {
  switch (device) {
  case Device::CPU:
    return createJITExecutor(session.function, options.executor);
  case Device::Reference:
    return createReferenceExecutor(session.function, options.executor);
  case Device::Vulkan:
    return createOnVulkan(session, options);
  case Device::HexagonSim:
    return createOnHexagon(session, options);
  }
  llvm_unreachable("all devices are handled");
}

llvm::Expected<Session> Session::load(MLIRContext &context, StringRef path,
                                      std::optional<Device> device,
                                      const RunOptions &options) {
  ModelDiagnosticHandler handler(&context);
  Session session;
  // Standard input has no size on disk.
  if (llvm::sys::fs::file_size(path, session.fileBytes))
    session.fileBytes = 0;
  bool isArtifact = isArtifactFile(path);
  if (llvm::Error error =
          isArtifact ? loadArtifact(context, session, path, device, options)
                     : prepareModel(context, session, path))
    return std::move(error);
  llvm::Expected<SmallVector<InputSpec>> inputs =
      getInputSpecs(session.function);
  if (!inputs)
    return inputs.takeError();
  session.inputs = std::move(*inputs);
  if (isArtifact)
    return session;
  auto executor =
      createExecutor(session, device.value_or(Device::CPU), options);
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
