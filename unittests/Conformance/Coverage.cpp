//===- Coverage.cpp - Does every op have its cases? -------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Coverage.h"
#include "CaseRunner.h"

#include "mlir/IR/TypeUtilities.h"
#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"
#include "mopt/Dialect/Mopt/Reference/HostedOp.h"
#include "llvm/ADT/StringExtras.h"

#include <map>

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::conformance;

/// `quantised i8`, `f32`, ...
static std::string printElementType(Type type) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (isQuantized(type))
    os << "quantised ";
  os << getStorageElementType(getElementTypeOrSelf(type));
  return text;
}

/// The different element types of the operands that carry data, and then of the
/// first one that holds parameters.
static std::string getTypeForm(QuantizableOp op) {
  SmallVector<std::string> types;
  const QuantSpec &spec = op.getQuantSpec();
  auto add = [&](Type type) {
    std::string text = printElementType(type);
    if (!llvm::is_contained(types, text))
      types.push_back(text);
  };
  Type parameters;
  for (auto [i, type] : llvm::enumerate(op->getOperandTypes())) {
    if (!isa<RankedTensorType>(type))
      continue;
    OperandRole role = spec.getRole(i);
    if (role == OperandRole::Activation)
      add(type);
    else if (!parameters &&
             (role == OperandRole::Weight || role == OperandRole::Other))
      parameters = type;
  }
  if (parameters)
    add(parameters);
  return llvm::join(types, " x ");
}

/// The forms that the op's quantization facts declare, as the beginning of a
/// type form.
static SmallVector<std::string> getDeclaredForms(const QuantSpec &spec) {
  SmallVector<std::string> forms;
  if (spec.int8Version)
    forms.push_back("quantised i8");
  if (spec.int16Version)
    forms.push_back("quantised i16");
  // The integers of a table that is read as float stand alone.
  if (spec.hybridVersion && spec.rule != ScaleRule::SameAsInput)
    forms.push_back("f32 x quantised i8");
  return forms;
}

/// Ops that GPUs have kernels for, with no row of 8 bits in a form that these
/// take.
static void findGPUGaps(const Goldens &goldens, const Device &gpu,
                        std::vector<std::string> &gaps) {
  std::map<std::string, bool> isRun;
  for (const GoldenCase &row : goldens.getCases())
    if (hasBytesForGPU(goldens, row))
      isRun[row.op] |= runsOn(goldens, row, gpu);
  for (const auto &[op, any] : isRun)
    if (!any)
      gaps.push_back(op + ": no case of 8 bits that the GPU runs");
}

std::vector<std::string> conformance::findCoverageGaps(const Goldens &goldens) {
  std::vector<std::string> gaps;
  for (const Device &device : getDevices())
    if (device.isGPU)
      findGPUGaps(goldens, device, gaps);
  // By op name and type form: names of cases.
  std::map<std::string, std::map<std::string, int>> counts;
  for (const GoldenCase &row : goldens.getCases()) {
    if (!row.refusal.empty())
      continue;
    auto golden = goldens.read(row);
    if (!golden) {
      gaps.push_back(llvm::toString(golden.takeError()));
      continue;
    }
    auto module = importModel(golden->model);
    if (!module) {
      gaps.push_back(row.getFullName() + ": " +
                     llvm::toString(module.takeError()));
      continue;
    }
    bool found = false;
    (*module)->walk([&](QuantizableOp op) {
      if (op->getName().stripDialect() != row.op)
        return;
      found = true;
      ++counts[row.op][getTypeForm(op)];
    });
    if (!found)
      gaps.push_back(row.getFullName() + ": the model has no such op");
  }

  for (RegisteredOperationName name : getContext().getRegisteredOperations()) {
    if (!name.hasInterface<BuiltinOp>())
      continue;
    std::string op = name.stripDialect().str();
    if (!name.hasInterface<EvaluableOp>() && !name.hasInterface<HostedOp>())
      gaps.push_back(op + ": no reference evaluator");
    const auto &forms = counts[op];
    if (forms.empty())
      gaps.push_back(op + ": no case at all");
    for (const auto &[form, count] : forms)
      if (count < 3)
        gaps.push_back(op + ": " + std::to_string(count) +
                       " case(s) with operands " + form + ", needs 3");
    const auto *quantizable = name.getInterface<QuantizableOp>();
    if (!quantizable || forms.empty())
      continue;
    for (const std::string &declared :
         getDeclaredForms(quantizable->getQuantSpec()))
      if (llvm::none_of(forms, [&](const auto &entry) {
            return StringRef(entry.first).starts_with(declared);
          }))
        gaps.push_back(op + ": declares operands " + declared +
                       ", has no case with them");
  }
  return gaps;
}
