//===- LayerCapture.cpp - Observing layers of a model under compression -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerCapture.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Runtime/SampleLoop.h"

#include <thread>

using namespace mlir;
using namespace mlir::mopt;

/// Tensors of all samples are kept between layers up to this many bytes.
static constexpr int64_t kKeptBytes = int64_t(256) << 20;
/// Samples whose rows are in memory at once.
static constexpr int64_t kSamplesAtOnce = 8;

/// Makes the fused activation of a layer an op of its own and returns the
/// result of that; the layer's result is what it computed before it.
static Value splitActivation(Operation *op) {
  auto fused =
      op->getAttrOfType<ActivationFunctionAttr>("fused_activation_function");
  if (!fused || fused.getValue() == ActivationFunction::NONE)
    return op->getResult(0);
  op->setAttr(
      "fused_activation_function",
      ActivationFunctionAttr::get(op->getContext(), ActivationFunction::NONE));
  OpBuilder builder(op);
  builder.setInsertionPointAfter(op);
  Value value = op->getResult(0);
  Operation *made;
  switch (fused.getValue()) {
  case ActivationFunction::RELU:
    made = ReluOp::create(builder, op->getLoc(), value.getType(), value);
    break;
  case ActivationFunction::RELU6:
    made = Relu6Op::create(builder, op->getLoc(), value.getType(), value);
    break;
  default:
    made = ReluN1To1Op::create(builder, op->getLoc(), value.getType(), value);
    break;
  }
  value.replaceAllUsesExcept(made->getResult(0), made);
  return made->getResult(0);
}

LayerCapture::LayerCapture(func::FuncOp func, ArrayRef<LinearLayer> layers,
                           const SampleSource &source, const Options &options)
    : func(func), layers(layers), source(source), options(options),
      threads(options.threads ? options.threads
                              : std::thread::hardware_concurrency()) {
  now = std::make_unique<PiecewiseModel>(func, threads, options.plan);
  progress = std::make_unique<Progress>("reconstructing layer", layers.size());
}

/// The ops of `func` that are no constants.
static SmallVector<Operation *> getComputations(func::FuncOp func) {
  SmallVector<Operation *> ops;
  for (Operation &op : func.getBody().front())
    if (!isa<ConstOp, NoValueOp>(op))
      ops.push_back(&op);
  return ops;
}

llvm::Error LayerCapture::cloneReference() {
  func::FuncOp reference = options.reference ? options.reference : func;
  original = ModuleOp::create(func.getLoc());
  OpBuilder builder(func.getContext());
  builder.setInsertionPointToEnd(original->getBody());
  auto copy = cast<func::FuncOp>(builder.clone(*reference));
  if (auto symbols = reference->getParentOfType<ModuleOp>())
    for (auto other : symbols.getOps<func::FuncOp>())
      if (other != reference)
        builder.clone(*other);

  SmallVector<Operation *> ops = getComputations(func),
                           twins = getComputations(copy);
  auto isTwin = [](auto pair) {
    auto [op, twin] = pair;
    return op->getName() == twin->getName() &&
           op->getResultTypes() == twin->getResultTypes();
  };
  if (func.getFunctionType() != copy.getFunctionType() ||
      ops.size() != twins.size() ||
      !llvm::all_of(llvm::zip(ops, twins), isTwin))
    return llvm::createStringError(
        "the function has other ops than the one that it is compared with");
  for (auto [value, twin] :
       llvm::zip_equal(func.getArguments(), copy.getArguments()))
    toOriginal[value] = twin;
  DenseMap<Operation *, Operation *> twinOf;
  for (auto [op, twin] : llvm::zip_equal(ops, twins)) {
    twinOf[op] = twin;
    for (auto [value, other] :
         llvm::zip_equal(op->getResults(), twin->getResults()))
      toOriginal[value] = other;
  }
  for (const LinearLayer &layer : layers) {
    Operation *op = twinOf.lookup(layer.getOp());
    linear[layer.getOp()] = op->getResult(0);
    toOriginal[layer.getResult()] = splitActivation(op);
  }
  before = std::make_unique<PiecewiseModel>(copy, threads, nullptr);
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<LayerCapture>>
LayerCapture::create(func::FuncOp func, ArrayRef<LinearLayer> layers,
                     const SampleSource &source, const Options &options) {
  for (Operation &op : func.getBody().front())
    if (isa<CallOnceOp, VarHandleOp>(op))
      return llvm::createStringError(
          "the function has resources (" + op.getName().getStringRef() +
          "), so that its ops cannot be run one after the other");
  std::unique_ptr<LayerCapture> capture(
      new LayerCapture(func, layers, source, options));
  if (llvm::Error error = capture->cloneReference())
    return std::move(error);
  return capture;
}

llvm::Error LayerCapture::load(int64_t sample, State &state) {
  SmallVector<Array> arrays;
  llvm::Expected<SmallVector<HostTensor>> inputs =
      source.load(options.first + sample, arrays);
  if (!inputs)
    return inputs.takeError();
  for (auto [argument, input] :
       llvm::zip_equal(func.getBody().front().getArguments(), *inputs)) {
    HostTensor copy =
        HostTensor::allocate(input.getType(), input.getBytes().size());
    llvm::copy(input.getBytes(), copy.getMutableBytes().begin());
    state.now[argument] = copy;
    state.before[toOriginal.lookup(argument)] = copy;
  }
  return llvm::Error::success();
}

/// The operand beside the layer's result in an addition that alone reads it,
/// where that operand is known when the layer runs.
LayerCapture::Residual
LayerCapture::findResidual(const LinearLayer &layer) const {
  Value result = layer.getResult();
  if (!options.residual || !result.hasOneUse() ||
      linear.lookup(layer.getOp()) != toOriginal.lookup(result))
    return {};
  auto add = dyn_cast<AddOp>(*result.getUsers().begin());
  if (!add || add.getType() != result.getType())
    return {};
  OpOperand &skip =
      add->getOpOperand(result.getUses().begin()->getOperandNumber() == 0);
  Operation *producer = skip.get().getDefiningOp();
  if (skip.get().getType() != result.getType() || getConstant(skip.get()) ||
      (producer && !producer->isBeforeInBlock(layer.getOp())))
    return {};
  return {&skip, toOriginal.lookup(skip.get())};
}

/// The elements of `tensor` as the reader of `operand` sees them.
static std::vector<float> readAs(const HostTensor &tensor,
                                 quant::UniformQuantizedType type) {
  std::vector<float> values(tensor.as<float>());
  if (!type)
    return values;
  auto scale = static_cast<float>(type.getScale());
  for (float &value : values)
    value = scale *
            static_cast<float>(quantizeValue(value, scale, type.getZeroPoint(),
                                             type.getStorageTypeMin(),
                                             type.getStorageTypeMax()) -
                               type.getZeroPoint());
  return values;
}

llvm::Expected<LayerStatistics> LayerCapture::captureNext() {
  const LinearLayer &layer = layers[next++];
  Operation *op = layer.getOp();
  Value target = linear.lookup(op);
  if (llvm::Error error = now->addPiece(op))
    return std::move(error);
  if (llvm::Error error =
          before->addPiece(target.getDefiningOp()->getNextNode()))
    return std::move(error);
  Residual residual = findResidual(layer);
  OpOperand &input = layer.getInputOperand();

  LayerStatistics statistics(layer.getShape(), options.covariances);
  int64_t count = source.size() - options.first;
  std::vector<State> states;
  bool keeps = false;
  std::vector<std::optional<RowPanel>> panels(kSamplesAtOnce);
  auto observe = [&](unsigned thread, int64_t sample) -> llvm::Error {
    State state;
    // Where the new tensors are kept, the old ones are not needed again.
    if (!kept.empty() && keeps)
      state = std::move(kept[sample]);
    else if (!kept.empty())
      state = kept[sample];
    else if (llvm::Error error = load(sample, state))
      return error;
    if (llvm::Error error = now->run(thread, checkpoint, state.now))
      return error;
    if (llvm::Error error = before->run(thread, checkpoint, state.before))
      return error;
    std::vector<float> inputs =
        readAs(state.now[input.get()], now->getConversion(input));
    std::vector<float> wanted = readAs(state.before[target], {});
    if (residual.skip) {
      std::vector<float> have = readAs(state.now[residual.skip->get()],
                                       now->getConversion(*residual.skip));
      ArrayRef<float> had = state.before[residual.before].as<float>();
      for (auto [value, old, current] : llvm::zip_equal(wanted, had, have))
        value += old - current;
    }
    panels[sample % kSamplesAtOnce] = layer.gather(inputs, wanted);
    if (sample == 0) {
      int64_t bytes = 0;
      for (const PiecewiseModel::Tensors &tensors : {state.now, state.before})
        for (const auto &entry : tensors)
          bytes += entry.second.getBytes().size();
      keeps = bytes * count <= kKeptBytes;
      if (keeps)
        states.resize(count);
    }
    if (keeps)
      states[sample] = std::move(state);
    return llvm::Error::success();
  };
  // The first sample alone: it decides whether the others are kept.
  for (int64_t begin = 0, end = 1; begin < count;
       begin = end, end = std::min(end + kSamplesAtOnce, count)) {
    if (llvm::Error error = forEachSample(begin, end, threads, observe))
      return std::move(error);
    SmallVector<RowPanel> ordered;
    for (int64_t sample = begin; sample < end; ++sample)
      ordered.push_back(std::move(*panels[sample % kSamplesAtOnce]));
    statistics.add(ordered, threads);
  }
  if (keeps) {
    kept = std::move(states);
    checkpoint = now->getNumPieces();
  }
  progress->advance();
  if (!statistics.isFinite())
    return llvm::createStringError(describeOp(op) +
                                   " meets NaN or infinity on the data");
  return statistics;
}
