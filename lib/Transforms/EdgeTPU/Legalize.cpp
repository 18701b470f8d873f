//===- Legalize.cpp - Rewriting models for the Edge TPU ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LegalizePatterns.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/FoldConstants.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Transforms/EdgeTPU/Passes.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_EDGETPULEGALIZEPASS
#include "mopt/Transforms/EdgeTPU/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::edgetpu_legalize;

Value edgetpu_legalize::makeIntegers(OpBuilder &builder, Location loc,
                                     ArrayRef<int64_t> shape,
                                     ArrayRef<int64_t> values) {
  AsmResourceBlob blob = allocateConstBlob(values.size() * sizeof(int32_t));
  llvm::copy(values, reinterpret_cast<int32_t *>(blob.getMutableData().data()));
  return createConst(builder, loc,
                     RankedTensorType::get(shape, builder.getI32Type()),
                     std::move(blob), {})
      .getResult();
}

Value edgetpu_legalize::makeReshape(OpBuilder &builder, Location loc,
                                    Value value, ArrayRef<int64_t> shape,
                                    const Twine &name) {
  RankedTensorType type = getTensorType(value);
  Value sizes =
      makeIntegers(builder, loc, static_cast<int64_t>(shape.size()), shape);
  auto reshape = ReshapeOp::create(
      builder, loc, RankedTensorType::get(shape, type.getElementType()), value,
      sizes, llvm::to_vector_of<int32_t>(shape));
  setName(reshape, name.str());
  return reshape.getOutput();
}

std::string edgetpu_legalize::getNameWith(Operation *op, StringRef suffix) {
  StringRef name = getTensorName(op->getResult(0));
  return name.empty() ? "" : (name + suffix).str();
}

void edgetpu_legalize::copyInfo(Operation *from, Operation *to) {
  if (Attribute infos = from->getAttr(kTensorsAttr))
    to->setAttr(kTensorsAttr, infos);
}

void edgetpu_legalize::setName(Operation *op, StringRef name) {
  if (!name.empty())
    setTensorInfo(op->getResult(0), withName(op->getContext(), {}, name));
}

//===----------------------------------------------------------------------===//
// The border of the model
//===----------------------------------------------------------------------===//

/// The 8-bit type that all readers of a float argument convert it to.
static RankedTensorType getCommonType(BlockArgument argument) {
  RankedTensorType common;
  for (Operation *user : argument.getUsers()) {
    if (!isa<QuantizeOp>(user))
      return {};
    auto type = cast<RankedTensorType>(user->getResult(0).getType());
    if (common && common != type)
      return {};
    common = type;
  }
  return common;
}

void edgetpu_legalize::dropFloatBorder(func::FuncOp func) {
  Block &body = func.getBody().front();
  for (BlockArgument argument : body.getArguments()) {
    if (!getTensorType(argument).getElementType().isF32())
      continue;
    RankedTensorType type = getCommonType(argument);
    if (!type)
      continue;
    for (Operation *user : llvm::make_early_inc_range(argument.getUsers())) {
      user->getResult(0).replaceAllUsesWith(argument);
      user->erase();
    }
    argument.setType(type);
  }
  Operation *terminator = body.getTerminator();
  for (OpOperand &operand : terminator->getOpOperands()) {
    auto convert = operand.get().getDefiningOp<DequantizeOp>();
    if (!convert || !isQuantized(convert.getInput().getType()))
      continue;
    Value inner = convert.getInput();
    // The caller knows the output by the name of the float tensor.
    StringRef name = getTensorName(convert.getOutput());
    operand.set(inner);
    std::string kept = name.str();
    if (!convert->use_empty())
      continue;
    convert->erase();
    if (inner.hasOneUse() && inner.getDefiningOp() &&
        !inner.getDefiningOp<ConstOp>() && !kept.empty())
      setTensorInfo(inner,
                    withName(func.getContext(), getTensorInfo(inner), kept));
  }
  func.setFunctionType(FunctionType::get(func.getContext(),
                                         body.getArgumentTypes(),
                                         terminator->getOperandTypes()));
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

static bool hasByteOperator(ModuleOp module) {
  WalkResult result = module.walk([](Operation *op) {
    for (Type type : op->getResultTypes())
      if (!isa<ConstOp>(op) && isQuantized(type))
        return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return result.wasInterrupted();
}

/// Dimensions of static tensors are constants. (Folding constants does not know
/// them, as the operand is none.)
static void foldShapes(func::FuncOp func) {
  OpBuilder builder(func.getContext());
  func.walk([&](ShapeOp op) {
    RankedTensorType from = getTensorType(op.getInput());
    RankedTensorType to = getTensorType(op.getOutput());
    if (!from.hasStaticShape() || !to.getElementType().isInteger(32))
      return;
    builder.setInsertionPoint(op);
    Value shape =
        makeIntegers(builder, op.getLoc(), to.getShape(), from.getShape());
    if (TensorAttr info = getTensorInfo(op.getOutput()))
      setTensorInfo(shape, info);
    op.getOutput().replaceAllUsesWith(shape);
    op.erase();
  });
}

namespace {

struct EdgeTPULegalizePass
    : public mlir::mopt::impl::EdgeTPULegalizePassBase<EdgeTPULegalizePass> {
  using EdgeTPULegalizePassBase::EdgeTPULegalizePassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (io != "int8" && io != "keep") {
      emitError(module.getLoc())
          << "edgetpu-legalize: io=" << io << " is neither int8 nor keep";
      return signalPassFailure();
    }
    RewritePatternSet patterns(&getContext());
    populateShapePatterns(patterns);
    populateActivationPatterns(patterns);
    populateLayerPatterns(patterns);
    FrozenRewritePatternSet frozen(std::move(patterns));
    if (!hasByteOperator(module)) {
      emitError(module.getLoc())
          << "the model computes in no 8-bit integers, the only numbers of the "
             "Edge TPU; run --quantize-int8 first";
      return signalPassFailure();
    }
    bool isFirst = true;
    for (auto func : module.getOps<func::FuncOp>()) {
      // Others are called by it, with what they take now.
      bool isModel = std::exchange(isFirst, false);
      if (func.isExternal() || !llvm::hasSingleElement(func.getBody()))
        continue;
      if (isModel && io == "int8")
        dropFloatBorder(func);
      foldShapes(func);
      foldConstants(func, getRequantizeMode(func, ExecutorOptions()));
      if (failed(applyPatternsGreedily(func, frozen))) {
        emitError(func.getLoc()) << "edgetpu-legalize: rewriting did not end";
        return signalPassFailure();
      }
    }
  }
};

} // namespace
