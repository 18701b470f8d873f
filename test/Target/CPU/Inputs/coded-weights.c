/* One model twice: with its weights compiled in, and decoded by coded_init. */
#undef NDEBUG
#include "coded.h"
#include "plain.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  static unsigned char input[PLAIN_INPUT_0_SIZE];
  static unsigned char expected[PLAIN_OUTPUT_0_SIZE],
      found[PLAIN_OUTPUT_0_SIZE];
  assert(PLAIN_NUM_INPUTS == 1 && PLAIN_NUM_OUTPUTS == 1);
  assert(coded_input_size(0) == sizeof(input));
  const void *inputs[1] = {input};
  void *outputs[1] = {found};
  unsigned char *arena = aligned_alloc(
      64, ((PLAIN_ARENA_SIZE > CODED_ARENA_SIZE ? PLAIN_ARENA_SIZE
                                                : CODED_ARENA_SIZE) +
           63) /
              64 * 64);
  size_t bytes = coded_weight_bytes();
  assert(bytes == CODED_WEIGHT_BYTES && bytes > 0);
  /* Not a byte more than it says (AddressSanitizer). */
  unsigned char *weights = NULL;
  assert(posix_memalign((void **)&weights, 64, bytes) == 0);
  memset(weights, 0xcc, bytes);

  /* Not before the weights are there; refusals leave them as they were. */
  assert(coded_run(inputs, outputs, arena) == 3);
  assert(coded_init(NULL) == 1);
  assert(coded_init(weights + 1) == 1);
  assert(coded_run(inputs, outputs, arena) == 3);
  assert(weights[0] == 0xcc);
  assert(coded_init(weights) == 0);

  unsigned seed = 1;
  int different = 0;
  for (int sample = 0; sample < 8; ++sample) {
    for (size_t i = 0; i < sizeof(input); ++i) {
      seed = seed * 1664525u + 1013904223u;
      input[i] = (unsigned char)(seed >> 24);
    }
    if (getenv("FLOATS"))
      for (size_t i = 0; i < sizeof(input) / 4; ++i) {
        float value = input[4 * i] / 16.0f;
        memcpy(input + 4 * i, &value, 4);
      }
    unsigned char last[PLAIN_OUTPUT_0_SIZE];
    memcpy(last, expected, sizeof(last));
    outputs[0] = expected;
    assert(plain_run(inputs, outputs, arena) == 0);
    different += memcmp(last, expected, sizeof(last)) != 0;
    outputs[0] = found;
    memset(found, 0xcc, sizeof(found));
    assert(coded_run(inputs, outputs, arena) == 0);
    assert(memcmp(expected, found, sizeof(found)) == 0);
  }
  assert(different > 1);
  /* To other memory, for the runs that follow. */
  unsigned char *other = NULL;
  assert(posix_memalign((void **)&other, 64, bytes) == 0);
  assert(coded_init(other) == 0);
  assert(memcmp(weights, other, 64) == 0);
  free(weights);
  memset(found, 0xcc, sizeof(found));
  assert(coded_run(inputs, outputs, arena) == 0);
  assert(memcmp(expected, found, sizeof(found)) == 0);
  free(other);
  free(arena);
  printf("same outputs\n");
  return 0;
}
