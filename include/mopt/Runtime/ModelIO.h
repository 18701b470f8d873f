//===- ModelIO.h - Between data files and model inputs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_MODELIO_H
#define MOPT_RUNTIME_MODELIO_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Data/Convert.h"
#include "mopt/Data/Dataset.h"
#include "mopt/Data/Preprocess.h"
#include "mopt/Dialect/Mopt/Reference/HostTensor.h"

namespace mlir::mopt {

/// The element type of arrays that hold tensors of `elementType` (its storage
/// type); std::nullopt for types that .npy cannot hold (strings, sub-byte).
std::optional<DType> getArrayType(Type elementType);

/// The name of input `index` of `func`: the tensor's, or `inputN`.
std::string getInputName(func::FuncOp func, unsigned index);

/// What input `index` of `func` wants: its name (getInputName), element type,
/// shape and quantization. Fails for types that data files cannot hold.
llvm::Expected<InputSpec> getInputSpec(func::FuncOp func, unsigned index);

/// getInputSpec of every input.
llvm::Expected<SmallVector<InputSpec>> getInputSpecs(func::FuncOp func);

/// The name of result `index` of `func`: the tensor's, or `outputN`.
std::string getResultName(func::FuncOp func, unsigned index);

/// A tensor over the bytes of `array`, which has to stay alive.
HostTensor borrowArray(const Array &array, RankedTensorType type);

/// A copy of `tensor` as an array.
llvm::Expected<Array> copyToArray(const HostTensor &tensor);

/// The element at `index` as a real number: scaled if the type is quantised.
double getRealElement(const HostTensor &tensor, int64_t index);

/// All elements as real numbers.
SmallVector<float> getRealElements(const HostTensor &tensor);

/// Reads every input of sample `index` of `dataset`, converted for the model.
/// `arrays` receives the owners of the bytes that the tensors borrow.
llvm::Expected<SmallVector<HostTensor>>
loadSample(const Dataset &dataset, int64_t index, ArrayRef<InputSpec> specs,
           FunctionType type, const Preprocess &preprocess,
           SmallVectorImpl<Array> &arrays);

/// Opens `path` for the inputs of a model.
llvm::Expected<std::unique_ptr<Dataset>>
openDatasetFor(ArrayRef<InputSpec> specs, StringRef path, Labels labels,
               int64_t samples);

/// Opens `path` to measure `func` on: with labels or label maps, and with what
/// its outputs should be, as far as the data has them.
llvm::Expected<std::unique_ptr<Dataset>>
openMeasuredDataset(func::FuncOp func, ArrayRef<InputSpec> specs,
                    StringRef path, int64_t samples);

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_MODELIO_H
