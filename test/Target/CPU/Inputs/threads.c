/* Two threads with an arena each compute at once what one computes alone. */
#include "digits.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kThreads = 2, kImages = 8, kRounds = 100 };

static unsigned char images[kImages][DIGITS_INPUT_0_SIZE];
static unsigned char expected[kImages][DIGITS_OUTPUT_0_SIZE];

static int classify(int image, void *result, void *arena) {
  const void *inputs[] = {images[image]};
  void *outputs[] = {result};
  return digits_run(inputs, outputs, arena);
}

static void *work(void *start) {
  void *arena = aligned_alloc(64, DIGITS_ARENA_SIZE);
  char *wrong = NULL;
  digits_reset(arena);
  for (int round = 0; round < kRounds; ++round) {
    unsigned char result[DIGITS_OUTPUT_0_SIZE];
    int image = (*(int *)start + round) % kImages;
    if (classify(image, result, arena) != 0 ||
        memcmp(result, expected[image], sizeof(result)) != 0)
      wrong = "wrong";
  }
  free(arena);
  return wrong;
}

int main(void) {
  unsigned seed = 7;
  void *arena = aligned_alloc(64, DIGITS_ARENA_SIZE);
  for (int i = 0; i < kImages; ++i) {
    for (int k = 0; k < DIGITS_INPUT_0_SIZE; ++k) {
      seed = seed * 1664525u + 1013904223u;
      images[i][k] = seed >> 24;
    }
    if (classify(i, expected[i], arena) != 0)
      return 1;
  }
  /* All images giving the same would show nothing. */
  if (memcmp(expected[0], expected[1], DIGITS_OUTPUT_0_SIZE) == 0)
    return 1;
  free(arena);
  pthread_t threads[kThreads];
  int starts[kThreads];
  for (int i = 0; i < kThreads; ++i) {
    starts[i] = i * 3;
    if (pthread_create(&threads[i], NULL, work, &starts[i]) != 0)
      return 1;
  }
  int status = 0;
  for (int i = 0; i < kThreads; ++i) {
    void *wrong;
    pthread_join(threads[i], &wrong);
    status |= wrong != NULL;
  }
  puts(status ? "threads differ" : "threads agree");
  return status;
}
