/* The state of a model in its arena: carried on, reset, copied. */
#undef NDEBUG
#include "lstm.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  enum { kOutput = LSTM_OUTPUT_0_SIZE };
  float first[kOutput / 4], second[kOutput / 4], other[kOutput / 4];
  const void *inputs[LSTM_NUM_INPUTS];
  void *outputs[1];
  unsigned char saved[LSTM_STATE_SIZE];
  unsigned seed = 1;
  for (int i = 0; i < LSTM_NUM_INPUTS; ++i) {
    size_t count = lstm_input_size(i) / 4;
    float *values = malloc(4 * count);
    for (size_t k = 0; k < count; ++k) {
      seed = seed * 1664525u + 1013904223u;
      values[k] = (float)(seed >> 16) / 32768.0f - 1.0f;
    }
    inputs[i] = values;
  }
  assert(lstm_state_size() == LSTM_STATE_SIZE && LSTM_STATE_SIZE > 0);
  assert(lstm_arena_size() == LSTM_ARENA_SIZE);
  unsigned char *arena = aligned_alloc(64, LSTM_ARENA_SIZE);
  unsigned char *copy = aligned_alloc(64, LSTM_ARENA_SIZE);
  memset(arena, 0xff, LSTM_ARENA_SIZE);

#define RUN(in, out)                                                           \
  (outputs[0] = (out), assert(lstm_run(inputs, outputs, (in)) == 0))
  lstm_reset(arena);
  RUN(arena, first);
  memcpy(saved, arena, LSTM_STATE_SIZE);
  RUN(arena, second);
  assert(memcmp(first, second, kOutput) != 0);

  /* From the beginning again. */
  lstm_reset(arena);
  RUN(arena, other);
  assert(memcmp(first, other, kOutput) == 0);

  /* The state is all that a run hands on. */
  memset(copy, 0xff, LSTM_ARENA_SIZE);
  memcpy(copy, saved, LSTM_STATE_SIZE);
  RUN(copy, other);
  assert(memcmp(second, other, kOutput) == 0);

  /* Refusals compute nothing. */
  memset(other, 0, kOutput);
  assert(lstm_run(NULL, outputs, arena) == 1);
  assert(lstm_run(inputs, NULL, arena) == 1);
  assert(lstm_run(inputs, outputs, NULL) == 1);
  assert(lstm_run(inputs, outputs, arena + 1) == 1);
  outputs[0] = NULL;
  assert(lstm_run(inputs, outputs, arena) == 1);
  assert(other[0] == 0);

  /* Of tensors that do not exist nothing is known. */
  assert(lstm_num_inputs() == LSTM_NUM_INPUTS && lstm_num_outputs() == 1);
  assert(lstm_input_size(-1) == 0 && lstm_output_size(1) == 0);
  assert(!lstm_input_name(LSTM_NUM_INPUTS) && !lstm_output_name(-1));
  assert(strcmp(lstm_input_name(0), "input0") == 0);
  assert(strcmp(lstm_output_name(0), "output0") == 0);
  for (int i = 0; i < LSTM_NUM_INPUTS; ++i)
    free((void *)inputs[i]);
  free(arena);
  free(copy);
  puts("state ok");
  return 0;
}
