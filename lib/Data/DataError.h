//===- DataError.h - one way to build an error ------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DATA_DATAERROR_H
#define MOPT_LIB_DATA_DATAERROR_H

#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::mopt {

/// An error with a formatv message. Messages say which file (and member), what
/// is wrong, and what to do; they start in lower case and end without a stop.
template <typename... Ts>
llvm::Error dataError(const char *format, Ts &&...values) {
  return llvm::createStringError(
      std::make_error_code(std::errc::invalid_argument),
      llvm::Twine(llvm::formatv(format, std::forward<Ts>(values)...).str()));
}

} // namespace mlir::mopt

#endif // MOPT_LIB_DATA_DATAERROR_H
