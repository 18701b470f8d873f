//===- HostTensor.cpp - A tensor in host memory -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/HostTensor.h"

#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

#include <cassert>
#include <cstdlib>
#include <cstring>

using namespace mlir;
using namespace mlir::mopt;

// One cache line, and the widest vector of any host.
static constexpr size_t kAlignment = 64;

HostTensor HostTensor::allocate(RankedTensorType type,
                                std::optional<size_t> bytes) {
  if (!bytes)
    bytes = getStorageBytes(type);
  assert(bytes && "the type does not tell the size");
  // aligned_alloc wants a multiple of the alignment; one line at least keeps
  // the pointer of an empty tensor valid.
  size_t rounded = (*bytes + kAlignment) / kAlignment * kAlignment;
  auto *memory = static_cast<char *>(std::aligned_alloc(kAlignment, rounded));
  if (!memory)
    llvm::report_bad_alloc_error("host tensor");
  std::memset(memory, 0, rounded);
  HostTensor tensor;
  tensor.type = type;
  tensor.owner = std::shared_ptr<char>(memory, std::free);
  tensor.data = memory;
  tensor.size = *bytes;
  return tensor;
}

HostTensor HostTensor::borrow(RankedTensorType type, ArrayRef<char> bytes) {
  return borrowMutable(type, {const_cast<char *>(bytes.data()), bytes.size()});
}

HostTensor HostTensor::borrowMutable(RankedTensorType type,
                                     MutableArrayRef<char> bytes) {
  HostTensor tensor;
  tensor.type = type;
  tensor.data = bytes.data();
  tensor.size = bytes.size();
  return tensor;
}

Type HostTensor::getStorageElementType() const {
  return mopt::getStorageElementType(type.getElementType());
}
