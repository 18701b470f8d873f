//===- CompressModel.cpp - --to-compressed -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompressModel.h"

#include "mopt/Runtime/Progress.h"
#include "mopt/Target/Compressed/Container.h"
#include "mopt/Target/ModelFile.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::mopt;

static llvm::json::Object toJSON(const CodedPart &part) {
  return llvm::json::Object{{"name", part.name},
                            {"form", part.form},
                            {"bytes", static_cast<int64_t>(part.bytes)},
                            {"coded_bytes", static_cast<int64_t>(part.coded)}};
}

static void printJSON(llvm::raw_ostream &os, const CompressedModel &model,
                      uint64_t bytes, StringRef output) {
  llvm::json::Array tensors;
  for (const CodedPart &tensor : model.tensors)
    tensors.push_back(toJSON(tensor));
  llvm::json::Object report{
      {"output", output},
      {"bytes", static_cast<int64_t>(bytes)},
      {"coded_bytes", static_cast<int64_t>(model.bytes.size())},
      {"structure", toJSON(model.structure)},
      {"tensors", std::move(tensors)}};
  os << llvm::json::Value(std::move(report)) << '\n';
}

static void printTable(llvm::raw_ostream &os, const CompressedModel &model,
                       uint64_t bytes, StringRef output) {
  auto printRow = [&](uint64_t from, uint64_t to, StringRef form,
                      StringRef name) {
    os << llvm::formatv("{0,12:n} {1,12:n} {2,7:P1}  {3,-28} {4}\n", from, to,
                        from ? double(to) / double(from) : 1.0, form, name);
  };
  os << llvm::formatv("{0,12} {1,12} {2,7}  {3,-28} {4}\n", "bytes", "coded",
                      "", "form", "tensor");
  for (const CodedPart &tensor : model.tensors)
    printRow(tensor.bytes, tensor.coded, tensor.form, tensor.name);
  printRow(model.structure.bytes, model.structure.coded, model.structure.form,
           "(all else)");
  printRow(bytes, model.bytes.size(), "", output);
}

LogicalResult mopt::compressModelFile(Location loc, StringRef file,
                                      StringRef output, bool json) {
  std::optional<Progress> progress;
  llvm::Expected<CompressedModel> model =
      compressModel(file, [&](uint64_t, uint64_t tensors) {
        if (!progress)
          progress.emplace("coding tensor", tensors);
        progress->advance();
      });
  progress.reset();
  if (!model)
    return emitError(loc) << llvm::toString(model.takeError());
  if (failed(writeFileAtomically(loc, output, [&](llvm::raw_pwrite_stream &os) {
        os.write(reinterpret_cast<const char *>(model->bytes.data()),
                 model->bytes.size());
        return success();
      })))
    return failure();
  if (output != "-")
    (json ? printJSON : printTable)(llvm::outs(), *model, file.size(), output);
  return success();
}
