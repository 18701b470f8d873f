//===- SPIRVModel.cpp - --to-spirv -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SPIRVModel.h"

#include "mopt/Target/ModelFile.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::mopt;

static void printLine(llvm::raw_ostream &os, const llvm::json::Object &report,
                      StringRef output) {
  auto number = [&](StringRef key) { return *report.getInteger(key); };
  os << output << ": "
     << llvm::formatv("{0}, {1} kernels of {2:n} bytes, {3} dispatches, "
                      "constants {4:n} bytes, arena {5:n} bytes\n",
                      *report.getString("profile"), number("kernels"),
                      number("spirv_bytes"),
                      report.getArray("dispatches")->size(),
                      number("constant_bytes"), number("arena_bytes"));
}

LogicalResult mopt::writeForGPU(ModuleOp module, const SPIRVOptions &options,
                                StringRef output, bool json) {
  Location loc = module.getLoc();
  auto functions = module.getOps<func::FuncOp>();
  if (functions.empty())
    return emitError(loc) << "holds no function to compile";
  llvm::json::Object report;
  llvm::Expected<SPIRVArtifact> artifact =
      compileToSPIRV(*functions.begin(), options, &report);
  if (!artifact)
    return emitError(loc) << llvm::toString(artifact.takeError());
  SmallVector<char, 0> bytes;
  if (llvm::sys::path::extension(output) == ".spv") {
    for (const SPIRVModule &binary : artifact->modules)
      for (uint32_t word : binary.words)
        for (int i = 0; i < 4; ++i)
          bytes.push_back(static_cast<char>(word >> (8 * i)));
  } else {
    bytes = writeArtifact(*artifact);
  }
  if (failed(writeFileAtomically(loc, output, [&](llvm::raw_pwrite_stream &os) {
        os.write(bytes.data(), bytes.size());
        return success();
      })))
    return failure();
  if (output == "-")
    return success();
  report["output"] = output;
  report["bytes"] = static_cast<int64_t>(bytes.size());
  if (json)
    llvm::outs() << llvm::formatv("{0:2}\n",
                                  llvm::json::Value(std::move(report)));
  else
    printLine(llvm::outs(), report, output);
  return success();
}
