/* Runs a compiled model once: run-model INPUT... OUTPUT...
 * Files hold the bytes of the tensors. Compiled with -include HEADER and, for a
 * prefix other than the default, -DPREFIX=NAME. Every buffer has exactly the
 * size that the model asks for, so that a sanitizer sees what goes beyond. */
#include <stdio.h>
#include <stdlib.h>

#ifndef PREFIX
#define PREFIX mopt_model
#endif
#define JOIN2(a, b) a##_##b
#define JOIN(a, b) JOIN2(a, b)
#define F(name) JOIN(PREFIX, name)

static void *allocate(size_t bytes) {
  void *address = bytes ? malloc(bytes) : malloc(1);
  if (!address)
    exit(2);
  return address;
}

int main(int argc, char **argv) {
  int inputs = F(num_inputs)(), outputs = F(num_outputs)(), i;
  if (argc != 1 + inputs + outputs) {
    fprintf(stderr, "%d inputs and %d outputs wanted\n", inputs, outputs);
    return 2;
  }
  void **in = allocate(inputs * sizeof(void *));
  void **out = allocate(outputs * sizeof(void *));
  for (i = 0; i < inputs; ++i) {
    in[i] = allocate(F(input_size)(i));
    FILE *file = fopen(argv[1 + i], "rb");
    if (!file || fread(in[i], 1, F(input_size)(i), file) != F(input_size)(i) ||
        fgetc(file) != EOF) {
      fprintf(stderr, "%s: not %zu bytes\n", argv[1 + i], F(input_size)(i));
      return 2;
    }
    fclose(file);
  }
  for (i = 0; i < outputs; ++i)
    out[i] = allocate(F(output_size)(i));
  size_t arena_size = F(arena_size)();
  void *arena = arena_size ? aligned_alloc(64, arena_size) : NULL;
  F(reset)(arena);
  int status = F(run)((const void *const *)in, out, arena);
  for (i = 0; i < outputs && status == 0; ++i) {
    FILE *file = fopen(argv[1 + inputs + i], "wb");
    if (!file || fwrite(out[i], 1, F(output_size)(i), file) !=
                     F(output_size)(i) || fclose(file))
      return 2;
    free(out[i]);
  }
  for (i = 0; i < inputs; ++i)
    free(in[i]);
  free(in);
  free(out);
  free(arena);
  return status;
}
