//===- InitAll.cpp - Registration of everything in mopt -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/InitAll.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mopt/Conversion/Passes.h"
#include "mopt/Dialect/Kernel/IR/KernelOps.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"
#include "mopt/Pipelines/Pipelines.h"
#include "mopt/Target/EdgeTPU/Target.h"
#include "mopt/Target/Hexagon/PartitionTarget.h"
#include "mopt/Target/SPIRV/CompileSPIRV.h"
#include "mopt/Transforms/Accuracy/Passes.h"
#include "mopt/Transforms/Calibration/Passes.h"
#include "mopt/Transforms/Clustering/Passes.h"
#include "mopt/Transforms/Compression/Passes.h"
#include "mopt/Transforms/Decomposition/Passes.h"
#include "mopt/Transforms/EdgeTPU/Passes.h"
#include "mopt/Transforms/Graph/Passes.h"
#include "mopt/Transforms/Partition/Passes.h"
#include "mopt/Transforms/Quantization/Passes.h"
#include "mopt/Transforms/Reconstruction/Passes.h"
#include "mopt/Transforms/Sparsity/Passes.h"

using namespace mlir;

void mopt::registerMoptDialects(DialectRegistry &registry) {
  registry.insert<kernel::KernelDialect, MoptDialect, func::FuncDialect,
                  quant::QuantDialect>();
  kernel::registerBufferizableOpInterfaceExternalModels(registry);
  registerReferenceEvaluators(registry);
}

void mopt::registerMoptPasses() {
  registerMoptAccuracyPasses();
  registerMoptCalibrationPasses();
  registerMoptClusteringPasses();
  registerMoptCompressionPasses();
  registerMoptDecompositionPasses();
  registerMoptGraphPasses();
  registerMoptConversionPasses();
  registerMoptEdgeTPUPasses();
  registerMoptPartitionPasses();
  registerEdgeTPUTarget();
  registerHexagonTarget();
  registerVulkanTarget();
  registerMoptQuantizationPasses();
  registerMoptReconstructionPasses();
  registerMoptSparsityPasses();
}

void mopt::registerMoptPipelines() { registerPipelines(); }

void mopt::registerAllMopt(DialectRegistry &registry) {
  registerMoptDialects(registry);
  registerMoptPasses();
  registerMoptPipelines();
}
