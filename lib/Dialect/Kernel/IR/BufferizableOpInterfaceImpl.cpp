//===- BufferizableOpInterfaceImpl.cpp - Kernels on buffers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mopt/Dialect/Kernel/IR/HVXImageKernels.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::bufferization;

namespace {

/// Every operand becomes its buffer; destinations are written as a whole, but
/// states are read before.
template <typename OpT>
struct KernelOpInterface
    : DstBufferizableOpInterfaceExternalModel<KernelOpInterface<OpT>, OpT> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return std::is_same_v<OpT, kernel::LSTMOp> ||
           !cast<DestinationStyleOpInterface>(op).isDpsInit(&operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto kernel = cast<OpT>(op);
    if (llvm::none_of(op->getOperandTypes(), llvm::IsaPred<TensorType>))
      return success();
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
      if (!isa<TensorType>(operand.getType())) {
        operands.push_back(operand);
        continue;
      }
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      operands.push_back(*buffer);
    }
    OperationState made(op->getLoc(), op->getName(), operands, TypeRange(),
                        op->getAttrs());
    made.propertiesAttr = op->getPropertiesAsAttribute();
    rewriter.setInsertionPoint(op);
    rewriter.create(made);
    unsigned output = operands.size() - kernel.getNumDpsInits();
    replaceOpWithBufferizedValues(rewriter, op,
                                  ArrayRef(operands).drop_front(output));
    return success();
  }
};

/// Looks at the buffer.
struct ObserveOpInterface
    : BufferizableOpInterface::ExternalModel<ObserveOpInterface,
                                             kernel::ObserveOp> {
  bool bufferizesToMemoryRead(Operation *, OpOperand &,
                              const AnalysisState &) const {
    return true;
  }
  bool bufferizesToMemoryWrite(Operation *, OpOperand &,
                               const AnalysisState &) const {
    return false;
  }
  AliasingValueList getAliasingValues(Operation *, OpOperand &,
                                      const AnalysisState &) const {
    return {};
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto observe = cast<kernel::ObserveOp>(op);
    FailureOr<Value> buffer =
        getBuffer(rewriter, observe.getInput(), options, state);
    if (failed(buffer))
      return failure();
    kernel::ObserveOp::create(rewriter, op->getLoc(), observe.getIndexAttr(),
                              *buffer);
    rewriter.eraseOp(op);
    return success();
  }
};

template <typename... Ops>
void attachTo(MLIRContext &context) {
  (Ops::template attachInterface<KernelOpInterface<Ops>>(context), ...);
}

} // namespace

void kernel::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.insert<KernelDialect>();
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    PackInputOp::attachInterface<KernelOpInterface<PackInputOp>>(*context);
    Conv2DOp::attachInterface<KernelOpInterface<Conv2DOp>>(*context);
    DepthwiseConv2DOp::attachInterface<KernelOpInterface<DepthwiseConv2DOp>>(
        *context);
    kernel::CallOp::attachInterface<KernelOpInterface<kernel::CallOp>>(
        *context);
    kernel::ObserveOp::attachInterface<ObserveOpInterface>(*context);
    kernel::IfOp::attachInterface<KernelOpInterface<kernel::IfOp>>(*context);
    kernel::WhileOp::attachInterface<KernelOpInterface<kernel::WhileOp>>(
        *context);
    kernel::LSTMOp::attachInterface<KernelOpInterface<kernel::LSTMOp>>(
        *context);
    PackFloatsOp::attachInterface<KernelOpInterface<PackFloatsOp>>(*context);
    FloatConv2DOp::attachInterface<KernelOpInterface<FloatConv2DOp>>(*context);
    FloatDepthwiseConv2DOp::attachInterface<
        KernelOpInterface<FloatDepthwiseConv2DOp>>(*context);
    SparseConv2DOp::attachInterface<KernelOpInterface<SparseConv2DOp>>(
        *context);
    SparseFloatConv2DOp::attachInterface<
        KernelOpInterface<SparseFloatConv2DOp>>(*context);
    attachTo<SparseFloatMatmulOp, PaletteFloatMatmulOp>(*context);
    attachTo<kernel::HVXPackOp, kernel::HVXUnpackOp, kernel::HVXSplitPhasesOp,
             kernel::HVXConv2DOp, kernel::HVXChannelConv2DOp,
             kernel::HVXDepthwiseConv2DOp, kernel::HVXMatmulOp,
             kernel::HVXAddOp, kernel::HVXLinearAddOp, kernel::HVXMeanOp,
             kernel::HVXMaxPoolOp, kernel::HVXAveragePoolOp,
             kernel::HVXConcatOp, kernel::HVXResizeBilinearOp>(*context);
  });
}
