//===- RefreshWeights.cpp - New weights for a compiled model ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/EdgeTPU/RefreshWeights.h"

#include "Package.h"
#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h"
#include "mopt/Target/EdgeTPU/ParameterLayout.h"
#include "mopt/Target/EdgeTPU/Report.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/Endian.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::edgetpu_format;

using Bytes = std::vector<uint8_t>;

/// The one Edge TPU op of a compiled model.
static llvm::Expected<CustomOp> findCompiledOp(ModuleOp compiled) {
  CustomOp found;
  int64_t count = 0;
  compiled.walk([&](CustomOp op) {
    if (op.getCustomCode() != kCustomCode)
      return;
    found = op;
    ++count;
  });
  if (count != 1)
    return llvm::createStringError("the package has " + Twine(count) + " '" +
                                   kCustomCode + "' operators instead of one");
  return found;
}

/// The executable that loads the parameters, if it loads them all.
static llvm::Expected<const LoadedExecutable *>
findParameters(const LoadedPackage &package) {
  using Type = edgetpu::ExecutableType;
  const LoadedExecutable *run = package.find(Type::EXECUTION_ONLY);
  if (run && !run->getParameters().empty())
    return llvm::createStringError(
        "the package sends " + Twine(run->getParameters().size()) +
        " bytes of parameters with every inference; only packages whose "
        "parameters all stay on the chip can be refreshed");
  const LoadedExecutable *cache = package.find(Type::PARAMETER_CACHING);
  if (!cache)
    cache = package.find(Type::STAND_ALONE);
  if (!cache || cache->getParameters().empty())
    return llvm::createStringError("the package holds no parameters");
  if (package.root && package.root->signature() &&
      package.root->signature()->size())
    return llvm::createStringError("the package is signed");
  return cache;
}

static func::FuncOp getMain(ModuleOp module) {
  auto functions = module.getOps<func::FuncOp>();
  return functions.empty() ? func::FuncOp() : *functions.begin();
}

/// The ops that the compiler maps, in order.
static std::vector<Operation *> getMappedOps(ModuleOp module) {
  std::vector<Operation *> ops;
  if (func::FuncOp func = getMain(module))
    for (const PlacedOp &placed : predictEdgeTPU(func).ops)
      if (placed.placement == Placement::Mapped)
        ops.push_back(placed.op);
  return ops;
}

//===----------------------------------------------------------------------===//
// Whether package and model fit
//===----------------------------------------------------------------------===//

static std::vector<std::string> printTypes(llvm::SetVector<Value> values) {
  std::vector<std::string> types;
  for (Value value : values) {
    types.emplace_back();
    llvm::raw_string_ostream os(types.back());
    value.getType().print(os);
  }
  llvm::sort(types);
  return types;
}

/// Compares the tensors at the border of the chip.
static llvm::Error checkBorder(ArrayRef<Operation *> ops, CustomOp compiled) {
  llvm::SetVector<Value> inputs, outputs;
  llvm::SmallPtrSet<Operation *, 32> inside(ops.begin(), ops.end());
  for (Operation *op : ops) {
    for (Value operand : op->getOperands()) {
      Operation *producer = operand.getDefiningOp();
      if (!isa<RankedTensorType>(operand.getType()) ||
          (producer && (inside.contains(producer) || isa<ConstOp>(producer))))
        continue;
      inputs.insert(operand);
    }
    for (Value result : op->getResults())
      if (llvm::any_of(result.getUsers(),
                       [&](Operation *user) { return !inside.contains(user); }))
        outputs.insert(result);
  }
  auto compare = [&](StringRef what, const llvm::SetVector<Value> &mine,
                     ValueRange theirs) -> llvm::Error {
    llvm::SetVector<Value> values(theirs.begin(), theirs.end());
    std::vector<std::string> expected = printTypes(mine);
    std::vector<std::string> actual = printTypes(values);
    for (size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
      StringRef e = i < expected.size() ? StringRef(expected[i]) : "nothing";
      StringRef a = i < actual.size() ? StringRef(actual[i]) : "nothing";
      if (e != a)
        return llvm::createStringError(
            "the package was compiled of another model: its " + what + " is " +
            a + " where the model has " + e);
    }
    return llvm::Error::success();
  };
  if (llvm::Error error = compare("input", inputs, compiled.getInputs()))
    return error;
  return compare("output", outputs, compiled.getOutputs());
}

static llvm::Error checkLayout(ArrayRef<Operation *> ops, int64_t held) {
  int64_t bytes = 0;
  for (Operation *op : ops) {
    EdgeTPUParameters parameters = getEdgeTPUParameters(op);
    if (!parameters.isExact)
      return llvm::createStringError("the layout of the parameters of " +
                                     getOperatorName(op) + " is not known");
    bytes += parameters.cached;
  }
  if (bytes != held)
    return llvm::createStringError(
        "the package was compiled of another model: it holds " + Twine(held) +
        " bytes of parameters, the model's layers take " + Twine(bytes));
  return llvm::Error::success();
}

/// Compares `model` with the model that was compiled, op by op.
static llvm::Error checkSource(ArrayRef<Operation *> ops,
                               ArrayRef<Operation *> sources) {
  if (ops.size() != sources.size())
    return llvm::createStringError("the model has " + Twine(ops.size()) +
                                   " operators for the chip, its source " +
                                   Twine(sources.size()));
  auto types = [](Operation *op) {
    SmallVector<Type> all(op->getOperandTypes());
    llvm::append_range(all, op->getResultTypes());
    return all;
  };
  for (auto [op, source] : llvm::zip(ops, sources))
    if (op->getName() != source->getName() || types(op) != types(source))
      return llvm::createStringError(
          getOperatorName(op) + " '" + getTensorName(op->getResult(0)) +
          "' has other shapes, scales or zero points than in the model that "
          "was compiled");
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// The parameters
//===----------------------------------------------------------------------===//

/// The compiler's factors may differ from ours in the last bit: then they stay.
static llvm::Error keepFactors(Operation *op, ArrayRef<uint8_t> old,
                               MutableArrayRef<uint8_t> bytes) {
  std::vector<float> factors = getEdgeTPUFactors(op);
  for (auto [channel, factor] : llvm::enumerate(factors)) {
    int64_t at = getEdgeTPUFactorOffset(op, channel);
    float held =
        llvm::bit_cast<float>(llvm::support::endian::read32le(old.data() + at));
    if (std::abs(held - factor) > std::ldexp(std::abs(factor), -23))
      return llvm::createStringError(
          "layer '" + getTensorName(op->getResult(0)) + "': channel " +
          Twine(channel) + " has another scale than in the package");
    std::copy_n(old.data() + at, sizeof(float), bytes.data() + at);
  }
  return llvm::Error::success();
}

/// Writes the layers of `ops` over `parameters`, where those of a package are.
static llvm::Error
writeLayers(ArrayRef<Operation *> ops, Bytes &parameters,
            llvm::function_ref<void(Operation *, bool changed)> written) {
  size_t offset = 0;
  for (Operation *op : ops) {
    size_t size = getEdgeTPUParameters(op).cached;
    if (hasEdgeTPUWeights(op)) {
      MutableArrayRef<uint8_t> bytes(parameters.data() + offset, size);
      Bytes old(bytes.begin(), bytes.end());
      if (llvm::Error error = encodeEdgeTPUParameters(op, bytes))
        return error;
      if (llvm::Error error = keepFactors(op, old, bytes))
        return error;
      written(op, bytes != ArrayRef<uint8_t>(old));
    }
    offset += size;
  }
  return llvm::Error::success();
}

llvm::Expected<RefreshedModel> mopt::refreshEdgeTPUWeights(ModuleOp model,
                                                           ModuleOp compiled,
                                                           StringRef file,
                                                           ModuleOp source) {
  llvm::Expected<CustomOp> op = findCompiledOp(compiled);
  if (!op)
    return op.takeError();
  ArrayRef<char> options = getCustomOptions(*op);
  llvm::Expected<LoadedPackage> package = loadPackage(options);
  if (!package)
    return package.takeError();
  llvm::Expected<const LoadedExecutable *> executable =
      findParameters(*package);
  if (!executable)
    return executable.takeError();
  ArrayRef<uint8_t> held = (*executable)->getParameters();

  std::vector<Operation *> ops = getMappedOps(model);
  if (llvm::Error error = checkLayout(ops, held.size()))
    return error;
  if (llvm::Error error = checkBorder(ops, *op))
    return error;
  if (source) {
    std::vector<Operation *> sources = getMappedOps(source);
    if (llvm::Error error = checkSource(ops, sources))
      return error;
    Bytes again(held.begin(), held.end());
    std::string different;
    auto compare = [&](Operation *layer, bool changed) {
      if (changed && different.empty())
        different = getTensorName(layer->getResult(0)).str();
    };
    if (llvm::Error error = writeLayers(sources, again, compare))
      return error;
    if (again != Bytes(held.begin(), held.end()))
      return llvm::createStringError(
          "the package was not compiled of the given source: layer '" +
          different + "' has other parameters");
  }

  RefreshedModel refreshed;
  Bytes parameters(held.begin(), held.end());
  if (llvm::Error error =
          writeLayers(ops, parameters, [&](Operation *, bool changed) {
            ++refreshed.layers;
            refreshed.changed += changed;
          }))
    return error;
  size_t at = file.find(StringRef(options.data(), options.size()));
  if (at == StringRef::npos)
    return llvm::createStringError("the package is no .tflite file");
  refreshed.file = file.str();
  refreshed.bytes = parameters.size();
  std::memcpy(refreshed.file.data() + at + (*executable)->getParametersOffset(),
              parameters.data(), parameters.size());
  return refreshed;
}
