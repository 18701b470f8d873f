//===- MoptToLinalg.cpp - Lowering of mopt ops to linalg -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mopt/Conversion/Passes.h"
#include "mopt/Dialect/Kernel/IR/KernelOps.h"
#include "mopt/Dialect/Mopt/Reference/RequantizeOption.h"

using namespace mlir;
using namespace mlir::mopt;

namespace mlir::mopt {
#define GEN_PASS_DEF_CONVERTMOPTTOLINALGPASS
#include "mopt/Conversion/Passes.h.inc"
} // namespace mlir::mopt

namespace {

/// A constant of the storage type. A resource stays a resource: no copy.
struct ConstLowering : OpConversionPattern<ConstOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(ConstOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    RankedTensorType type = getResultType(typeConverter, op);
    TensorAttr info = getTensorInfo(op.getResult());
    if (info && info.getSparsity())
      return refuse(op, rewriter, "constant is encoded as sparse");
    ElementsAttr value;
    // What reads a single element is folded, and no fold can look into a
    // resource.
    auto resource = dyn_cast<DenseResourceElementsAttr>(op.getValue());
    if (resource && type.getNumElements() != 1) {
      if (!resource.getRawHandle().getBlob())
        return refuse(op, rewriter, "constant is not loaded");
      value = DenseResourceElementsAttr::get(type, resource.getRawHandle());
    } else if (auto dense = dyn_cast<DenseElementsAttr>(op.getValue());
               dense && dense.getElementType() == type.getElementType()) {
      value = dense;
    } else if (HostTensor bytes = getConstantBytes(op.getResult())) {
      // The same bytes under the signless type.
      value = DenseElementsAttr::getFromRawBuffer(type, bytes.getBytes());
    }
    if (!value)
      return refuse(op, rewriter, "value is not dense");
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, cast<TypedAttr>(value));
    return success();
  }
};

struct ConvertMoptToLinalgPass
    : mopt::impl::ConvertMoptToLinalgPassBase<ConvertMoptToLinalgPass> {
  using ConvertMoptToLinalgPassBase::ConvertMoptToLinalgPassBase;

  void runOnOperation() override;

private:
  /// The mode that the option or the module chooses.
};

} // namespace

namespace mlir::mopt::detail {
#define MOPT_LOWERING_FAMILY(name)                                             \
  void populate##name##ToLinalg(const TypeConverter &converter,                \
                                RequantizeMode mode,                           \
                                RewritePatternSet &patterns);
#include "LoweringFamilies.def"
#undef MOPT_LOWERING_FAMILY
} // namespace mlir::mopt::detail

void mopt::populateMoptToLinalg(const TypeConverter &converter,
                                RequantizeMode mode,
                                RewritePatternSet &patterns) {
#define MOPT_LOWERING_FAMILY(name)                                             \
  detail::populate##name##ToLinalg(converter, mode, patterns);
#include "LoweringFamilies.def"
#undef MOPT_LOWERING_FAMILY
  patterns.add<ConstLowering>(converter, patterns.getContext());
}

void ConvertMoptToLinalgPass::runOnOperation() {
  FailureOr<RequantizeMode> mode =
      readRequantizeOption(getOperation(), requantize);
  if (failed(mode))
    return signalPassFailure();

  MLIRContext *context = &getContext();
  StorageTypeConverter converter;
  RewritePatternSet patterns(context);
  populateMoptToLinalg(converter, *mode, patterns);
  populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns,
                                                                 converter);
  populateReturnOpTypeConversionPattern(patterns, converter);
  populateCallOpTypeConversionPattern(patterns, converter);

  ConversionTarget target(*context);
  target.addLegalDialect<
      arith::ArithDialect, bufferization::BufferizationDialect,
      kernel::KernelDialect, linalg::LinalgDialect, math::MathDialect,
      memref::MemRefDialect, scf::SCFDialect, tensor::TensorDialect>();
  target.addLegalOp<ModuleOp, NoValueOp>();
  target.addDynamicallyLegalOp<func::FuncOp>([&](func::FuncOp op) {
    return converter.isSignatureLegal(op.getFunctionType()) &&
           converter.isLegal(&op.getBody());
  });
  target.addDynamicallyLegalOp<func::CallOp, func::ReturnOp>(
      [&](Operation *op) { return converter.isLegal(op); });

  if (failed(
          applyPartialConversion(getOperation(), target, std::move(patterns))))
    return signalPassFailure();

  // Operands that only the lowered ops used.
  getOperation().walk([](Operation *op) {
    if (isa<NoValueOp, arith::ConstantOp, ConstOp>(op) && op->use_empty())
      op->erase();
  });

  SmallVector<Operation *> remaining;
  DenseMap<Operation *, StringAttr> reasons;
  getOperation().walk([&](Operation *op) {
    if (!isa_and_present<MoptDialect>(op->getDialect()))
      return;
    if (!isa<NoValueOp, ConstOp>(op))
      remaining.push_back(op);
    reasons[op] = dyn_cast_or_null<StringAttr>(op->removeAttr(kRefusalAttr));
  });
  if (remaining.empty())
    return;
  auto describe = [&](Diagnostic &diag, Operation *op) {
    diag << "'" << op->getName() << "'";
    if (auto opaque = dyn_cast<OpaqueOp>(op))
      diag << " (" << opaque.getOpcode() << ")";
    if (auto custom = dyn_cast<CustomOp>(op))
      diag << " (" << custom.getCustomCode() << ")";
    StringAttr reason = reasons.lookup(op);
    diag << " is not lowered to linalg: "
         << (reason ? reason.getValue() : "no lowering of this op is known");
  };
  if (!rejectRemaining) {
    for (Operation *op : remaining) {
      InFlightDiagnostic remark = mlir::emitRemark(op->getLoc());
      describe(*remark.getUnderlyingDiagnostic(), op);
    }
    return;
  }
  InFlightDiagnostic error = mlir::emitError(remaining.front()->getLoc());
  describe(*error.getUnderlyingDiagnostic(), remaining.front());
  for (Operation *op : ArrayRef(remaining).drop_front())
    describe(error.attachNote(op->getLoc()), op);
  error.report();
  signalPassFailure();
}
