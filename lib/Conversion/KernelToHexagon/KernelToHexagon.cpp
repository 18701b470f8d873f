//===- KernelToHexagon.cpp - Kernels as code for Hexagon -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HVXImageKernels.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferUtils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Conversion/Passes.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::mopt;

namespace mlir::mopt {
#define GEN_PASS_DEF_CONVERTKERNELTOHEXAGONPASS
#include "mopt/Conversion/Passes.h.inc"
} // namespace mlir::mopt

/// Calls `visit` with the op as what it is; false if it is no kernel of
/// Hexagon.
template <typename Visit>
static bool visitKernel(Operation *op, Visit visit) {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case<kernel::HVXPackOp, kernel::HVXUnpackOp, kernel::HVXSplitPhasesOp,
            kernel::HVXConv2DOp, kernel::HVXChannelConv2DOp,
            kernel::HVXDepthwiseConv2DOp, kernel::HVXMatmulOp, kernel::HVXAddOp,
            kernel::HVXLinearAddOp, kernel::HVXMeanOp, kernel::HVXMaxPoolOp,
            kernel::HVXAveragePoolOp, kernel::HVXConcatOp,
            kernel::HVXResizeBilinearOp>([&](auto kernel) {
        visit(kernel);
        return true;
      })
      .Default(false);
}

/// `buffer` with one dimension.
static Value flatten(OpBuilder &builder, Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  if (type.getRank() == 1)
    return buffer;
  SmallVector<ReassociationIndices> all = {
      llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()))};
  return memref::CollapseShapeOp::create(builder, loc, buffer, all);
}

/// The address of a buffer's first element.
static Value getPointer(OpBuilder &builder, Location loc, Value buffer) {
  Value index =
      memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, buffer);
  Value bits =
      arith::IndexCastOp::create(builder, loc, builder.getI64Type(), index);
  return LLVM::IntToPtrOp::create(
      builder, loc, LLVM::LLVMPointerType::get(builder.getContext()), bits);
}

/// The function that computes `op` on flat buffers.
static func::FuncOp makeFunction(Operation *op, ValueRange operands,
                                 SymbolTable &symbols) {
  auto parent = op->getParentOfType<func::FuncOp>();
  OpBuilder builder(op->getContext());
  Location loc = op->getLoc();
  auto type = builder.getFunctionType(operands.getTypes(), TypeRange());
  std::string name =
      (parent.getName() + "_" + op->getName().stripDialect()).str();
  auto func = func::FuncOp::create(loc, name, type);
  func.setPrivate();
  func->setAttr("no_inline", builder.getUnitAttr());
  // LLVM would call memset for borders of zeros, which writes no vectors.
  func->setAttr("passthrough", builder.getStrArrayAttr({"no-builtins"}));
  for (unsigned i = 0; i < operands.size(); ++i)
    func.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                    builder.getUnitAttr());
  symbols.insert(func, std::next(parent->getIterator()));

  Block *body = func.addEntryBlock();
  builder.setInsertionPointToEnd(body);
  Values pointers;
  for (Value argument : body->getArguments())
    pointers.push_back(getPointer(builder, loc, argument));
  HVXEmitter b(builder, loc);
  visitKernel(op, [&](auto kernel) { emitKernel(b, kernel, pointers); });
  func::ReturnOp::create(builder, loc);
  return func;
}

/// `words` as constant data of the module, which kernels with equal data share.
static Value makeConstant(OpBuilder &builder, Location loc,
                          ArrayRef<int32_t> words,
                          SymbolTableCollection &symbols) {
  auto constant =
      arith::ConstantOp::create(builder, loc, builder.getI32TensorAttr(words));
  memref::GlobalOp global = *bufferization::getGlobalFor(
      constant, symbols, /*alignment=*/kernel::kHVXVectorBytes);
  constant.erase();
  return memref::GetGlobalOp::create(builder, loc, global.getType(),
                                     global.getName());
}

/// Adds to `operands` what a kernel has beside those of its op.
static void addOperands(OpBuilder &builder, kernel::HVXChannelConv2DOp op,
                        SymbolTableCollection &symbols,
                        SmallVector<Value> &operands) {
  Location loc = op.getLoc();
  if (op.getBorder())
    operands.push_back(makeConstant(
        builder, loc, makeBorderMask(op.getOutputPlanes()), symbols));
  operands.push_back(memref::AllocOp::create(
      builder, loc, MemRefType::get(getScratchBytes(op), builder.getI8Type())));
}

static LogicalResult lower(DestinationStyleOpInterface op,
                           SymbolTableCollection &symbols) {
  if (!op.hasPureBufferSemantics())
    return op->emitOpError("must be on buffers to become code");
  OpBuilder builder(op);
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    if (!cast<MemRefType>(operand.getType()).getLayout().isIdentity())
      return op->emitOpError("must be on contiguous buffers to become code");
    operands.push_back(flatten(builder, op->getLoc(), operand));
  }
  if (auto channels = dyn_cast<kernel::HVXChannelConv2DOp>(*op))
    addOperands(builder, channels, symbols, operands);
  if (auto resize = dyn_cast<kernel::HVXResizeBilinearOp>(*op))
    operands.push_back(memref::AllocOp::create(
        builder, op->getLoc(),
        MemRefType::get(getScratchBytes(resize), builder.getI8Type())));
  SymbolTable &module = symbols.getSymbolTable(op->getParentOfType<ModuleOp>());
  func::CallOp::create(builder, op->getLoc(),
                       makeFunction(op, operands, module), operands);
  op->erase();
  return success();
}

namespace {

struct ConvertKernelToHexagonPass
    : mopt::impl::ConvertKernelToHexagonPassBase<ConvertKernelToHexagonPass> {
  void runOnOperation() override {
    SmallVector<DestinationStyleOpInterface> kernels;
    getOperation().walk([&](Operation *op) {
      if (visitKernel(op, [](auto) {}))
        kernels.push_back(cast<DestinationStyleOpInterface>(op));
    });
    SymbolTableCollection symbols;
    for (DestinationStyleOpInterface op : kernels)
      if (failed(lower(op, symbols)))
        return signalPassFailure();
  }
};

} // namespace
