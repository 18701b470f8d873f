//===- Png.cpp - PNG decoding -----------------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As in Jpeg.cpp, the functions that call setjmp hold nothing with a
// destructor: libpng reports errors by longjmp.
//
//===----------------------------------------------------------------------===//

#include "DataError.h"
#include "ImageDecoders.h"
#include <cstring>
#include <png.h>

using namespace llvm;

namespace mlir::mopt {

namespace {
struct PngState {
  png_structp png = nullptr;
  png_infop info = nullptr;
  const uint8_t *data = nullptr;
  size_t left = 0;
  char message[128] = "out of memory";
};
} // namespace

static void leaveOnError(png_structp png, png_const_charp text) {
  auto *state = static_cast<PngState *>(png_get_error_ptr(png));
  std::strncpy(state->message, text, sizeof(state->message) - 1);
  png_longjmp(png, 1);
}

static void ignoreWarning(png_structp, png_const_charp) {}

static void readBytes(png_structp png, png_bytep target, size_t count) {
  auto *state = static_cast<PngState *>(png_get_io_ptr(png));
  if (count > state->left)
    png_error(png, "the file ends early");
  std::memcpy(target, state->data, count);
  state->data += count;
  state->left -= count;
}

/// Reads up to the pixels and asks for 8-bit RGB whatever is stored.
static bool readHeader(PngState *state, int *passes) {
  if (setjmp(png_jmpbuf(state->png)))
    return false;
  png_set_read_fn(state->png, state, readBytes);
  // Photographs carry text and profiles; they must not fail or cost memory.
  png_set_keep_unknown_chunks(state->png, PNG_HANDLE_CHUNK_NEVER, nullptr, 0);
  png_read_info(state->png, state->info);
  png_set_expand(state->png); // Palette to RGB, 1/2/4-bit grey to 8.
  png_set_strip_16(state->png);
  png_set_gray_to_rgb(state->png);
  png_set_strip_alpha(state->png);
  *passes = png_set_interlace_handling(state->png);
  png_read_update_info(state->png, state->info);
  return true;
}

/// Decodes into rows of `stride` bytes; interlaced files take seven passes.
static bool readPixels(PngState *state, uint8_t *pixels, size_t stride,
                       size_t height, int passes) {
  if (setjmp(png_jmpbuf(state->png)))
    return false;
  for (int pass = 0; pass < passes; ++pass)
    for (size_t y = 0; y < height; ++y)
      png_read_row(state->png, pixels + y * stride, nullptr);
  // The rest is read so that a damaged end is noticed.
  png_read_end(state->png, nullptr);
  return true;
}

/// Everything between creating and destroying libpng's structures.
static Expected<Array> decodeWith(PngState &state, StringRef name) {
  int passes = 1;
  auto failed = [&] {
    return dataError("image '{0}' cannot be decoded: {1}; convert or remove it",
                     name, state.message);
  };
  if (!state.png || !state.info || !readHeader(&state, &passes))
    return failed();
  int64_t height = png_get_image_height(state.png, state.info);
  int64_t width = png_get_image_width(state.png, state.info);
  size_t stride = size_t(width) * 3;
  if (png_get_rowbytes(state.png, state.info) != stride)
    return dataError("image '{0}' does not decode to 8-bit RGB; convert it",
                     name);
  Expected<Array> image = allocateImage(height, width, name);
  if (image && !readPixels(&state, image->mutableBytes().data(), stride,
                           size_t(height), passes))
    return failed();
  return image;
}

Expected<Array> decodePng(ArrayRef<uint8_t> bytes, StringRef name) {
  PngState state;
  state.data = bytes.data();
  state.left = bytes.size();
  state.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state,
                                     leaveOnError, ignoreWarning);
  if (state.png)
    state.info = png_create_info_struct(state.png);
  Expected<Array> image = decodeWith(state, name);
  png_destroy_read_struct(&state.png, &state.info, nullptr);
  return image;
}

} // namespace mlir::mopt
