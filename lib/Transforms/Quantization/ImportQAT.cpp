//===- ImportQAT.cpp - Parameters of quantization-aware training ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "mopt/Dialect/Mopt/IR/QuantOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Transforms/Quantization/Passes.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "mopt/Transforms/Utils/TrainedParameters.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_IMPORTQATPASS
#include "mopt/Transforms/Quantization/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// The integers that training rounded values to: `scale * (q - zeroPoint)` for
/// q from `min` to `max`, one scale and zero point or one a channel.
struct Grid {
  SmallVector<double> scales;
  SmallVector<int64_t> zeroPoints;
  int64_t min = 0, max = 255;
  int axis = -1;
};

class Importer {
public:
  explicit Importer(func::FuncOp func) : func(func) {}

  void run();

private:
  void importPair(Operation *last, Value input, const Grid &grid);
  void importActivation(Operation *op, Value input, const Grid &grid);
  void foldWeight(Operation *op, ConstOp weight, const Grid &grid);
  void checkReaders(ConstOp weight, const TrainedScales &scales);
  void checkRules();
  void replace(Operation *op, Value by);

  func::FuncOp func;
};

} // namespace

/// As the converters of the format do it: in double, for the integers from 0
/// on, or from 1 with a narrow range.
static Grid getGrid(FakeQuantOp op) {
  Grid grid;
  grid.min = op.getNarrowRange() ? 1 : 0;
  grid.max = (int64_t(1) << op.getNumBits()) - 1;
  AffineParams params = chooseAsymmetricParams(
      double(op.getMin().convertToFloat()),
      double(op.getMax().convertToFloat()), grid.min, grid.max);
  grid.scales.push_back(params.scale);
  grid.zeroPoints.push_back(params.zeroPoint);
  return grid;
}

/// The grid of a quantised tensor; std::nullopt for what is none, or has more
/// than 16 bits.
static std::optional<Grid> getGrid(Value quantized) {
  auto type = cast<RankedTensorType>(quantized.getType());
  auto element = dyn_cast<quant::QuantizedType>(type.getElementType());
  QuantParams params = getQuantParams(type);
  if (!element || !params.isQuantized() ||
      element.getStorageTypeIntegralWidth() > 16)
    return std::nullopt;
  Grid grid;
  grid.scales.assign(params.scales.begin(), params.scales.end());
  grid.zeroPoints.assign(params.zeroPoints.begin(), params.zeroPoints.end());
  grid.min = element.getStorageTypeMin();
  grid.max = element.getStorageTypeMax();
  grid.axis = params.axis;
  return grid;
}

/// Puts `by` in the place of the result of `op`. The name of a model's output
/// stays.
void Importer::replace(Operation *op, Value by) {
  Value result = op->getResult(0);
  Operation *terminator = func.getBody().front().getTerminator();
  bool isOutput = llvm::is_contained(result.getUsers(), terminator);
  bool wasOutput = llvm::is_contained(by.getUsers(), terminator);
  if (StringRef name = getTensorName(result);
      isOutput && !wasOutput && !name.empty() && by.getDefiningOp())
    setTensorInfo(by, withName(func.getContext(), getTensorInfo(by), name));
  result.replaceAllUsesWith(by);
  Operation *source = op->getOperand(0).getDefiningOp();
  op->erase();
  if (isa_and_present<QuantizeOp, ConstOp>(source) && source->use_empty()) {
    Operation *constant = source->getNumOperands()
                              ? source->getOperand(0).getDefiningOp()
                              : nullptr;
    source->erase();
    if (isa_and_present<ConstOp>(constant) && constant->use_empty())
      constant->erase();
  }
}

/// `last` gives what training saw in the place of `input`.
void Importer::importPair(Operation *last, Value input, const Grid &grid) {
  if (ConstOp weight = getConstant(input))
    foldWeight(last, weight, grid);
  else
    importActivation(last, input, grid);
}

void Importer::importActivation(Operation *op, Value input, const Grid &grid) {
  if (grid.axis >= 0) {
    mlir::emitRemark(op->getLoc())
        << describeOp(op)
        << " is not imported: activations have one scale, not "
        << grid.scales.size();
    return;
  }
  double scale = grid.scales.front();
  int64_t zeroPoint = grid.zeroPoints.front();
  if (grid.max - grid.min > 255) {
    MLIRContext *context = func.getContext();
    auto toReal = [&](int64_t q) {
      return DenseF32ArrayAttr::get(
          context, static_cast<float>(scale * double(q - zeroPoint)));
    };
    mlir::emitRemark(op->getLoc())
        << describeOp(op) << ": only the range is imported, not the "
        << grid.max - grid.min + 1 << " steps that training had in it";
    setTensorInfo(input, withRange(context, getTensorInfo(input),
                                   toReal(grid.min), toReal(grid.max)));
    return replace(op, input);
  }
  // The lowest integer of 8 bits is -128, whether training used it or not, and
  // fewer bits are stored in 8.
  bool isNarrow = grid.min == 1 || grid.min == -127;
  int64_t lowest = isNarrow ? grid.min - 1 : grid.min;
  AffineParams params{static_cast<float>(scale), zeroPoint - lowest - 128};
  if (std::optional<AffineParams> known = getTrainedParams(input)) {
    double ratio = double(params.scale) / double(known->scale);
    if (std::abs(ratio - 1.0) > 0.01 || params.zeroPoint != known->zeroPoint)
      mlir::emitRemark(op->getLoc())
          << describeOp(op) << " is not imported: its input has the scale "
          << known->scale << " and zero point " << known->zeroPoint
          << " of another one, not " << params.scale << " and "
          << params.zeroPoint;
  } else {
    setTrainedParams(input, params);
  }
  replace(op, input);
}

/// Makes a float32 constant of what the grid leaves of a weight.
void Importer::foldWeight(Operation *op, ConstOp weight, const Grid &grid) {
  auto type = cast<RankedTensorType>(weight.getType());
  std::optional<ConstBytes> bytes = ConstBytes::read(weight);
  if (!bytes) {
    mlir::emitRemark(op->getLoc())
        << describeOp(op)
        << " is not imported: its input is not stored densely";
    return;
  }
  int64_t inner = 1, channels = 1;
  if (grid.axis >= 0) {
    channels = type.getDimSize(grid.axis);
    for (int64_t size : type.getShape().drop_front(grid.axis + 1))
      inner *= size;
  }
  ArrayRef<float> values = bytes->as<float>();
  AsmResourceBlob blob = allocateConstBlob(values.size() * sizeof(float));
  auto *out = reinterpret_cast<float *>(blob.getMutableData().data());
  int64_t largest = 0;
  for (auto [i, value] : llvm::enumerate(values)) {
    int64_t channel = (i / inner) % channels;
    auto scale = static_cast<float>(grid.scales[channel]);
    int64_t zeroPoint = grid.zeroPoints[channel];
    int64_t steps =
        quantizeValue(value, scale, zeroPoint, grid.min, grid.max) - zeroPoint;
    largest = std::max(largest, std::abs(steps));
    out[i] = static_cast<float>(steps) * scale;
  }
  OpBuilder builder(op);
  ConstOp folded = createConst(
      builder, weight.getLoc(), type, std::move(blob),
      withoutParameters(func.getContext(), getTensorInfo(weight.getResult())));
  if (largest <= kWeightQMax) {
    TrainedScales scales;
    for (double scale : grid.scales)
      scales.scales.push_back(static_cast<float>(scale));
    scales.axis = grid.axis;
    setTrainedScales(folded, scales);
  } else {
    mlir::emitRemark(op->getLoc())
        << describeOp(op) << ": the scale is chosen anew, because a value is "
        << largest << " steps from zero and 8 symmetric bits have "
        << kWeightQMax;
  }
  replace(op, folded.getResult());
}

/// The values of a constant that is stored as integers, if they can be known.
static ConstOp dequantizeConstant(DequantizeOp op, ConstOp stored) {
  HostTensor input = getConstantBytes(stored.getResult());
  if (!input)
    return {};
  auto type = cast<RankedTensorType>(op.getType());
  HostTensor output = HostTensor::allocate(type);
  EvalContext context(input, output, RequantizeMode::Float);
  if (failed(cast<EvaluableOp>(op.getOperation()).evaluate(context)))
    return {};
  AsmResourceBlob blob = allocateConstBlob(output.getBytes().size());
  llvm::copy(output.getBytes(), blob.getMutableData().begin());
  OpBuilder builder(op);
  return createConst(
      builder, stored.getLoc(), type, std::move(blob),
      withoutParameters(op.getContext(), getTensorInfo(stored.getResult())));
}

/// Scales along another axis than the kernels want are of no use.
void Importer::checkReaders(ConstOp weight, const TrainedScales &scales) {
  for (OpOperand &use : weight.getResult().getUses()) {
    auto reader = dyn_cast<QuantizableOp>(use.getOwner());
    if (!reader)
      continue;
    const QuantSpec &spec = reader.getQuantSpec();
    if (spec.getRole(use.getOperandNumber()) == OperandRole::Weight &&
        scales.axis >= 0 && scales.axis != spec.weightAxis)
      mlir::emitRemark(use.getOwner()->getLoc())
          << describeOp(use.getOwner())
          << ": the scales of its weights are chosen anew, because those of "
             "training run along dimension "
          << scales.axis << " and the kernels want " << spec.weightAxis;
  }
}

/// Tells where the rules of the kernels win over what training saw.
void Importer::checkRules() {
  auto compare = [](Operation *op, AffineParams own, AffineParams wanted,
                    StringRef why) {
    if (std::abs(double(own.scale) / double(wanted.scale) - 1.0) <= 0.01 &&
        own.zeroPoint == wanted.zeroPoint)
      return;
    mlir::emitRemark(op->getLoc())
        << describeOp(op) << ": trained with the scale " << own.scale
        << " and zero point " << own.zeroPoint << ", but " << why << " "
        << wanted.scale << " and " << wanted.zeroPoint;
  };
  for (Operation &op : func.getBody().front()) {
    auto quantizable = dyn_cast<QuantizableOp>(op);
    if (!quantizable || op.getNumResults() == 0)
      continue;
    const QuantSpec &spec = quantizable.getQuantSpec();
    std::optional<AffineParams> result = getTrainedParams(op.getResult(0));
    if (result && spec.rule == ScaleRule::FixedOutput)
      compare(&op, *result,
              {static_cast<float>(spec.int8Scale), spec.int8ZeroPoint},
              "the integer kernels give");
    if (result && spec.rule == ScaleRule::SameAsInput)
      if (auto input = getTrainedParams(op.getOperand(spec.getDataOperand())))
        compare(&op, *result, *input, "the integer kernels keep the input's");
  }
}

void Importer::run() {
  for (Operation &op : llvm::make_early_inc_range(
           func.getBody().front().without_terminator())) {
    if (auto fake = dyn_cast<FakeQuantOp>(op)) {
      importPair(fake, fake.getInput(), getGrid(fake));
      continue;
    }
    auto dequantize = dyn_cast<DequantizeOp>(op);
    std::optional<Grid> grid =
        dequantize ? getGrid(dequantize.getInput()) : std::nullopt;
    if (!grid)
      continue;
    Operation *source = dequantize.getInput().getDefiningOp();
    if (auto quantize = dyn_cast_or_null<QuantizeOp>(source)) {
      if (isFloatTensor(quantize.getInput().getType()))
        importPair(dequantize, quantize.getInput(), *grid);
    } else if (auto stored = dyn_cast_or_null<ConstOp>(source)) {
      if (ConstOp values = dequantizeConstant(dequantize, stored)) {
        foldWeight(dequantize, values, *grid);
        if (values->use_empty())
          values.erase();
      }
    }
  }
  for (auto weight : func.getOps<ConstOp>())
    if (std::optional<TrainedScales> scales = getTrainedScales(weight))
      checkReaders(weight, *scales);
  checkRules();
}

namespace {

struct ImportQATPass
    : public mlir::mopt::impl::ImportQATPassBase<ImportQATPass> {
  void runOnOperation() override { Importer(getOperation()).run(); }
};

} // namespace
