//===- OperatorImporter.h - From an operator to an op -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_OPERATORIMPORTER_H
#define MOPT_LIB_TARGET_TFLITE_OPERATORIMPORTER_H

#include "ModelImporter.h"

#include "mopt/Dialect/Mopt/IR/MoptDialect.h"

namespace mlir::mopt::tfl {

/// An operator whose tensors are values already.
struct OperatorParts {
  const tflite::Operator &op;
  OperatorCode code;
  std::string where;
  SmallVector<Value> operands;
  SmallVector<Type> resultTypes;
  SmallVector<Attribute> resultInfos;
  SmallVector<Attribute> intermediates;
};

/// Creates the op for `parts`: the typed op whose mnemonic is the operator's
/// name in lower case, `mopt.custom`, or `mopt.opaque`.
///
/// An operator that the typed op cannot hold, because its options table is
/// another one, an option has a value outside its enumeration, or the op does
/// not verify, becomes `mopt.opaque`: everything is kept, the file can be
/// written again as it was, and passes leave the op alone. A warning says why.
/// Refusing the model instead would make a rule of ours out of what only the
/// runtime can know.
FailureOr<Operation *> createOperator(ModelImporter &importer,
                                      OpBuilder &builder,
                                      const OperatorParts &parts);

/// The number of the function `symbol` in the file.
using GetSubgraphIndex = llvm::function_ref<int64_t(FlatSymbolRefAttr symbol)>;

/// The fields of the options table of `op` as the schema knows them: functions
/// are indices. An empty list, which is what a typed op has for a list that the
/// file leaves out, is left out.
DictionaryAttr getOptionFields(Operation *op, GetSubgraphIndex getIndex);

/// Replaces a typed op that was imported by the `mopt.opaque` that carries it.
void carryAsOpaque(Operation *op, GetSubgraphIndex getIndex);

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_OPERATORIMPORTER_H
