//===- KernelToVector.cpp - Kernels as loops over vectors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Conversion/Passes.h"
#include "mopt/Dialect/Kernel/IR/IndependentLoops.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::mopt;

namespace mlir::mopt {
#define GEN_PASS_DEF_CONVERTKERNELTOVECTORPASS
#include "mopt/Conversion/Passes.h.inc"
} // namespace mlir::mopt

/// `buffer` as a flat contiguous one: a view, or a copy where it is a part of
/// another. Copies are put into `copies`, with the original.
static Value flatten(OpBuilder &builder, Location loc, Value buffer,
                     SmallVectorImpl<std::pair<Value, Value>> &copies) {
  auto type = cast<MemRefType>(buffer.getType());
  if (!type.getLayout().isIdentity()) {
    auto dense = MemRefType::get(type.getShape(), type.getElementType());
    Value copy = memref::AllocOp::create(builder, loc, dense);
    copies.push_back({buffer, copy});
    buffer = copy;
    type = dense;
  }
  if (type.getRank() == 1)
    return buffer;
  if (type.getRank() == 0) {
    auto flat = MemRefType::get({1}, type.getElementType());
    return memref::ExpandShapeOp::create(builder, loc, flat, buffer,
                                         ArrayRef<ReassociationIndices>());
  }
  SmallVector<ReassociationIndices> all = {
      llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()))};
  return memref::CollapseShapeOp::create(builder, loc, buffer, all);
}

/// True if the loops of `op` keep what KernelEmitter::loop says of them.
static bool hasIndependentLoops(Operation *op) {
  return isa<kernel::PackInputOp, kernel::Conv2DOp, kernel::DepthwiseConv2DOp,
             kernel::FloatConv2DOp, kernel::FloatDepthwiseConv2DOp,
             kernel::SparseConv2DOp, kernel::SparseFloatConv2DOp,
             kernel::SparseFloatMatmulOp, kernel::PaletteFloatMatmulOp>(op);
}

/// The function that computes `op` on flat buffers.
static func::FuncOp makeFunction(Operation *op, ValueRange operands,
                                 SymbolTable &symbols) {
  auto parent = op->getParentOfType<func::FuncOp>();
  OpBuilder builder(op->getContext());
  auto type = builder.getFunctionType(operands.getTypes(), TypeRange());
  std::string name =
      (parent.getName() + "_" + op->getName().stripDialect()).str();
  auto func = func::FuncOp::create(op->getLoc(), name, type);
  func.setPrivate();
  // One symbol a kernel: profiles show it, and it is optimised by itself.
  func->setAttr("no_inline", builder.getUnitAttr());
  for (unsigned i = 0; i < operands.size(); ++i)
    func.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                    builder.getUnitAttr());
  symbols.insert(func, std::next(parent->getIterator()));

  Block *body = func.addEntryBlock();
  builder.setInsertionPointToEnd(body);
  KernelEmitter b(op->getLoc(), builder);
  auto arguments = ValueRange(body->getArguments());
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](kernel::PackInputOp pack) {
        emitPackInput(b, pack, arguments[0], arguments[1]);
      })
      .Case([&](kernel::Conv2DOp conv) { emitConv2D(b, conv, arguments); })
      .Case([&](kernel::DepthwiseConv2DOp conv) {
        emitDepthwiseConv2D(b, conv, arguments);
      })
      .Case([&](kernel::SparseConv2DOp conv) {
        emitSparseConv2D(b, conv, arguments);
      })
      .Case([&](kernel::SparseFloatConv2DOp conv) {
        emitSparseFloatConv2D(b, conv, arguments);
      })
      .Case([&](kernel::SparseFloatMatmulOp product) {
        emitSparseFloatMatmul(b, product, arguments);
      })
      .Case([&](kernel::PaletteFloatMatmulOp product) {
        emitPaletteFloatMatmul(b, product, arguments);
      })
      .Case([&](kernel::LSTMOp lstm) { emitLSTM(b, lstm, arguments); })
      .Case([&](kernel::PackFloatsOp pack) {
        emitPackFloats(b, pack, arguments[0], arguments[1]);
      })
      .Case([&](kernel::FloatConv2DOp conv) {
        emitFloatConv2D(b, conv, arguments);
      })
      .Case([&](kernel::FloatDepthwiseConv2DOp conv) {
        emitFloatDepthwiseConv2D(b, conv, arguments);
      });
  func::ReturnOp::create(b);
  if (!hasIndependentLoops(op))
    func.walk([](Operation *inner) {
      inner->removeDiscardableAttr(kernel::kIndependentAttr);
    });
  return func;
}

static LogicalResult lower(DestinationStyleOpInterface op,
                           SymbolTable &symbols) {
  if (!op.hasPureBufferSemantics())
    return op->emitOpError("must be on buffers to become code");
  if (auto tile = op->getAttrOfType<kernel::TileAttr>("tile"))
    if (failed(DotProduct(tile).verify(op)))
      return failure();
  OpBuilder builder(op);
  Location loc = op->getLoc();
  SmallVector<Value> operands;
  for (OpOperand &operand : op->getOpOperands()) {
    SmallVector<std::pair<Value, Value>> copies;
    operands.push_back(flatten(builder, loc, operand.get(), copies));
    OpBuilder::InsertionGuard guard(builder);
    for (auto [original, copy] : copies) {
      if (op.isDpsInit(&operand)) {
        builder.setInsertionPointAfter(op);
        linalg::CopyOp::create(builder, loc, copy, original);
      } else {
        linalg::CopyOp::create(builder, loc, original, copy);
      }
    }
  }
  builder.setInsertionPoint(op);
  func::CallOp::create(builder, loc, makeFunction(op, operands, symbols),
                       operands);
  op->erase();
  return success();
}

namespace {

struct ConvertKernelToVectorPass
    : mopt::impl::ConvertKernelToVectorPassBase<ConvertKernelToVectorPass> {
  void runOnOperation() override {
    SmallVector<DestinationStyleOpInterface> kernels;
    getOperation().walk([&](Operation *op) {
      // Who knows all functions turns calls of them into code.
      if (isa_and_present<kernel::KernelDialect>(op->getDialect()) &&
          !isa<kernel::CallOp, kernel::CallOnceOp, kernel::IfOp,
               kernel::WhileOp, kernel::ObserveOp>(op))
        kernels.push_back(cast<DestinationStyleOpInterface>(op));
    });
    SymbolTable symbols(getOperation());
    for (DestinationStyleOpInterface op : kernels)
      if (failed(lower(op, symbols)))
        return signalPassFailure();
  }
};

} // namespace
