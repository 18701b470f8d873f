//===- RunOnce.cpp - Outputs for given inputs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modes.h"
#include "mopt/Data/Npy.h"
#include "mopt/Runtime/Benchmark.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;

/// A file name for the tensor `name`: names hold slashes and colons.
static std::string getFileName(StringRef name, unsigned index) {
  std::string file;
  for (char c : name)
    file += llvm::isAlnum(c) || c == '_' || c == '-' || c == '.' ? c : '_';
  return std::to_string(index) + "_" + file.substr(0, 100) + ".npy";
}

static std::string getTypeString(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// The inputs that the user gave, then those drawn from the seed.
static llvm::Expected<SmallVector<HostTensor>>
collectInputs(Session &session, const RunOptions &options,
              SmallVectorImpl<Array> &arrays) {
  FunctionType type = session.executor->getFunctionType();
  SmallVector<HostTensor> inputs(type.getNumInputs());
  if (options.seed)
    inputs = drawInputs(type, *options.seed);
  for (const auto &[name, file] : options.inputs) {
    auto spec = llvm::find_if(session.inputs, [&, &name = name](auto &spec) {
      return spec.name == name;
    });
    if (spec == session.inputs.end()) {
      auto names =
          llvm::map_range(session.inputs, [](auto &spec) { return spec.name; });
      return llvm::createStringError(
          "--input: the model has no input '" + name +
          "'; its inputs are: " + llvm::join(names, ", "));
    }
    llvm::Expected<Array> array = readNpy(file);
    if (!array)
      return array.takeError();
    llvm::Expected<Array> converted = convertInput(*array, *spec, file);
    if (!converted)
      return converted.takeError();
    arrays.push_back(std::move(*converted));
    size_t index = spec - session.inputs.begin();
    inputs[index] = borrowArray(arrays.back(),
                                cast<RankedTensorType>(type.getInput(index)));
  }
  SmallVector<std::string> missing;
  for (auto [spec, tensor] : llvm::zip_equal(session.inputs, inputs))
    if (!tensor)
      missing.push_back(spec.name);
  if (!missing.empty())
    return llvm::createStringError(
        "no data for input " + llvm::join(missing, ", ") +
        "; give --input=NAME=FILE.npy, or --seed=N to draw random inputs");
  return inputs;
}

llvm::Error mopt::runOnce(Session &session, const RunOptions &options) {
  SmallVector<Array> arrays;
  llvm::Expected<SmallVector<HostTensor>> inputs =
      collectInputs(session, options, arrays);
  if (!inputs)
    return inputs.takeError();
  llvm::Expected<SmallVector<HostTensor>> outputs =
      session.executor->run(*inputs);
  if (!outputs)
    return outputs.takeError();

  if (!options.outputDir.empty())
    if (std::error_code error =
            llvm::sys::fs::create_directories(options.outputDir))
      return llvm::createStringError("cannot make the folder " +
                                     options.outputDir + ": " +
                                     error.message());
  llvm::json::Array report;
  for (auto [index, output] : llvm::enumerate(*outputs)) {
    std::string name = getResultName(session.function, index);
    std::string path;
    if (!options.outputDir.empty()) {
      llvm::SmallString<128> file(options.outputDir);
      llvm::sys::path::append(file, getFileName(name, index));
      path = file.str().str();
      llvm::Expected<Array> array = copyToArray(output);
      if (!array)
        return array.takeError();
      if (llvm::Error error = writeNpy(*array, path))
        return error;
    }
    if (options.json) {
      llvm::json::Object entry{{"name", name},
                               {"type", getTypeString(output.getType())}};
      if (!path.empty())
        entry["file"] = path;
      report.push_back(std::move(entry));
      continue;
    }
    llvm::outs() << name << ": " << output.getType();
    if (!path.empty())
      llvm::outs() << " -> " << path;
    llvm::outs() << "\n";
    // Without a folder the values are all there is to show.
    if (path.empty()) {
      llvm::outs() << "  ";
      int64_t shown = std::min<int64_t>(output.getNumElements(), 10);
      for (int64_t i = 0; i < shown; ++i)
        llvm::outs() << getRealElement(output, i) << " ";
      llvm::outs() << (shown < output.getNumElements() ? "...\n" : "\n");
    }
  }
  if (options.json) {
    llvm::json::Object object{{"outputs", std::move(report)}};
    session.describeDevice(object);
    llvm::outs() << llvm::json::Value(std::move(object)) << "\n";
  }
  return llvm::Error::success();
}
