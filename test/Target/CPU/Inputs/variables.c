// Runs variables.mlir: its variables and whether they were initialised are state.
#include "variables.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

static _Alignas(64) unsigned char arena[VARIABLES_ARENA_SIZE];
static _Alignas(64) unsigned char other[VARIABLES_ARENA_SIZE];

static void run(unsigned char *memory, float x, float expected0,
                float expected3, int count) {
  float input[4] = {x, x, x, x}, value[4];
  int32_t times;
  const void *inputs[] = {input};
  void *outputs[] = {value, &times};
  assert(variables_run(inputs, outputs, memory) == 0);
  assert(value[0] == expected0 && value[3] == expected3 && times == count);
}

int main(void) {
  memset(arena, 0x5A, sizeof(arena));
  memset(other, 0xA5, sizeof(other));
  variables_reset(arena);
  variables_reset(other);
  run(arena, 1, 4, 7, 3);
  run(arena, 2, 10, 13, 6);
  // Another arena has variables of its own.
  run(other, -1, -2, 1, 3);
  run(arena, 0, 10, 13, 9);
  // A copy of the state goes on where it was made.
  memcpy(other, arena, VARIABLES_STATE_SIZE);
  run(other, 1, 13, 16, 12);
  // Everything begins again.
  variables_reset(arena);
  run(arena, 1, 4, 7, 3);
  puts("variables ok");
  return 0;
}
