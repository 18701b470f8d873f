//===- DataTest.h - what the data tests share -------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_UNITTESTS_DATA_DATATEST_H
#define MOPT_UNITTESTS_DATA_DATATEST_H

#include "mopt/Data/Npy.h"
#include "gtest/gtest.h"

namespace mlir::mopt {

/// A file that make_inputs.py wrote.
inline std::string inputPath(llvm::StringRef name) {
  return (MOPT_SOURCE_DIR "/unittests/Data/Inputs/" + name).str();
}

/// The value, or a test failure with the error's message.
template <typename T>
T expectValue(llvm::Expected<T> value) {
  if (value)
    return std::move(*value);
  ADD_FAILURE() << llvm::toString(value.takeError());
  return T();
}

/// The error's message; empty (and a failure) when there was none.
template <typename T>
std::string expectError(llvm::Expected<T> value) {
  if (!value)
    return llvm::toString(value.takeError());
  ADD_FAILURE() << "an error was expected";
  return "";
}

inline Array readInput(llvm::StringRef name) {
  return expectValue(readNpy(inputPath(name)));
}

/// Same type, shape and bytes.
inline void expectSame(const Array &actual, const Array &expected) {
  EXPECT_EQ(dtypeName(actual.dtype()), dtypeName(expected.dtype()));
  EXPECT_EQ(shapeString(actual.shape()), shapeString(expected.shape()));
  EXPECT_TRUE(actual.bytes() == expected.bytes()) << "elements differ";
}

inline void expectContains(const std::string &text, llvm::StringRef part) {
  EXPECT_TRUE(llvm::StringRef(text).contains(part))
      << "'" << part.str() << "' is not in: " << text;
}

} // namespace mlir::mopt

#endif // MOPT_UNITTESTS_DATA_DATATEST_H
