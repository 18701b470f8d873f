//===- MoptBytecode.cpp - Bytecode of the mopt dialect -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MoptBytecode.h"

#include "mlir/Bytecode/BytecodeImplementation.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// Numbers that stand for attributes in bytecode. They are part of the file
/// format: never renumber, only append.
enum class AttributeCode : uint64_t { Tensor = 0, Metadata = 1 };

class MoptBytecodeInterface : public BytecodeDialectInterface {
public:
  explicit MoptBytecodeInterface(Dialect *dialect)
      : BytecodeDialectInterface(dialect) {}

  LogicalResult writeAttribute(Attribute attr,
                               DialectBytecodeWriter &writer) const override {
    return TypeSwitch<Attribute, LogicalResult>(attr)
        .Case([&](TensorAttr tensor) {
          writer.writeVarInt(static_cast<uint64_t>(AttributeCode::Tensor));
          for (Attribute part : std::initializer_list<Attribute>{
                   tensor.getName(), tensor.getShapeSignature(),
                   tensor.getMin(), tensor.getMax(), tensor.getQuantization(),
                   tensor.getSparsity(), tensor.getVariantTensors(),
                   tensor.getIsVariable(), tensor.getHasRank(),
                   tensor.getType()})
            writer.writeOptionalAttribute(part);
          return success();
        })
        .Case([&](MetadataAttr metadata) {
          writer.writeVarInt(static_cast<uint64_t>(AttributeCode::Metadata));
          writer.writeAttribute(metadata.getName());
          writer.writeAttribute(metadata.getData());
          return success();
        })
        .Default([](Attribute) { return failure(); });
  }

  Attribute readAttribute(DialectBytecodeReader &reader) const override {
    uint64_t code;
    if (failed(reader.readVarInt(code)))
      return {};
    switch (static_cast<AttributeCode>(code)) {
    case AttributeCode::Tensor:
      return readTensor(reader);
    case AttributeCode::Metadata:
      return readMetadata(reader);
    }
    reader.emitError() << "attribute code " << code
                       << " of the mopt dialect is not known; the file was "
                          "written by a newer version";
    return {};
  }

private:
  Attribute readTensor(DialectBytecodeReader &reader) const {
    StringAttr name;
    DenseI32ArrayAttr signature;
    DenseF32ArrayAttr min, max;
    DictionaryAttr quantization, sparsity;
    ArrayAttr variants;
    UnitAttr isVariable, hasRank;
    TypeAttr type;
    if (failed(reader.readOptionalAttribute(name)) ||
        failed(reader.readOptionalAttribute(signature)) ||
        failed(reader.readOptionalAttribute(min)) ||
        failed(reader.readOptionalAttribute(max)) ||
        failed(reader.readOptionalAttribute(quantization)) ||
        failed(reader.readOptionalAttribute(sparsity)) ||
        failed(reader.readOptionalAttribute(variants)) ||
        failed(reader.readOptionalAttribute(isVariable)) ||
        failed(reader.readOptionalAttribute(hasRank)) ||
        failed(reader.readOptionalAttribute(type)))
      return {};
    return TensorAttr::get(getContext(), name, signature, min, max,
                           quantization, sparsity, variants, isVariable,
                           hasRank, type);
  }

  Attribute readMetadata(DialectBytecodeReader &reader) const {
    StringAttr name;
    ElementsAttr data;
    if (failed(reader.readAttribute(name)) ||
        failed(reader.readAttribute(data)))
      return {};
    return MetadataAttr::get(getContext(), name, data);
  }
};

} // namespace

void mopt::addBytecodeInterface(MoptDialect *dialect) {
  dialect->addInterfaces<MoptBytecodeInterface>();
}
