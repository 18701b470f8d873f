//===- MigrateScales.cpp - From activations with outliers to weights ------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Calibration/ObservedModel.h"
#include "../Quantization/StoredWeights.h"
#include "ChannelFactors.h"
#include "ObservedLayers.h"
#include "mlir/IR/Remarks.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "llvm/ADT/MapVector.h"

#include <cmath>
#include <mutex>

namespace mlir::mopt {
#define GEN_PASS_DEF_MIGRATESCALESPASS
#include "mopt/Transforms/Reconstruction/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// What makes a value smaller, channel by channel.
struct Absorbers {
  /// Layers whose rows are the channels.
  SmallVector<Operation *> layers;
  /// Constants that are added or multiplied, a channel beside the next.
  SmallVector<OpOperand *> constants;
  /// What becomes smaller on the way.
  SmallVector<Value> values;

  void append(const Absorbers &others) {
    layers.append(others.layers);
    constants.append(others.constants);
    values.append(others.values);
  }
};

/// A value that only layers read.
struct Group {
  Value value;
  int64_t channels;
  SmallVector<Operation *> readers;
  Absorbers absorbers;
  /// The largest magnitude of each channel on the data.
  std::vector<float> magnitudes;
};

class Migration {
public:
  Migration(func::FuncOp func, const OpFilter &filter);

  bool isEmpty() const { return groups.empty(); }
  llvm::Error observe(const SampleSource &source, int64_t first,
                      unsigned threads);
  void run(double alpha);

private:
  std::string collectReaders(Value value, Group &group);
  std::string findAbsorbers(Value value, int64_t channels, Absorbers &found);
  std::string findForLayer(Operation *op, int64_t channels, Absorbers &found);
  std::vector<double> getDivisors(const Group &group, double alpha) const;
  void multiplyInputs(Operation *op, ArrayRef<double> factors);

  func::FuncOp func;
  /// Layers that may change, and why the others may not.
  llvm::MapVector<Operation *, ScaledLayer> layers;
  DenseMap<Operation *, std::string> refused;
  std::vector<Group> groups;
};

} // namespace

/// Elements of the last dimension of a float32 tensor of known shape; 0 for
/// others.
static int64_t getChannels(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.hasStaticShape() || type.getRank() == 0 ||
      !type.getElementType().isF32())
    return 0;
  return type.getShape().back();
}

Migration::Migration(func::FuncOp func, const OpFilter &filter) : func(func) {
  for (Operation &op : func.getBody().front()) {
    std::string reason;
    std::optional<LinearLayer> linear = LinearLayer::match(&op, reason);
    if (!linear) {
      refused[&op] = reason;
      continue;
    }
    if (!linear->getWeightConstant()->hasOneUse())
      reason = "its weights are shared";
    else if (isClustered(linear->getWeights()))
      reason = "its weights are clustered";
    else
      reason = filter.getReasonToSkip(&op).str();
    if (reason.empty())
      layers.insert({&op, ScaledLayer(*linear)});
    else
      refused[&op] = reason;
  }
  for (auto &[op, layer] : layers) {
    // A reshape moves no channel: what counts is what it reads.
    Value value = layer.linear.getInput();
    while (auto reshape = value.getDefiningOp<ReshapeOp>())
      value = reshape->getOperand(0);
    if (llvm::any_of(groups,
                     [&](const Group &group) { return group.value == value; }))
      continue;
    Group group;
    group.value = value;
    group.channels = getChannels(value);
    std::string reason = "its input has no channels";
    if (group.channels > 0)
      reason = collectReaders(value, group);
    if (reason.empty())
      reason = findAbsorbers(value, group.channels, group.absorbers);
    llvm::sort(group.readers, [](Operation *lhs, Operation *rhs) {
      return lhs->isBeforeInBlock(rhs);
    });
    if (reason.empty())
      groups.push_back(std::move(group));
    else
      remark::missed(
          op->getLoc(),
          remark::RemarkOpts::name("ScaleMigration").category("quantize"))
          << describeOp(op) + " takes no scales of its input: " + reason;
  }
}

/// Fills the readers of the group; or says why there are others than layers.
std::string Migration::collectReaders(Value value, Group &group) {
  for (OpOperand &use : value.getUses()) {
    Operation *reader = use.getOwner();
    if (isa<ReshapeOp>(reader) && use.getOperandNumber() == 0) {
      group.absorbers.values.push_back(reader->getResult(0));
      std::string reason = collectReaders(reader->getResult(0), group);
      if (!reason.empty())
        return reason;
      continue;
    }
    auto layer = layers.find(reader);
    if (layer == layers.end() || use.getOperandNumber() != 0) {
      StringRef why = refused[reader];
      return (describeOp(reader) + " reads it too" +
              (why.empty() ? "" : ", and " + why.str()));
    }
    const LinearLayer &linear = layer->second.linear;
    const LayerShape &shape = linear.getShape();
    bool isPlain = isa<FullyConnectedOp>(reader) ||
                   getChannels(reader->getOperand(0)) == group.channels;
    if (shape.groups != 1 || linear.isDepthwise() || !isPlain ||
        shape.inputs % group.channels != 0)
      return "the channels are not the inputs of " + describeOp(reader);
    group.readers.push_back(reader);
  }
  return "";
}

/// A layer that computes the channels, each by a row.
std::string Migration::findForLayer(Operation *op, int64_t channels,
                                    Absorbers &found) {
  auto layer = layers.find(op);
  if (layer == layers.end())
    return describeOp(op) + " computes it" +
           (refused[op].empty() ? "" : ", and " + refused[op]);
  if (layer->second.linear.getShape().getWeightRows() != channels)
    return describeOp(op) + " has other channels";
  ActivationFunction fused = getFusedActivation(op);
  if (!keepsPositiveFactors(fused))
    return (describeOp(op) + " clips it at a fixed value (" +
            stringifyActivationFunction(fused) + ")")
        .str();
  found.layers.push_back(op);
  return "";
}

/// Finds what `value` can be divided in, channel by channel; or says why there
/// is nothing.
std::string Migration::findAbsorbers(Value value, int64_t channels,
                                     Absorbers &found) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return "it is an input of the function";
  found.values.push_back(value);
  if (layers.contains(op) || !refused.lookup(op).empty())
    return findForLayer(op, channels, found);
  if (!keepsPositiveFactors(getFusedActivation(op)))
    return describeOp(op) + " clips it at a fixed value";
  auto findInOperand = [&](unsigned index, Absorbers &into) -> std::string {
    Value operand = op->getOperand(index);
    if (getChannels(operand) != channels)
      return "an operand of " + describeOp(op) + " has other channels";
    if (auto constant = operand.getDefiningOp<ConstOp>()) {
      if (!ConstBytes::read(constant))
        return "a constant of " + describeOp(op) + " is not stored densely";
      into.constants.push_back(&op->getOpOperand(index));
      return "";
    }
    if (!operand.hasOneUse())
      return "an operand of " + describeOp(op) + " has other readers";
    return findAbsorbers(operand, channels, into);
  };
  // All terms of a sum become smaller, but only one factor of a product.
  if (isa<AddOp, SubOp>(op)) {
    for (unsigned index : {0, 1})
      if (std::string reason = findInOperand(index, found); !reason.empty())
        return reason;
    return "";
  }
  if (isa<MulOp>(op)) {
    std::string reason;
    // A constant costs least.
    bool first = isa_and_nonnull<ConstOp>(op->getOperand(0).getDefiningOp());
    for (unsigned index : {first ? 0 : 1, first ? 1 : 0}) {
      Absorbers more;
      reason = findInOperand(index, more);
      if (!reason.empty())
        continue;
      found.append(more);
      return "";
    }
    return reason;
  }
  if (carriesFactors(op) && !isa<ReshapeOp>(op))
    return findInOperand(0, found);
  return "it is computed by " + describeOp(op);
}

llvm::Error Migration::observe(const SampleSource &source, int64_t first,
                               unsigned threads) {
  if (first >= source.size())
    return llvm::createStringError("there are " + Twine(source.size()) +
                                   " samples; first is " + Twine(first));
  llvm::Expected<ObservedModel> model = ObservedModel::create(func, threads);
  if (!model)
    return model.takeError();
  std::vector<Group *> wanted(model->getValues().size());
  for (auto [index, value] : llvm::enumerate(model->getValues()))
    for (Group &group : groups)
      if (group.value == value) {
        group.magnitudes.assign(group.channels, 0.0f);
        wanted[index] = &group;
      }
  std::mutex mutex;
  auto add = [&](int64_t sample, size_t index, ArrayRef<float> elements,
                 std::optional<ValueRange32>) -> llvm::Error {
    Group *group = wanted[index];
    if (!group)
      return llvm::Error::success();
    std::vector<float> largest(group->channels, 0.0f);
    for (size_t i = 0; i < elements.size(); ++i) {
      if (!std::isfinite(elements[i]))
        return llvm::createStringError(
            "the input of " + describeOp(group->readers.front()) +
            " holds NaN or infinity on " + source.describe(sample));
      float &most = largest[i % largest.size()];
      most = std::max(most, std::abs(elements[i]));
    }
    std::lock_guard<std::mutex> lock(mutex);
    for (auto [most, here] : llvm::zip_equal(group->magnitudes, largest))
      most = std::max(most, here);
    return llvm::Error::success();
  };
  return model->run(source, first, source.size(), add);
}

/// What each channel is divided by: |x|^alpha / |w|^(1 - alpha), of the largest
/// magnitudes.
std::vector<double> Migration::getDivisors(const Group &group,
                                           double alpha) const {
  std::vector<double> weights(group.channels);
  for (Operation *reader : group.readers) {
    const std::vector<double> &values = layers.find(reader)->second.weights;
    for (size_t i = 0; i < values.size(); ++i) {
      double &most = weights[i % weights.size()];
      most = std::max(most, std::abs(values[i]));
    }
  }
  std::vector<double> divisors(group.channels, 1.0);
  for (int64_t channel = 0; channel < group.channels; ++channel)
    // What is zero throughout has no scale.
    if (group.magnitudes[channel] > 0.0f && weights[channel] > 0.0)
      divisors[channel] =
          std::pow(static_cast<double>(group.magnitudes[channel]), alpha) /
          std::pow(weights[channel], 1.0 - alpha);
  return divisors;
}

/// Divides the constant, whose last dimension is the channels.
static void divideConstant(OpOperand &operand, ArrayRef<double> divisors) {
  auto constant = operand.get().getDefiningOp<ConstOp>();
  std::optional<ConstBytes> bytes = ConstBytes::read(constant);
  ArrayRef<float> values = bytes->as<float>();
  AsmResourceBlob blob = allocateConstBlob(values.size() * sizeof(float));
  auto *out = reinterpret_cast<float *>(blob.getMutableData().data());
  for (size_t i = 0; i < values.size(); ++i)
    out[i] = static_cast<float>(values[i] / divisors[i % divisors.size()]);
  OpBuilder builder(operand.getOwner());
  TensorAttr info = getTensorInfo(operand.get());
  operand.set(createConst(builder, constant.getLoc(),
                          cast<RankedTensorType>(constant.getType()),
                          std::move(blob),
                          info ? withRange(builder.getContext(), info, {}, {})
                               : TensorAttr())
                  .getResult());
}

void Migration::multiplyInputs(Operation *op, ArrayRef<double> factors) {
  for (auto [i, weight] : llvm::enumerate(layers.find(op)->second.weights))
    weight *= factors[i % factors.size()];
}

void Migration::run(double alpha) {
  // Of the model as it was: groups may share layers.
  std::vector<std::vector<double>> divisors;
  for (const Group &group : groups)
    divisors.push_back(getDivisors(group, alpha));
  llvm::SetVector<Operation *> changed;
  for (auto [group, divisor] : llvm::zip_equal(groups, divisors)) {
    for (Operation *reader : group.readers) {
      multiplyInputs(reader, divisor);
      changed.insert(reader);
    }
    for (Operation *op : group.absorbers.layers) {
      for (auto [row, value] : llvm::enumerate(divisor))
        layers.find(op)->second.divideRow(row, value);
      changed.insert(op);
    }
    for (OpOperand *operand : group.absorbers.constants)
      divideConstant(*operand, divisor);
    for (Value value : group.absorbers.values)
      dropRange(value);
    remark::passed(
        group.readers.front()->getLoc(),
        remark::RemarkOpts::name("ScaleMigration").category("quantize"))
        << describeOp(group.readers.front())
        << remark::metric("readers", group.readers.size())
        << remark::metric("channels", group.channels);
  }
  for (Operation *op : changed)
    layers.find(op)->second.write();
}

namespace {

struct MigrateScalesPass
    : public mlir::mopt::impl::MigrateScalesPassBase<MigrateScalesPass> {
  using MigrateScalesPassBase::MigrateScalesPassBase;

  void runOnOperation() override {
    FailureOr<OpFilter> filter = OpFilter::create(
        getOperation(), getArgument(), {exclude, only, excludeOps, onlyOps});
    if (failed(filter))
      return signalPassFailure();
    if (llvm::Error error = migrate(*filter)) {
      mlir::emitError(getOperation().getLoc())
          << getArgument() << ": " << llvm::toString(std::move(error));
      signalPassFailure();
    }
  }

private:
  llvm::Error migrate(const OpFilter &filter) {
    if (!(alpha >= 0.0 && alpha <= 1.0))
      return llvm::createStringError("alpha is " +
                                     std::to_string(alpha.getValue()) +
                                     ", must be between 0 and 1");
    if (samples < 0 || first < 0)
      return llvm::createStringError("samples and first must not be negative");
    auto funcs = getOperation().getOps<func::FuncOp>();
    if (funcs.empty() || (*funcs.begin()).isExternal())
      return llvm::createStringError("there is no function");
    if (data.empty())
      return llvm::createStringError("no data; give samples with data=FILE");
    func::FuncOp func = *funcs.begin();
    ObservedLayerSettings settings;
    settings.preprocess = preprocess;
    llvm::Expected<Preprocess> steps = getPreprocess(getOperation(), settings);
    if (!steps)
      return steps.takeError();
    Migration migration(func, filter);
    if (migration.isEmpty())
      return llvm::Error::success();
    llvm::Expected<std::unique_ptr<SampleSource>> source =
        openSamples(func, data, samples > 0 ? first + samples : 0, *steps);
    if (!source)
      return source.takeError();
    if (llvm::Error error = migration.observe(**source, first, threads))
      return error;
    migration.run(alpha);
    eraseUnusedConstants(getOperation());
    return llvm::Error::success();
  }
};

} // namespace
