//===- KernelTarget.cpp - What kernels need to know of a CPU --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToKernel/KernelTarget.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::DotKind;
using llvm::Expected;

static KernelTarget getX86Target(const llvm::MCSubtargetInfo &info) {
  auto has = [&](StringRef feature) {
    return info.checkFeatures(("+" + feature).str());
  };
  KernelTarget target;
  if (!has("sse2"))
    return target;
  bool isWide = has("avx512bw") && has("avx512vl");
  target.lanes = isWide ? 16 : (has("avx2") ? 8 : 4);
  target.registers = isWide ? 32 : 16;
  target.pack = 4;
  target.fuses = has("fma") || isWide;
  target.looksUp = isWide;
  target.pairs = DotKind::PMADDWD;
  // Zen 4 computes 512 bits as two times 256.
  target.halvesWidest = isWide && info.getCPU() == "znver4";
  if (isWide && has("avx512bf16"))
    target.halves = DotKind::VDPBF16PS;
  if (isWide && has("avx512vnni")) {
    target.bytes = DotKind::VPDPBUSD;
    target.pairs = DotKind::VPDPWSSD;
    if (has("amx-int8"))
      target.matrices = DotKind::TDPBSSD;
  } else if (has("avx2") && has("avxvnni")) {
    target.bytes = DotKind::VPDPBUSD;
  }
  return target;
}

KernelTarget mopt::getKernelTarget(const llvm::MCSubtargetInfo &info) {
  const llvm::Triple &triple = info.getTargetTriple();
  if (triple.getArch() == llvm::Triple::x86_64)
    return getX86Target(info);
  KernelTarget target;
  if (triple.isAArch64() && triple.isLittleEndian() &&
      info.checkFeatures("+neon")) {
    target.lanes = 4;
    target.registers = 32;
    target.fuses = true;
    if (info.checkFeatures("+dotprod"))
      target.bytes = DotKind::SDOT;
    if (info.checkFeatures("+i8mm"))
      target.matrices = DotKind::SMMLA;
  }
  return target;
}

Expected<KernelTarget> mopt::getKernelTarget(StringRef mcpu, StringRef triple,
                                             StringRef features) {
  static const bool initialized = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargetMCs();
    return true;
  }();
  (void)initialized;
  llvm::Triple parsed(triple.empty() ? llvm::sys::getProcessTriple()
                                     : triple.str());
  std::string error;
  const llvm::Target *known = llvm::TargetRegistry::lookupTarget(parsed, error);
  if (!known)
    return llvm::createStringError("triple '" + parsed.str() +
                                   "' is not known: " + error);
  llvm::SubtargetFeatures all(features);
  std::string cpu = mcpu.str();
  if (mcpu == "host") {
    cpu = llvm::sys::getHostCPUName().str();
    for (auto &feature : llvm::sys::getHostCPUFeatures())
      all.AddFeature(feature.first(), feature.second);
  }
  std::unique_ptr<llvm::MCSubtargetInfo> plain(
      known->createMCSubtargetInfo(parsed, "", ""));
  if (!plain || (!cpu.empty() && !plain->isCPUStringValid(cpu)))
    return llvm::createStringError("unknown CPU '" + mcpu + "' for " +
                                   parsed.str());
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      known->createMCSubtargetInfo(parsed, cpu, all.getString()));
  return getKernelTarget(*info);
}

FailureOr<KernelTarget> mopt::getKernelTarget(Operation *op, StringRef mcpu,
                                              StringRef triple,
                                              StringRef features) {
  Expected<KernelTarget> target = getKernelTarget(mcpu, triple, features);
  if (target)
    return *target;
  return op->emitError() << llvm::toString(target.takeError());
}
