//===- CompileModel.cpp - mopt-translate to native code -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompileModel.h"

#include "mopt/Target/ModelFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::mopt;

/// The path of the C header for the artifact at `output`.
static std::string getHeaderPath(StringRef output) {
  SmallString<128> path(output);
  llvm::sys::path::replace_extension(path, "h");
  return path.str().str();
}

static void printJSON(llvm::raw_ostream &os, const CompiledArtifact &compiled,
                      StringRef output) {
  llvm::json::Object report{
      {"output", output},
      {"header", getHeaderPath(output)},
      {"cpu", compiled.cpu},
      {"triple", compiled.triple},
      {"requantize", stringifyRequantizeMode(compiled.requantize)},
      {"arena_bytes", compiled.arenaBytes},
      {"state_bytes", compiled.stateBytes},
      {"lower_bound_bytes", compiled.boundBytes},
      {"weight_bytes", compiled.weightBytes}};
  if (compiled.decodedBytes) {
    report["coded_bytes"] = compiled.codedBytes;
    report["decoded_bytes"] = compiled.decodedBytes;
  }
  if (compiled.codeBytes) {
    report["code_bytes"] = compiled.codeBytes;
    report["data_bytes"] = compiled.dataBytes;
    report["undefined_symbols"] = llvm::json::Array(compiled.undefinedSymbols);
  }
  if (!compiled.ops.empty()) {
    llvm::json::Array ops;
    for (const OpProfile &op : compiled.ops)
      ops.push_back(llvm::json::Object{
          {"symbol", "op" + std::to_string(op.number) + "_" + op.op},
          {"name", op.name},
          {"shape", llvm::json::Array(op.shape)},
          {"macs", op.macs}});
    report["ops"] = std::move(ops);
  }
  os << llvm::json::Value(std::move(report)) << '\n';
}

static void printLine(llvm::raw_ostream &os, const CompiledArtifact &compiled,
                      StringRef output) {
  os << output << ": " << compiled.cpu << " (" << compiled.triple << "), ";
  if (compiled.codeBytes)
    os << llvm::formatv("code {0:n} bytes, ", compiled.codeBytes);
  os << llvm::formatv("weights {0:n} bytes", compiled.weightBytes);
  if (compiled.decodedBytes)
    os << llvm::formatv(" (in codes of {0:n}, decoded to {1:n})",
                        compiled.codedBytes, compiled.decodedBytes);
  os << llvm::formatv(", arena {0:n} bytes (largest sum of live tensors {1:n}",
                      compiled.arenaBytes, compiled.boundBytes);
  if (compiled.stateBytes)
    os << llvm::formatv(", state {0:n}", compiled.stateBytes);
  os << ")\n";
}

LogicalResult mopt::compileModel(ModuleOp module, const CompileOptions &options,
                                 StringRef output, bool json) {
  Location loc = module.getLoc();
  auto functions = module.getOps<func::FuncOp>();
  if (functions.empty())
    return emitError(loc) << "holds no function to compile";
  bool toStdout = output == "-";
  if (toStdout && options.kind != ArtifactKind::LLVMIR)
    return emitError(loc) << "native code and its header need a file: -o OUT";
  std::string headerPath = getHeaderPath(output);
  if (output == headerPath)
    return emitError(loc) << "'" << output
                          << "' is the name of the C header: choose another "
                             "extension for the code";

  CompiledArtifact compiled;
  bool hasHeader = false;
  // The header is written first and taken back if the code cannot follow.
  LogicalResult written =
      writeFileAtomically(loc, output, [&](llvm::raw_pwrite_stream &os) {
        llvm::Expected<CompiledArtifact> result =
            compileAhead(*functions.begin(), options);
        if (!result)
          return LogicalResult(emitError(loc)
                               << llvm::toString(result.takeError()));
        compiled = std::move(*result);
        os.write(compiled.artifact.data(), compiled.artifact.size());
        if (toStdout)
          return success();
        LogicalResult header = writeFileAtomically(
            loc, headerPath, [&](llvm::raw_pwrite_stream &headerOS) {
              headerOS << compiled.header;
              return success();
            });
        hasHeader = succeeded(header);
        return header;
      });
  if (failed(written)) {
    if (hasHeader)
      llvm::sys::fs::remove(headerPath);
    return failure();
  }
  if (options.kind == ArtifactKind::Program) {
    using llvm::sys::fs::perms;
    llvm::ErrorOr<perms> permissions = llvm::sys::fs::getPermissions(output);
    if (permissions)
      // Whoever may read it may run it.
      llvm::sys::fs::setPermissions(
          output, *permissions | perms((*permissions & perms::all_read) >> 2));
  }
  if (!toStdout)
    (json ? printJSON : printLine)(llvm::outs(), compiled, output);
  return success();
}
