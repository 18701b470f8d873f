/*===- DecodeWeights.c - PREFIX_init of generated code ------------*- C -*-===//
 *
 * Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for license information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===//
 *
 * Compiled to bitcode with mopt, and linked to the code of a model, which
 * defines what is declared here. The codes are those of a container
 * (docs/Compression.md, rANS) with scales of at most 12 bits. They are mopt's
 * own, and nothing is checked.
 *
 *===----------------------------------------------------------------------===*/

#include <stddef.h>
#include <stdint.h>

/* Every stride-th byte from a place in the weights on. */
struct run {
  /* Where its code begins; bytes of it: as many as the run has if these are its
   * bytes as they are. */
  uint64_t code, size;
  uint64_t place, count, stride;
};

extern const uint8_t model_codes[];
extern const struct run model_runs[];
extern const uint64_t model_run_count;
extern const uint64_t model_alignment;
/* Of the caller, once they are decoded. */
extern uint8_t *model_weights;

enum { LANES = 8, MOST_BITS = 12 };

struct bit_reader {
  const uint8_t *bytes;
  uint64_t position;
};

static uint32_t read_bits(struct bit_reader *in, unsigned count) {
  uint32_t bits = 0;
  for (unsigned i = 0; i < count; ++i, ++in->position)
    bits |= (uint32_t)(in->bytes[in->position / 8] >> in->position % 8 & 1)
            << i;
  return bits;
}

/* Elias gamma. */
static uint32_t read_number(struct bit_reader *in) {
  unsigned bits = 0;
  while (read_bits(in, 1) == 0)
    ++bits;
  return 1u << bits | read_bits(in, bits);
}

/* The sizes of the ranges of all bytes, 2^bits in all. */
static void read_sizes(struct bit_reader *in, unsigned bits, uint32_t *sizes) {
  uint64_t sum = 0;
  for (unsigned symbol = 0; symbol < 256; ++symbol)
    sizes[symbol] = 0;
  uint32_t first = read_bits(in, 8), last = read_bits(in, 8);
  int32_t entry = 0;
  for (uint32_t symbol = first; symbol <= last; ++symbol) {
    uint32_t number = read_number(in);
    int32_t half = (int32_t)(number / 2);
    entry += number % 2 ? -half : half;
    sizes[symbol] =
        (uint32_t)(entry <= 8 ? entry : (8 + entry % 8) << (entry - 8) / 8);
    sum += sizes[symbol];
  }
  int64_t rest = (int64_t)1 << bits;
  for (unsigned symbol = 0; symbol < 256; ++symbol) {
    if (sizes[symbol] == 0)
      continue;
    uint64_t size = ((uint64_t)sizes[symbol] << bits) / sum;
    sizes[symbol] = size ? (uint32_t)size : 1;
    rest -= sizes[symbol];
  }
  while (rest != 0) {
    unsigned largest = 0;
    for (unsigned symbol = 1; symbol < 256; ++symbol)
      if (sizes[symbol] > sizes[largest])
        largest = symbol;
    int64_t least = -(int64_t)(sizes[largest] / 2);
    int64_t change = rest < least ? least : rest;
    sizes[largest] = (uint32_t)(sizes[largest] + change);
    rest -= change;
  }
}

static void decode(const uint8_t *code, uint8_t *out, uint64_t count,
                   uint64_t stride) {
  uint8_t symbols[1 << MOST_BITS];
  uint32_t sizes[256], starts[256], states[LANES];
  unsigned bits = code[0] & 15, lanes = code[0] & 16 ? LANES : 1;
  struct bit_reader in = {code + 1, 0};
  read_sizes(&in, bits, sizes);
  uint32_t start = 0;
  for (unsigned symbol = 0; symbol < 256; ++symbol) {
    starts[symbol] = start;
    for (uint32_t i = 0; i < sizes[symbol]; ++i)
      symbols[start + i] = (uint8_t)symbol;
    start += sizes[symbol];
  }
  const uint8_t *next = in.bytes + (in.position + 7) / 8;
  for (unsigned lane = 0; lane < lanes; ++lane, next += 4)
    states[lane] = (uint32_t)next[0] | (uint32_t)next[1] << 8 |
                   (uint32_t)next[2] << 16 | (uint32_t)next[3] << 24;
  const uint32_t mask = (1u << bits) - 1;
  for (uint64_t i = 0; i < count; ++i) {
    uint32_t state = states[i & (lanes - 1)], slot = state & mask;
    uint8_t symbol = symbols[slot];
    out[i * stride] = symbol;
    state = sizes[symbol] * (state >> bits) + slot - starts[symbol];
    if (state < 1u << 16) {
      state = state << 16 | (uint32_t)next[0] | (uint32_t)next[1] << 8;
      next += 2;
    }
    states[i & (lanes - 1)] = state;
  }
}

int32_t model_init(void *weights) {
  if (!weights || (uintptr_t)weights % model_alignment != 0)
    return 1;
  for (uint64_t i = 0; i < model_run_count; ++i) {
    const struct run *run = &model_runs[i];
    const uint8_t *code = model_codes + run->code;
    uint8_t *out = (uint8_t *)weights + run->place;
    if (run->size != run->count) {
      decode(code, out, run->count, run->stride);
      continue;
    }
    for (uint64_t j = 0; j < run->count; ++j)
      out[j * run->stride] = code[j];
  }
  model_weights = weights;
  return 0;
}
