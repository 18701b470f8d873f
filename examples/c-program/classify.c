/* Classifies an 8x8 image with the digits model as native code: no runtime
 * library, no allocation. See README.md for how digits.o and digits.h are made.
 */
#include "digits.h"
#include <stdio.h>

static _Alignas(64) unsigned char arena[DIGITS_ARENA_SIZE];

int main(int argc, char **argv) {
  float pixels[64], probabilities[10];
  int width, height, white;
  FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (!file || fscanf(file, "P2 %d %d %d", &width, &height, &white) != 3 ||
      width != 8 || height != 8 || white != 16) {
    fprintf(stderr, "usage: classify IMAGE.pgm (8x8, 16 grey levels, text)\n");
    return 1;
  }
  for (int i = 0; i < 64; ++i)
    if (fscanf(file, "%f", &pixels[i]) != 1)
      return 1;
  fclose(file);

  const void *inputs[] = {pixels};
  void *outputs[] = {probabilities};
  if (digits_run(inputs, outputs, arena) != 0)
    return 1;

  int best = 0;
  for (int i = 1; i < 10; ++i)
    if (probabilities[i] > probabilities[best])
      best = i;
  printf("%d (%.1f %%)\n", best, 100 * probabilities[best]);
  return 0;
}
