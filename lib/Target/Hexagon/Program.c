//===- Program.c - A program around a model -----*- C -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program for Linux on Hexagon, without a library:
//
//   program [--reset] INPUT... OUTPUT...
//
// Each input is a file of any number of samples, one after the other, as the
// bytes of the tensor in memory. All samples are computed in order, and each
// output becomes a file of as many. Pipes will do as files: a sample is written
// as soon as it is computed. State goes on from sample to sample; with --reset
// every sample begins anew.
//
// AddProgram.cpp puts this around the functions of a model.
//
//===----------------------------------------------------------------------===//

#include <stddef.h>
#include <stdint.h>

// The C interface of the model; AddProgram.cpp gives these their names.
int32_t model_run(const void *const *inputs, void *const *outputs, void *arena);
void model_reset(void *arena);
int32_t model_num_inputs(void);
int32_t model_num_outputs(void);
size_t model_input_size(int32_t index);
size_t model_output_size(int32_t index);

/// Memory for the arena, for one sample of all tensors, each at a multiple of
/// 128 bytes, and for what is kept of each tensor.
extern char model_arena[];
extern char model_tensors[];
extern void *model_addresses[];
extern int32_t model_files[];

enum { kOpenAt = 56, kSeek = 62, kRead = 63, kWrite = 64, kExit = 94 };
enum { kHere = -100, kReadOnly = 0, kWriteNew = 01 | 0100 | 01000 };
enum { kInterrupted = -4 };

static int32_t callSystem(int32_t number, int32_t a, int32_t b, int32_t c,
                          int32_t d, int32_t e) {
  register int32_t r0 __asm__("r0") = a;
  register int32_t r1 __asm__("r1") = b;
  register int32_t r2 __asm__("r2") = c;
  register int32_t r3 __asm__("r3") = d;
  register int32_t r4 __asm__("r4") = e;
  register int32_t r6 __asm__("r6") = number;
  __asm__ volatile("trap0(#1)"
                   : "+r"(r0)
                   : "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r6)
                   : "memory");
  return r0;
}

static _Noreturn void leave(int32_t status) {
  for (;;)
    callSystem(kExit, status, 0, 0, 0, 0);
}

static void print(const char *text) {
  size_t size = 0;
  while (text[size])
    ++size;
  callSystem(kWrite, 2, (int32_t)text, (int32_t)size, 0, 0);
}

static _Noreturn void fail(const char *name, const char *reason) {
  print("error: '");
  print(name);
  print("' ");
  print(reason);
  print("\n");
  leave(1);
}

static void writeAll(int32_t file, const char *bytes, size_t size,
                     const char *name) {
  while (size > 0) {
    int32_t done =
        callSystem(kWrite, file, (int32_t)bytes, (int32_t)size, 0, 0);
    if (done == kInterrupted)
      continue;
    if (done <= 0)
      fail(name, "cannot be written");
    bytes += done;
    size -= done;
  }
}

/// As many bytes as there are, up to `size`.
static size_t readAll(int32_t file, char *bytes, size_t size,
                      const char *name) {
  size_t count = 0;
  while (count < size) {
    int32_t done = callSystem(kRead, file, (int32_t)(bytes + count),
                              (int32_t)(size - count), 0, 0);
    if (done == kInterrupted)
      continue;
    if (done < 0)
      fail(name, "cannot be read");
    if (done == 0)
      break;
    count += done;
  }
  return count;
}

static int32_t openFile(const char *name, int32_t flags) {
  int32_t file = callSystem(kOpenAt, kHere, (int32_t)name, flags, 0644, 0);
  if (file < 0)
    fail(name, flags == kReadOnly ? "cannot be opened" : "cannot be created");
  return file;
}

/// The number of bytes of a file; -1 of a pipe.
static int64_t getSize(int32_t file) {
  int64_t size = 0, start = 0;
  enum { kFromStart, kFromHere, kFromEnd };
  if (callSystem(kSeek, file, 0, 0, (int32_t)&size, kFromEnd) < 0 ||
      callSystem(kSeek, file, 0, 0, (int32_t)&start, kFromStart) < 0)
    return -1;
  return size;
}

/// Before anything is written: all files have whole samples, as many each.
static void checkSizes(char **names) {
  int64_t samples = -1;
  for (int32_t i = 0; i < model_num_inputs(); ++i) {
    int64_t size = getSize(model_files[i]);
    uint32_t one = model_input_size(i);
    if (size < 0 || one == 0)
      continue;
    // The files of 32-bit programs are smaller than 2^32 samples.
    int64_t whole = 0, count = 0;
    if (size >> 32 == 0) {
      count = (uint32_t)size / one;
      whole = count * one;
    }
    if (whole != size)
      fail(names[i], "does not hold a whole number of samples");
    if (samples >= 0 && count != samples)
      fail(names[i], "holds another number of samples than the first input");
    samples = count;
  }
}

/// Reads a sample; 0 where the files end.
static int readSample(char **names) {
  int32_t inputs = model_num_inputs();
  for (int32_t i = 0; i < inputs; ++i) {
    size_t size = model_input_size(i);
    size_t count = readAll(model_files[i], model_addresses[i], size, names[i]);
    if (count == size)
      continue;
    if (i == 0 && count == 0)
      return 0;
    fail(names[i], "ends within a sample");
  }
  return 1;
}

static int isReset(const char *text) {
  const char *flag = "--reset";
  while (*flag && *flag == *text)
    ++flag, ++text;
  return *flag == *text;
}

/// `stack` is as Linux leaves it: the number of arguments, then these.
__attribute__((used)) static _Noreturn void runProgram(int32_t *stack) {
  int32_t inputs = model_num_inputs(), outputs = model_num_outputs();
  int32_t count = stack[0] - 1;
  char **names = (char **)(stack + 2);
  int resets = 0;
  if (count > 0 && isReset(names[0])) {
    resets = 1;
    ++names;
    --count;
  }
  if (count != inputs + outputs) {
    print("usage: [--reset]");
    for (int32_t i = 0; i < inputs; ++i)
      print(" INPUT");
    for (int32_t i = 0; i < outputs; ++i)
      print(" OUTPUT");
    print("\n");
    leave(2);
  }
  char *next = model_tensors;
  for (int32_t i = 0; i < inputs + outputs; ++i) {
    model_addresses[i] = next;
    size_t size =
        i < inputs ? model_input_size(i) : model_output_size(i - inputs);
    next += (size + 127) & ~(size_t)127;
  }
  for (int32_t i = 0; i < inputs; ++i)
    model_files[i] = openFile(names[i], kReadOnly);
  checkSizes(names);
  for (int32_t i = inputs; i < inputs + outputs; ++i)
    model_files[i] = openFile(names[i], kWriteNew);

  model_reset(model_arena);
  while (readSample(names)) {
    if (model_run((const void *const *)model_addresses,
                  model_addresses + inputs, model_arena) != 0)
      fail("model", "cannot be run");
    for (int32_t i = 0; i < outputs; ++i)
      writeAll(model_files[inputs + i], model_addresses[inputs + i],
               model_output_size(i), names[inputs + i]);
    if (resets)
      model_reset(model_arena);
    // Without inputs there is one sample.
    if (inputs == 0)
      break;
  }
  leave(0);
}

__attribute__((naked, noreturn)) void _start(void) {
  __asm__ volatile("{ r0 = r29\n  r29 = and(r29, #-128) }\n"
                   "jump runProgram");
}
