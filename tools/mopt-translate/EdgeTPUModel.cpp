//===- EdgeTPUModel.cpp - --to-edgetpu --------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EdgeTPUModel.h"

#include "mlir/Pass/PassManager.h"
#include "mopt/Target/EdgeTPU/Inspect.h"
#include "mopt/Target/EdgeTPU/RefreshWeights.h"
#include "mopt/Target/EdgeTPU/Report.h"
#include "mopt/Target/EdgeTPU/Segments.h"
#include "mopt/Target/ModelFile.h"
#include "mopt/Target/TFLite/Export.h"
#include "mopt/Transforms/EdgeTPU/Passes.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// Files that are written together: those that are there go again where one
/// cannot be written.
class FileGroup {
public:
  explicit FileGroup(Location loc) : loc(loc) {}
  ~FileGroup() {
    if (!isComplete)
      for (const std::string &path : written)
        llvm::sys::fs::remove(path);
  }

  LogicalResult
  add(StringRef path,
      llvm::function_ref<LogicalResult(llvm::raw_pwrite_stream &)> write) {
    if (failed(writeFileAtomically(loc, path, write)))
      return failure();
    written.push_back(path.str());
    return success();
  }

  void complete() { isComplete = true; }

private:
  Location loc;
  std::vector<std::string> written;
  bool isComplete = false;
};

} // namespace

static std::string withExtension(StringRef path, StringRef extension) {
  SmallString<128> other(path);
  llvm::sys::path::replace_extension(other, extension);
  return other.str().str();
}

static std::string getSegmentPath(StringRef output, size_t i, size_t count) {
  return withExtension(output, "") + "_segment_" + std::to_string(i) + "_of_" +
         std::to_string(count) + ".tflite";
}

static LogicalResult addModel(FileGroup &files, StringRef path,
                              ModuleOp module) {
  return files.add(path, [&](llvm::raw_pwrite_stream &os) {
    return exportTFLite(module, os);
  });
}

/// Writes the segments, and describes them in `report` and `text`.
static LogicalResult addSegments(FileGroup &files, func::FuncOp func,
                                 unsigned count, StringRef output,
                                 llvm::json::Object &report,
                                 llvm::raw_ostream &text) {
  llvm::Expected<std::vector<EdgeTPUSegment>> segments =
      splitIntoSegments(func, count);
  if (!segments)
    return emitError(func.getLoc()) << llvm::toString(segments.takeError());
  llvm::json::Array array;
  text << '\n';
  for (auto [i, segment] : llvm::enumerate(*segments)) {
    std::string path = getSegmentPath(output, i, segments->size());
    if (failed(addModel(files, path, *segment.module)))
      return failure();
    text << llvm::formatv("{0}: {1} operations, {2} bytes of parameters\n",
                          llvm::sys::path::filename(path), segment.operators,
                          segment.parameterBytes);
    array.push_back(
        llvm::json::Object{{"file", llvm::sys::path::filename(path)},
                           {"operators", segment.operators},
                           {"parameter_bytes", segment.parameterBytes}});
  }
  report["segments"] = std::move(array);
  return success();
}

LogicalResult mopt::writeForEdgeTPU(ModuleOp module, unsigned segments,
                                    StringRef output, bool json) {
  Location loc = module.getLoc();
  if (output == "-" || llvm::sys::path::extension(output) != ".tflite")
    return emitError(loc) << "--to-edgetpu writes a model and reports beside "
                             "it: -o NAME.tflite";
  PassManager manager(module.getContext());
  manager.addPass(createEdgeTPULegalizePass());
  if (failed(manager.run(module)))
    return failure();
  auto functions = module.getOps<func::FuncOp>();
  if (functions.empty())
    return emitError(loc) << "holds no function";
  func::FuncOp func = *functions.begin();

  EdgeTPUReport prediction = predictEdgeTPU(func);
  llvm::json::Object report = prediction.toJSON();
  std::string text;
  llvm::raw_string_ostream textOS(text);
  prediction.print(textOS);
  FileGroup files(loc);
  LogicalResult models =
      segments > 1 ? addSegments(files, func, segments, output, report, textOS)
                   : addModel(files, output, module);
  if (failed(models))
    return failure();
  std::string reportText =
      llvm::formatv("{0:2}\n", llvm::json::Value(std::move(report)));
  auto addText = [&](StringRef extension, StringRef contents) {
    return files.add(withExtension(output, extension),
                     [&](llvm::raw_pwrite_stream &os) {
                       os << contents;
                       return success();
                     });
  };
  if (failed(addText("json", reportText)) || failed(addText("txt", text)))
    return failure();
  files.complete();
  llvm::outs() << (json ? reportText : text);
  return success();
}

LogicalResult mopt::refreshForEdgeTPU(ModuleOp module, StringRef package,
                                      StringRef source, StringRef output,
                                      bool json) {
  Location loc = module.getLoc();
  MLIRContext *context = module.getContext();
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> opened =
      openModelFile(package);
  if (!opened)
    return emitError(loc) << llvm::toString(opened.takeError());
  std::shared_ptr<llvm::MemoryBuffer> file = std::move(*opened);
  OwningOpRef<ModuleOp> compiled = readModel(context, file);
  OwningOpRef<ModuleOp> old;
  if (!source.empty())
    old = readModelFile(context, source);
  if (!compiled || (!source.empty() && !old))
    return failure();
  llvm::Expected<RefreshedModel> refreshed = refreshEdgeTPUWeights(
      module, *compiled, file->getBuffer(), old ? *old : ModuleOp());
  if (!refreshed)
    return emitError(loc) << llvm::toString(refreshed.takeError());
  if (failed(writeFileAtomically(loc, output, [&](llvm::raw_pwrite_stream &os) {
        os << refreshed->file;
        return success();
      })))
    return failure();
  if (output == "-")
    return success();
  if (json)
    llvm::outs() << llvm::json::Value(llvm::json::Object{
                        {"output", output},
                        {"layers", refreshed->layers},
                        {"changed_layers", refreshed->changed},
                        {"parameter_bytes", refreshed->bytes}})
                 << '\n';
  else
    llvm::outs() << llvm::formatv(
        "{0}: {1} layers of {2} written anew, {3:n} bytes of parameters\n",
        output, refreshed->changed, refreshed->layers, refreshed->bytes);
  return success();
}

LogicalResult mopt::inspectForEdgeTPU(ModuleOp module, StringRef output) {
  FailureOr<llvm::json::Object> report = inspectEdgeTPU(module);
  if (failed(report))
    return failure();
  return writeFileAtomically(
      module.getLoc(), output, [&](llvm::raw_pwrite_stream &os) {
        os << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(*report)));
        return success();
      });
}
