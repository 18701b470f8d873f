//===- ReadyExecutor.cpp - Models that need no code of their own ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelPipeline.h"
#include "Program.h"
#include "ReadyKernels.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mopt/Conversion/MoptToKernel/KernelTarget.h"
#include "mopt/Dialect/Kernel/IR/KernelOps.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Target/CPU/Observation.h"
#include "mopt/Transforms/Utils/BufferPlacement.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

/// Ops that have no kernel are computed by their evaluators, element by
/// element: with more elements than this in all, compiling is worth it.
static constexpr int64_t kMaxEvaluated = 1 << 18;

/// The kernels for the tiles that `mcpu` gets, if this CPU runs them.
static const ReadyKernels *getKernels(StringRef mcpu) {
#if defined(__x86_64__)
  Expected<KernelTarget> target = getKernelTarget(mcpu);
  if (!target) {
    llvm::consumeError(target.takeError());
    return nullptr;
  }
  if (target->lanes == kReadyAVX512.lanes &&
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl"))
    return &kReadyAVX512;
  if (target->lanes == kReadyAVX2.lanes && target->fuses &&
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &kReadyAVX2;
#endif
  return nullptr;
}

namespace {

/// Where the elements of a value are.
struct Place {
  enum Kind { Absent, Input, Data, Constant, Arena } kind = Absent;
  /// Of the input, weight or constant; the offset in the arena.
  int64_t index = 0;
  RankedTensorType type;
};

struct Step {
  enum Kind { Kernel, Add, Mean, Evaluate, Observe } kind;
  Operation *op;
  SmallVector<Place, 4> inputs, outputs;
  ReadyLayer layer;
  ReadyFunction function = nullptr;
  ReadyMean mean = {};
  /// No result of a kernel is larger than `gain` times the largest input, plus
  /// `offset`.
  double gain = 0.0, offset = 0.0;
  /// The step that made or observed the (first) input, or -1.
  int64_t source = -1;
  /// Of observers: the index of the value.
  int64_t observed = 0;
};

/// What clones share.
struct ReadyProgram : Program {
  OwningOpRef<ModuleOp> module;
  std::vector<HostTensor> constants;
  std::vector<Step> steps;
  const ReadyKernels *kernels;
  RequantizeMode mode;
  ShowFunction show;
  int64_t arenaBytes = 0;
};

/// Makes the steps of a function whose layers are kernels.
class Planner {
public:
  Planner(ReadyProgram &program, func::FuncOp func, const ReadyKernels &kernels)
      : program(program), func(func), kernels(kernels) {}

  /// False where an op has no place here.
  bool plan();

private:
  struct Buffer {
    BufferDemand demand;
    /// The step that sees all of it first, or -1.
    int64_t source;
  };

  bool addOp(Operation &op);
  /// Adds a step whose kernel sees its result.
  void addStep(Step step);
  template <typename OpT>
  bool addKernel(OpT op, ReadyFunction ReadyKernels::*function);
  std::optional<Place> use(Value value);
  /// The step that sees all of what is in `place` first, or -1.
  int64_t getSource(const Place &place) const {
    return place.kind == Place::Arena   ? buffers[place.index].source
           : place.kind == Place::Input ? inputSources[place.index]
                                        : -1;
  }
  void setSource(const Place &place, int64_t source) {
    if (place.kind == Place::Arena)
      buffers[place.index].source = source;
    else if (place.kind == Place::Input)
      inputSources[place.index] = source;
  }
  ArrayRef<float> getConstant(const Place &place) const;
  Place define(Value value);

  ReadyProgram &program;
  func::FuncOp func;
  const ReadyKernels &kernels;
  DenseMap<Value, Place> places;
  /// Of the arena; the index of a place is that of its buffer until all are
  /// known.
  std::vector<Buffer> buffers;
  /// The steps that observe the inputs, or -1.
  SmallVector<int64_t> inputSources;
  int64_t evaluated = 0;
};

} // namespace

std::optional<Place> Planner::use(Value value) {
  auto place = places.find(value);
  if (place == places.end())
    return std::nullopt;
  if (place->second.kind == Place::Arena)
    buffers[place->second.index].demand.life.end = program.steps.size();
  return place->second;
}

Place Planner::define(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  unsigned now = program.steps.size();
  Place place{Place::Arena, static_cast<int64_t>(buffers.size()), type};
  buffers.push_back(
      {{{now, now}, static_cast<int64_t>(*getStorageBytes(type)), 64},
       /*source=*/-1});
  places[value] = place;
  return place;
}

void Planner::addStep(Step step) {
  step.outputs.push_back(define(step.op->getResult(0)));
  setSource(step.outputs[0], program.steps.size());
  program.steps.push_back(std::move(step));
}

ArrayRef<float> Planner::getConstant(const Place &place) const {
  if (place.kind == Place::Data)
    return program.weights[place.index].as<float>();
  if (place.kind == Place::Constant)
    return program.constants[place.index].as<float>();
  return {};
}

/// The largest magnitude of `values`; infinity if one is NaN or infinite.
static float getMagnitude(ArrayRef<float> values) {
  // Magnitudes are in the order of their bits, with NaN at the end.
  uint32_t most = 0;
  for (float value : values)
    most = std::max(most, llvm::bit_cast<uint32_t>(value) & 0x7fffffff);
  float magnitude = llvm::bit_cast<float>(most);
  return magnitude < std::numeric_limits<float>::infinity()
             ? magnitude
             : std::numeric_limits<float>::infinity();
}

/// The kernels for a tile of `kernels` or of narrower vectors.
static const ReadyKernels &chooseKernels(kernel::TileAttr tile,
                                         const ReadyKernels &kernels) {
  const ReadyKernels *half = kernels.half;
  return half && tile.getLanes() == half->lanes && tile.getVectors() != 1
             ? *half
             : kernels;
}

template <typename OpT>
bool Planner::addKernel(OpT op, ReadyFunction ReadyKernels::*function) {
  kernel::TileAttr tile = op.getTile();
  const ReadyKernels &chosen = chooseKernels(tile, kernels);
  if (tile.getDot() != kernel::DotKind::FMA || tile.getLanes() > chosen.lanes ||
      tile.getVectors() > chosen.maxVectors)
    return false;
  if (tile.getLanes() < chosen.lanes && tile.getVectors() != 1)
    return false;
  bool isDepthwise = std::is_same_v<OpT, kernel::FloatDepthwiseConv2DOp>;
  // Weights are packed for the vectors, not for the pixels.
  int64_t pixels = tile.getPixels();
  if (!isDepthwise)
    pixels = std::min(pixels, chosen.maxSums / tile.getVectors());
  Step step{Step::Kernel, op, {}, {}, {}, chosen.*function};
  for (Value value : {op.getInput(), op.getWeights(), op.getBias()}) {
    std::optional<Place> place = use(value);
    if (!place)
      return false;
    step.inputs.push_back(*place);
  }
  ArrayRef<int64_t> in = op.getInputShape(), out = op.getOutputShape();
  auto getDim = [&](unsigned i) {
    return ReadyDim{
        in[i + 1],          out[i + 1],           op.getKernel()[i],
        op.getStrides()[i], op.getDilations()[i], op.getPadding()[i]};
  };
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  auto getBound = [](FloatAttr bound, float none) {
    return bound ? static_cast<float>(bound.getValueAsDouble()) : none;
  };
  step.layer = {in[0],
                in[3],
                out[3],
                getDim(0),
                getDim(1),
                getBound(op.getMinAttr(), -kInfinity),
                getBound(op.getMaxAttr(), kInfinity),
                tile.getLanes(),
                tile.getVectors(),
                pixels};
  step.source = getSource(step.inputs[0]);
  ArrayRef<float> weights = getConstant(step.inputs[1]),
                  bias = getConstant(step.inputs[2]);
  if (weights.empty() || bias.empty())
    return false;
  double taps = double(op.getKernel()[0]) * op.getKernel()[1] *
                (isDepthwise ? 1 : step.layer.inputChannels);
  step.gain = taps * getMagnitude(weights);
  step.offset = getMagnitude(bias);
  addStep(std::move(step));
  return true;
}

/// The rows of the mean, if its axes lie side by side before the last one.
static std::optional<ReadyMean> matchMean(MeanOp op) {
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(op.getInput().getType()).getShape();
  auto rank = static_cast<int64_t>(shape.size());
  std::optional<SmallVector<int64_t>> axes = getConstantIntegers(op.getAxes());
  if (!axes || axes->empty())
    return std::nullopt;
  for (int64_t &axis : *axes)
    axis += axis < 0 ? rank : 0;
  llvm::sort(*axes);
  axes->erase(llvm::unique(*axes), axes->end());
  int64_t first = axes->front(), end = axes->back() + 1;
  if (first < 0 || end >= rank ||
      end - first != static_cast<int64_t>(axes->size()))
    return std::nullopt;
  auto count = [](ArrayRef<int64_t> dims) {
    return llvm::product_of(dims, int64_t(1));
  };
  return ReadyMean{count(shape.take_front(first)),
                   count(shape.slice(first, end - first)),
                   count(shape.drop_front(end))};
}

/// True for ops whose evaluator gives what compiled code does, bit for bit.
/// Sums along the last dimension are not: code adds them in lanes.
static bool isEvaluable(Operation &op) {
  constexpr int64_t kMaxClasses = 16;
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return cast<RankedTensorType>(softmax.getType()).getShape().back() <=
           kMaxClasses;
  if (auto mean = dyn_cast<MeanOp>(op)) {
    int64_t rank = cast<RankedTensorType>(mean.getInput().getType()).getRank();
    std::optional<SmallVector<int64_t>> axes =
        getConstantIntegers(mean.getAxes());
    return axes && llvm::none_of(*axes, [&](int64_t axis) {
             return axis == -1 || axis == rank - 1;
           });
  }
  return isa<AddOp, AveragePool2DOp, ExpandDimsOp, MaxPool2DOp, ReshapeOp,
             SqueezeOp>(op);
}

bool Planner::addOp(Operation &op) {
  if (isa<tensor::EmptyOp, NoValueOp>(op)) {
    places[op.getResult(0)] = Place();
    return true;
  }
  if (auto constant = dyn_cast<ConstOp>(op)) {
    Expected<HostTensor> tensor = getConstantTensor(constant);
    if (!tensor) {
      llvm::consumeError(tensor.takeError());
      return false;
    }
    places[constant] = {Place::Constant,
                        static_cast<int64_t>(program.constants.size()),
                        tensor->getType()};
    program.constants.push_back(*tensor);
    return true;
  }
  if (auto conv = dyn_cast<kernel::FloatConv2DOp>(op))
    return addKernel(conv, &ReadyKernels::conv2D);
  if (auto conv = dyn_cast<kernel::FloatDepthwiseConv2DOp>(op))
    return addKernel(conv, &ReadyKernels::depthwise);
  Step step{Step::Evaluate, &op, {}, {}, {}};
  for (Value operand : op.getOperands()) {
    std::optional<Place> place = use(operand);
    if (!place)
      return false;
    step.inputs.push_back(*place);
  }
  if (auto observe = dyn_cast<kernel::ObserveOp>(op)) {
    step.kind = Step::Observe;
    step.observed = observe.getIndex();
    step.source = getSource(step.inputs[0]);
    if (step.source < 0)
      setSource(step.inputs[0], program.steps.size());
    program.steps.push_back(std::move(step));
    return true;
  }
  if (!isEvaluable(op) ||
      !getElementTypeOrSelf(op.getResult(0).getType()).isF32())
    return false;
  if (auto mean = dyn_cast<MeanOp>(op))
    if (std::optional<ReadyMean> sizes = matchMean(mean)) {
      step.kind = Step::Mean;
      step.mean = *sizes;
      addStep(std::move(step));
      return true;
    }
  auto add = dyn_cast<AddOp>(op);
  if (add && add.getLhs().getType() == add.getRhs().getType() &&
      add.getFusedActivationFunction() == ActivationFunction::NONE) {
    step.kind = Step::Add;
    addStep(std::move(step));
    return true;
  }
  for (Type type :
       llvm::concat<const Type>(op.getOperandTypes(), op.getResultTypes()))
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      evaluated += tensor.getNumElements();
  if (evaluated > kMaxEvaluated)
    return false;
  for (Value result : op.getResults())
    step.outputs.push_back(define(result));
  program.steps.push_back(std::move(step));
  return true;
}

bool Planner::plan() {
  // What follows the inputs is data, in its order.
  unsigned inputs = program.type.getNumInputs();
  inputSources.assign(inputs, -1);
  for (BlockArgument argument : func.getArguments()) {
    unsigned i = argument.getArgNumber();
    places[argument] = {i < inputs ? Place::Input : Place::Data,
                        i < inputs ? i : i - inputs,
                        cast<RankedTensorType>(argument.getType())};
  }
  for (Operation &op : func.getBody().front().without_terminator())
    if (!addOp(op))
      return false;
  BufferPlacement placement = placeBuffers(llvm::map_to_vector(
      buffers, [](const Buffer &buffer) { return buffer.demand; }));
  program.arenaBytes = placement.size;
  for (Step &step : program.steps)
    for (SmallVector<Place, 4> *list : {&step.inputs, &step.outputs})
      for (Place &place : *list)
        if (place.kind == Place::Arena)
          place.index = placement.offsets[place.index];
  return true;
}

namespace {

class ReadyExecutor : public Executor {
public:
  explicit ReadyExecutor(std::shared_ptr<const ReadyProgram> program)
      : program(std::move(program)) {
    auto i8 = IntegerType::get(this->program->type.getContext(), 8);
    arena = HostTensor::allocate(
        RankedTensorType::get({this->program->arenaBytes}, i8));
  }

  FunctionType getFunctionType() const override { return program->type; }
  Expected<SmallVector<HostTensor>> run(ArrayRef<HostTensor> inputs) override;
  void resetState() override {}
  std::unique_ptr<Executor> clone() const override {
    return std::make_unique<ReadyExecutor>(program);
  }

private:
  HostTensor get(const Place &place, ArrayRef<HostTensor> inputs);
  Error evaluate(const Step &step, ArrayRef<HostTensor> inputs);

  std::shared_ptr<const ReadyProgram> program;
  HostTensor arena;
};

} // namespace

HostTensor ReadyExecutor::get(const Place &place, ArrayRef<HostTensor> inputs) {
  switch (place.kind) {
  case Place::Absent:
    return HostTensor();
  case Place::Input:
    return inputs[place.index];
  case Place::Data:
    return program->weights[place.index];
  case Place::Constant:
    return program->constants[place.index];
  case Place::Arena:
    return HostTensor::borrowMutable(
        place.type, arena.getMutableBytes().slice(
                        place.index, *getStorageBytes(place.type)));
  }
  llvm_unreachable("not a place");
}

Error ReadyExecutor::evaluate(const Step &step, ArrayRef<HostTensor> inputs) {
  SmallVector<HostTensor> operands, results;
  for (const Place &place : step.inputs)
    operands.push_back(get(place, inputs));
  for (const Place &place : step.outputs) {
    results.push_back(get(place, inputs));
    llvm::fill(results.back().getMutableBytes(), 0);
  }
  EvalContext context(operands, results, program->mode);
  if (succeeded(cast<EvaluableOp>(step.op).evaluate(context)))
    return Error::success();
  return llvm::createStringError("cannot compute '" +
                                 step.op->getName().getStringRef() + "'");
}

Expected<SmallVector<HostTensor>>
ReadyExecutor::run(ArrayRef<HostTensor> inputs) {
  auto getFloats = [&](const Place &place) {
    return get(place, inputs).asMutable<float>();
  };
  SmallVector<std::optional<ReadyExtremes>> seen(program->steps.size());
  // Sums that cannot reach half of the largest float, which is far more than
  // what roundings add, are not looked at for those that are not finite.
  auto canOverflow = [&](const Step &step) {
    if (step.source < 0 || !seen[step.source])
      return true;
    const ReadyExtremes &input = *seen[step.source];
    double largest =
        std::max(std::abs(double(input.min)), std::abs(double(input.max)));
    return !(input.check == 0.0f && step.gain * largest + step.offset <
                                        std::numeric_limits<float>::max() / 2);
  };
  for (auto [i, step] : llvm::enumerate(program->steps)) {
    switch (step.kind) {
    case Step::Kernel:
      seen[i] = step.function(
          step.layer, getFloats(step.inputs[0]).data(),
          getFloats(step.inputs[1]).data(), getFloats(step.inputs[2]).data(),
          getFloats(step.outputs[0]).data(), canOverflow(step));
      break;
    case Step::Add:
      seen[i] = program->kernels->add(
          getFloats(step.inputs[0]).data(), getFloats(step.inputs[1]).data(),
          getFloats(step.outputs[0]).data(), getFloats(step.outputs[0]).size());
      break;
    case Step::Mean:
      seen[i] =
          program->kernels->mean(step.mean, getFloats(step.inputs[0]).data(),
                                 getFloats(step.outputs[0]).data());
      break;
    case Step::Evaluate:
      if (Error error = evaluate(step, inputs))
        return std::move(error);
      break;
    case Step::Observe: {
      MutableArrayRef<float> values = getFloats(step.inputs[0]);
      bool isSeen = step.source >= 0 && seen[step.source];
      seen[i] = isSeen
                    ? *seen[step.source]
                    : program->kernels->observe(values.data(), values.size());
      ObservedExtremes extremes = {seen[i]->min, seen[i]->max,
                                   seen[i]->check == 0.0f};
      program->show(step.observed, values, &extremes);
      break;
    }
    }
  }
  return SmallVector<HostTensor>();
}

Expected<std::unique_ptr<Executor>>
mopt::createReadyExecutor(func::FuncOp func, const ExecutorOptions &options,
                          ShowFunction show) {
  const ReadyKernels *kernels = getKernels(options.mcpu);
  if (!kernels || func.getNumResults() != 0)
    return nullptr;
  auto program = std::make_shared<ReadyProgram>();
  program->mode = getRequantizeMode(func, options);
  program->show = show;
  program->kernels = kernels;
  Expected<OwningOpRef<ModuleOp>> module = separateData(
      func, *program, program->mode, options.mcpu, options.compute);
  if (!module)
    return module.takeError();
  program->module = std::move(*module);
  auto functions = program->module->getOps<func::FuncOp>();
  if (!llvm::hasSingleElement(functions) || !program->variables.empty() ||
      !Planner(*program, *functions.begin(), *kernels).plan())
    return nullptr;
  return std::make_unique<ReadyExecutor>(std::move(program));
}
