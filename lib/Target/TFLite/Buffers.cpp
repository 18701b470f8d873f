//===- Buffers.cpp - Where the constants of a file lie -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/TFLite/Buffers.h"

#include "OpenModel.h"
#include "llvm/ADT/STLExtras.h"

#include <tuple>

using namespace mlir;
using namespace mlir::mopt;

/// Bits of an element; 0 where elements are not of one size.
static unsigned getElementBits(tflite::TensorType type) {
  switch (type) {
  case tflite::TensorType::INT4:
    return 4;
  case tflite::TensorType::INT8:
  case tflite::TensorType::UINT8:
  case tflite::TensorType::BOOL:
    return 8;
  case tflite::TensorType::INT16:
  case tflite::TensorType::UINT16:
  case tflite::TensorType::FLOAT16:
  case tflite::TensorType::BFLOAT16:
    return 16;
  case tflite::TensorType::INT32:
  case tflite::TensorType::UINT32:
  case tflite::TensorType::FLOAT32:
  case tflite::TensorType::COMPLEX64:
    return 32;
  case tflite::TensorType::INT64:
  case tflite::TensorType::UINT64:
  case tflite::TensorType::FLOAT64:
  case tflite::TensorType::COMPLEX128:
    return 64;
  default:
    return 0;
  }
}

static bool isFloat(tflite::TensorType type) {
  return type == tflite::TensorType::FLOAT16 ||
         type == tflite::TensorType::BFLOAT16 ||
         type == tflite::TensorType::FLOAT32 ||
         type == tflite::TensorType::FLOAT64 ||
         type == tflite::TensorType::COMPLEX64 ||
         type == tflite::TensorType::COMPLEX128;
}

/// Bytes of `buffer` in `file`: inside of the flatbuffer or behind it. Empty
/// where it has none.
static llvm::StringRef getData(llvm::StringRef file,
                               const tflite::Buffer &buffer) {
  if (auto *data = buffer.data(); data && data->size())
    return {reinterpret_cast<const char *>(data->data()), data->size()};
  // Offsets 0 and 1 mean that there is nothing behind.
  if (buffer.offset() <= 1 || buffer.offset() > file.size())
    return {};
  return file.substr(buffer.offset(), buffer.size());
}

llvm::Expected<std::vector<TFLiteBuffer>>
mopt::findTFLiteBuffers(llvm::StringRef file) {
  llvm::Expected<const tflite::Model *> model = tfl::openModel(file);
  if (!model)
    return model.takeError();
  std::vector<TFLiteBuffer> found;
  auto *buffers = (*model)->buffers();
  auto *subgraphs = (*model)->subgraphs();
  if (!buffers || !subgraphs)
    return found;
  std::vector<bool> seen(buffers->size(), false);
  for (const tflite::SubGraph *subgraph : *subgraphs) {
    if (!subgraph->tensors())
      continue;
    for (const tflite::Tensor *tensor : *subgraph->tensors()) {
      uint32_t index = tensor->buffer();
      if (index >= buffers->size() || seen[index])
        continue;
      seen[index] = true;
      llvm::StringRef data = getData(file, *buffers->Get(index));
      if (data.empty())
        continue;
      TFLiteBuffer entry = {tensor->name() ? tensor->name()->str() : "",
                            static_cast<uint64_t>(data.data() - file.data()),
                            data.size(),
                            getElementBits(tensor->type()),
                            isFloat(tensor->type()),
                            {},
                            0};
      if (tensor->shape())
        entry.shape.assign(tensor->shape()->begin(), tensor->shape()->end());
      if (auto *quantization = tensor->quantization())
        entry.axis = quantization->quantized_dimension();
      found.push_back(std::move(entry));
    }
  }
  llvm::sort(found, [](const TFLiteBuffer &a, const TFLiteBuffer &b) {
    return std::tie(a.offset, a.size) < std::tie(b.offset, b.size);
  });
  uint64_t end = 0;
  llvm::erase_if(found, [&](const TFLiteBuffer &buffer) {
    if (buffer.offset < end)
      return true;
    end = buffer.offset + buffer.size;
    return false;
  });
  return found;
}

/// The scales of an operand; none where it has none.
static const flatbuffers::Vector<float> *
getScales(const tflite::SubGraph &subgraph, const tflite::Operator &op,
          unsigned operand) {
  if (!op.inputs() || operand >= op.inputs()->size() || !subgraph.tensors())
    return nullptr;
  auto index = static_cast<uint32_t>(op.inputs()->Get(operand));
  if (index >= subgraph.tensors()->size())
    return nullptr;
  auto *quantization = subgraph.tensors()->Get(index)->quantization();
  return quantization ? quantization->scale() : nullptr;
}

std::vector<BiasScales> mopt::findBiasScales(llvm::StringRef file) {
  llvm::Expected<const tflite::Model *> model = tfl::openModel(file);
  if (!model) {
    llvm::consumeError(model.takeError());
    return {};
  }
  std::vector<BiasScales> found;
  auto getOffset = [&](const flatbuffers::Vector<float> *scales) {
    return static_cast<uint64_t>(
        reinterpret_cast<const char *>(scales->Data()) - file.data());
  };
  auto *subgraphs = (*model)->subgraphs();
  if (!subgraphs)
    return found;
  // Input, weights and bias; those of a transposed convolution come after its
  // shape.
  constexpr unsigned operands[][3] = {{0, 1, 2}, {2, 1, 3}};
  for (const tflite::SubGraph *subgraph : *subgraphs) {
    if (!subgraph->operators())
      continue;
    for (const tflite::Operator *op : *subgraph->operators())
      for (auto [first, second, third] : operands) {
        auto *input = getScales(*subgraph, *op, first);
        auto *weights = getScales(*subgraph, *op, second);
        auto *bias = getScales(*subgraph, *op, third);
        if (input && weights && bias && input->size() == 1 &&
            weights->size() == bias->size() && bias->size() != 0)
          found.push_back({getOffset(input), getOffset(weights),
                           getOffset(bias), bias->size()});
      }
  }
  return found;
}
