//===- Jpeg.cpp - JPEG decoding ---------------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libjpeg reports errors by a callback that must not return, so longjmp leaves
// it. The functions that call setjmp here hold nothing with a destructor: all
// such state lives in the caller, and only plain pointers go in.
//
//===----------------------------------------------------------------------===//

#include "DataError.h"
#include "ImageDecoders.h"
#include <csetjmp>
#include <cstdio> // jpeglib.h needs size_t and FILE.

#include <jerror.h>
#include <jpeglib.h>

using namespace llvm;

namespace mlir::mopt {

namespace {
struct JpegState {
  jpeg_decompress_struct info;
  jpeg_error_mgr errors;
  std::jmp_buf escape;
  char message[JMSG_LENGTH_MAX];
};
} // namespace

static void leaveOnError(j_common_ptr info) {
  auto *state = static_cast<JpegState *>(info->client_data);
  info->err->format_message(info, state->message);
  std::longjmp(state->escape, 1);
}

/// libjpeg fills the rest of a truncated image with grey and only warns; that
/// would silently feed wrong data, so it is an error here. Other warnings
/// (stray bytes between markers and the like) occur in sound photographs.
static void handleMessage(j_common_ptr info, int level) {
  if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF)
    leaveOnError(info);
}

/// Starts decoding and learns the image's size.
static bool readHeader(JpegState *state, const uint8_t *data, size_t size) {
  if (setjmp(state->escape))
    return false;
  jpeg_decompress_struct *info = &state->info;
  jpeg_create_decompress(info);
  info->client_data = state;
  jpeg_mem_src(info, data, size);
  jpeg_read_header(info, TRUE);
  info->dct_method = JDCT_ISLOW;
  info->do_fancy_upsampling = TRUE;
  if (info->jpeg_color_space != JCS_CMYK && info->jpeg_color_space != JCS_YCCK)
    info->out_color_space = JCS_RGB;
  return true;
}

/// Decodes into rows of `stride` bytes.
static bool readPixels(JpegState *state, uint8_t *pixels, size_t stride) {
  if (setjmp(state->escape))
    return false;
  jpeg_decompress_struct *info = &state->info;
  jpeg_start_decompress(info);
  while (info->output_scanline < info->output_height) {
    JSAMPROW row = pixels + info->output_scanline * stride;
    jpeg_read_scanlines(info, &row, 1);
  }
  jpeg_finish_decompress(info);
  return true;
}

Expected<Array> decodeJpeg(ArrayRef<uint8_t> bytes, StringRef name) {
  JpegState state = {};
  state.info.err = jpeg_std_error(&state.errors);
  state.errors.error_exit = leaveOnError;
  state.errors.emit_message = handleMessage;
  // jpeg_create_decompress keeps client_data, which an error in it needs.
  state.info.client_data = &state;
  auto failed = [&] {
    jpeg_destroy_decompress(&state.info);
    return dataError("image '{0}' cannot be decoded: {1}; convert or remove it",
                     name, state.message);
  };
  if (!readHeader(&state, bytes.data(), bytes.size()))
    return failed();
  if (state.info.out_color_space != JCS_RGB) {
    jpeg_destroy_decompress(&state.info);
    return dataError("image '{0}' is a CMYK JPEG; convert it to RGB", name);
  }
  int64_t height = state.info.image_height, width = state.info.image_width;
  Expected<Array> image = allocateImage(height, width, name);
  if (!image) {
    jpeg_destroy_decompress(&state.info);
    return image.takeError();
  }
  if (!readPixels(&state, image->mutableBytes().data(), size_t(width) * 3))
    return failed();
  jpeg_destroy_decompress(&state.info);
  return image;
}

} // namespace mlir::mopt
