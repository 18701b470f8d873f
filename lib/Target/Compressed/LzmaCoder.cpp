//===- LzmaCoder.cpp - Codes of the library liblzma -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LzmaCoder.h"

#include <algorithm>
#include <lzma.h>

using namespace mlir;
using namespace mlir::mopt;

/// Nothing larger than the data pays; and less is allocated for damaged files.
static uint32_t getDictionarySize(size_t size) {
  return static_cast<uint32_t>(
      std::clamp<size_t>(size, LZMA_DICT_SIZE_MIN, size_t(1) << 26));
}

namespace {
/// Bits of the literal context, of the literal position and of the position.
struct Setting {
  uint8_t lc, lp, pb;
};
} // namespace

/// A code begins with its settings in the byte (pb * 5 + lp) * 9 + lc, as in
/// other files of this coder.
static constexpr Setting kSettings[] = {{0, 0, 0}, {3, 0, 2}, {4, 0, 0},
                                        {0, 2, 2}, {1, 2, 2}, {0, 3, 3}};

/// Of more bytes only so many from the middle choose the settings.
static constexpr size_t kManyBytes = 1 << 18, kTried = 1 << 16;

static Bytes encode(ByteView data, Setting setting) {
  lzma_options_lzma options;
  if (lzma_lzma_preset(&options, 9 | LZMA_PRESET_EXTREME))
    return {};
  options.dict_size = getDictionarySize(data.size());
  options.lc = setting.lc;
  options.lp = setting.lp;
  options.pb = setting.pb;
  lzma_filter filters[] = {{LZMA_FILTER_LZMA1, &options},
                           {LZMA_VLI_UNKNOWN, nullptr}};
  Bytes code(data.size() + data.size() / 8 + 128);
  code[0] =
      static_cast<uint8_t>((setting.pb * 5 + setting.lp) * 9 + setting.lc);
  size_t size = 1;
  if (lzma_raw_buffer_encode(filters, nullptr, data.data(), data.size(),
                             code.data(), &size, code.size()) != LZMA_OK)
    return {};
  code.resize(size);
  return code;
}

Bytes mopt::encodeLzma(ByteView data, bool thorough) {
  Bytes best;
  Setting bestSetting = {};
  ByteView tried = data.size() > kManyBytes
                       ? data.slice((data.size() - kTried) / 2, kTried)
                       : data;
  for (Setting setting : llvm::ArrayRef(kSettings).take_front(
           thorough ? std::size(kSettings) : 2)) {
    Bytes code = encode(tried, setting);
    if (!code.empty() && (best.empty() || code.size() < best.size())) {
      best = std::move(code);
      bestSetting = setting;
    }
  }
  return tried.size() == data.size() || best.empty()
             ? best
             : encode(data, bestSetting);
}

bool mopt::decodeLzma(ByteView code, llvm::MutableArrayRef<uint8_t> data) {
  if (code.empty())
    return false;
  lzma_options_lzma options = {};
  options.dict_size = getDictionarySize(data.size());
  options.lc = code[0] % 9;
  options.lp = code[0] / 9 % 5;
  options.pb = code[0] / 45;
  if (options.lc + options.lp > LZMA_LCLP_MAX || options.pb > LZMA_PB_MAX)
    return false;
  lzma_filter filters[] = {{LZMA_FILTER_LZMA1, &options},
                           {LZMA_VLI_UNKNOWN, nullptr}};
  size_t from = 1, to = 0;
  lzma_ret result =
      lzma_raw_buffer_decode(filters, nullptr, code.data(), &from, code.size(),
                             data.data(), &to, data.size());
  return result == LZMA_OK && from == code.size() && to == data.size();
}
