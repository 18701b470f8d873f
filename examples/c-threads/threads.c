/* Runs a model on several threads: the parallel-for that the generated code
 * calls, with POSIX threads and nothing of mopt. See README.md.
 *
 * usage: threads THREADS RUNS */
#include "model.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { kMaxThreads = 16 };

/* A loop that threads share. Each takes the next part until none is left. */
struct pool {
  pthread_mutex_t mutex;
  pthread_cond_t begins, ends;
  unsigned loop; /* Number of the current loop. */
  int working;   /* Threads that are not done with it. */
  int threads, stopping;
  mopt_model_task task;
  void *data;
  size_t count, parts;
  atomic_size_t next;
};

static void work(struct pool *pool) {
  size_t part;
  while ((part = atomic_fetch_add(&pool->next, 1)) < pool->parts)
    pool->task(pool->data, pool->count * part / pool->parts,
               pool->count * (part + 1) / pool->parts);
}

static void *run_thread(void *argument) {
  struct pool *pool = argument;
  unsigned seen = 0;
  pthread_mutex_lock(&pool->mutex);
  for (;;) {
    while (pool->loop == seen && !pool->stopping)
      pthread_cond_wait(&pool->begins, &pool->mutex);
    if (pool->stopping)
      break;
    seen = pool->loop;
    pthread_mutex_unlock(&pool->mutex);
    work(pool);
    pthread_mutex_lock(&pool->mutex);
    if (--pool->working == 0)
      pthread_cond_signal(&pool->ends);
  }
  pthread_mutex_unlock(&pool->mutex);
  return NULL;
}

/* What PREFIX_run_parallel calls. */
static void parallel_for(void *context, mopt_model_task task, void *data,
                         size_t count) {
  struct pool *pool = context;
  pthread_mutex_lock(&pool->mutex);
  pool->task = task;
  pool->data = data;
  pool->count = count;
  pool->parts = (size_t)pool->threads * 4 < count ? pool->threads * 4 : count;
  pool->next = 0;
  pool->working = pool->threads - 1;
  ++pool->loop;
  pthread_cond_broadcast(&pool->begins);
  pthread_mutex_unlock(&pool->mutex);
  work(pool);
  pthread_mutex_lock(&pool->mutex);
  while (pool->working != 0)
    pthread_cond_wait(&pool->ends, &pool->mutex);
  pthread_mutex_unlock(&pool->mutex);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec * 1e-3;
}

int main(int argc, char **argv) {
  static struct pool pool = {.mutex = PTHREAD_MUTEX_INITIALIZER,
                             .begins = PTHREAD_COND_INITIALIZER,
                             .ends = PTHREAD_COND_INITIALIZER};
  pthread_t threads[kMaxThreads];
  int runs = argc == 3 ? atoi(argv[2]) : 0;
  pool.threads = argc == 3 ? atoi(argv[1]) : 0;
  if (pool.threads < 1 || pool.threads > kMaxThreads || runs < 1) {
    fprintf(stderr, "usage: threads THREADS RUNS\n");
    return 1;
  }
  unsigned char *input = malloc(MOPT_MODEL_INPUT_0_SIZE);
  unsigned char *expected = malloc(MOPT_MODEL_OUTPUT_0_SIZE);
  unsigned char *output = malloc(MOPT_MODEL_OUTPUT_0_SIZE);
  void *arena = aligned_alloc(64, MOPT_MODEL_ARENA_SIZE);
  for (size_t i = 0; i < MOPT_MODEL_INPUT_0_SIZE; ++i)
    input[i] = (i * 2654435761u) >> 13;
  const void *inputs[] = {input};
  void *outputs[] = {expected};
  mopt_model_reset(arena);
  if (mopt_model_run(inputs, outputs, arena) != 0)
    return 1;

  for (int i = 1; i < pool.threads; ++i)
    if (pthread_create(&threads[i], NULL, run_thread, &pool) != 0)
      return 1;
  int different = 0;
  double best = 0;
  outputs[0] = output;
  for (int run = 0; run < runs; ++run) {
    memset(output, 0x55, MOPT_MODEL_OUTPUT_0_SIZE);
    mopt_model_reset(arena);
    double start = now();
    if (mopt_model_run_parallel(inputs, outputs, arena, parallel_for, &pool))
      return 1;
    double time = now() - start;
    best = run == 0 || time < best ? time : best;
    different += memcmp(output, expected, MOPT_MODEL_OUTPUT_0_SIZE) != 0;
  }
  pthread_mutex_lock(&pool.mutex);
  pool.stopping = 1;
  pthread_cond_broadcast(&pool.begins);
  pthread_mutex_unlock(&pool.mutex);
  for (int i = 1; i < pool.threads; ++i)
    pthread_join(threads[i], NULL);
  printf("%d threads, %d runs, %u loops shared: best %.1f us, %d differ from "
         "one thread\n",
         pool.threads, runs, pool.loop, best, different);
  free(input);
  free(expected);
  free(output);
  free(arena);
  return different != 0;
}
