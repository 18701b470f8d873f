//===- HostTensor.cpp - A tensor in host memory -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/HostTensor.h"

#include "mopt/Dialect/Mopt/IR/LargeMemory.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

#include <cassert>

using namespace mlir;
using namespace mlir::mopt;

HostTensor HostTensor::allocate(RankedTensorType type,
                                std::optional<size_t> bytes) {
  if (!bytes)
    bytes = getStorageBytes(type);
  assert(bytes && "the type does not tell the size");
  HostTensor tensor;
  tensor.type = type;
  tensor.owner = allocateLarge(*bytes);
  tensor.data = tensor.owner.get();
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
