//===- runtime.c - Runtime of Hexagon against the host's -----*- C -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random bits, special values and neighbours of ties. Products, quotients,
// roots and rounding have one right result. Functions of floats are compared
// with those of doubles, rounded.
//
//===----------------------------------------------------------------------===//

#define HELPER(name) our_##name
#include "Runtime.c"

#include <math.h>
#include <stdio.h>
#include <string.h>

static long count, wrong;

static uint64_t draw(void) {
  static uint64_t state = 88172645463325252ull;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static void check(const char *name, int isSame, double x, double y) {
  ++count;
  if (!isSame && ++wrong < 20)
    printf("%s(%a, %a)\n", name, x, y);
}

static int sameDouble(double a, double b) {
  return (a != a && b != b) || bitsOfDouble(a) == bitsOfDouble(b);
}

static int sameFloat(float a, float b) {
  return (a != a && b != b) || bitsOfFloat(a) == bitsOfFloat(b);
}

#define CHECK1(same, name, ours, x) check(#name, same(name(x), ours(x)), x, 0)

static void checkDoubles(double x, double y) {
  check("mul", sameDouble(x * y, our___hexagon_muldf3(x, y)), x, y);
  check("div", sameDouble(x / y, our___hexagon_divdf3(x, y)), x, y);
  CHECK1(sameDouble, sqrt, our_sqrt, x);
  CHECK1(sameDouble, nearbyint, our_roundeven, x);
  CHECK1(sameDouble, round, our_round, x);
  CHECK1(sameDouble, floor, our_floor, x);
  CHECK1(sameDouble, ceil, our_ceil, x);
  CHECK1(sameDouble, trunc, our_trunc, x);
}

static void checkFloats(float x, float y) {
  CHECK1(sameFloat, sqrtf, our___hexagon_sqrtf, x);
  CHECK1(sameFloat, nearbyintf, our_roundevenf, x);
  CHECK1(sameFloat, nearbyintf, our_rintf, x);
  CHECK1(sameFloat, roundf, our_roundf, x);
  CHECK1(sameFloat, floorf, our_floorf, x);
  CHECK1(sameFloat, ceilf, our_ceilf, x);
  CHECK1(sameFloat, truncf, our_truncf, x);
  check("fmodf", sameFloat(fmodf(x, y), our_fmodf(x, y)), x, y);
  check("expf", sameFloat((float)exp(x), our_expf(x)), x, 0);
  check("tanhf", sameFloat((float)tanh(x), our_tanhf(x)), x, 0);
  check("logf", sameFloat((float)log(x), our_logf(x)), x, 0);
}

static void checkIntegers(uint64_t a, uint64_t b) {
  uint32_t c = a, d = b;
  if (b == 0 || d == 0)
    return;
  check("udiv", a / b == our___hexagon_udivdi3(a, b), a, b);
  check("umod", a % b == our___hexagon_umoddi3(a, b), a, b);
  check("udiv", c / d == our___hexagon_udivsi3(c, d), c, d);
  check("umod", c % d == our___hexagon_umodsi3(c, d), c, d);
  // Their quotients by -1 may not exist.
  int64_t e = a, f = b;
  int32_t g = a, h = b;
  if (f == -1 || h == -1)
    return;
  check("div", e / f == our___hexagon_divdi3(e, f), e, f);
  check("mod", e % f == our___hexagon_moddi3(e, f), e, f);
  check("div", g / h == our___hexagon_divsi3(g, h), g, h);
  check("mod", g % h == our___hexagon_modsi3(g, h), g, h);
}

static void checkMemory(void) {
  unsigned char bytes[128], expected[128];
  for (int round = 0; round < 20000; ++round) {
    for (int i = 0; i < 128; ++i)
      bytes[i] = expected[i] = draw();
    int to = draw() % 48, from = draw() % 48, size = draw() % 80;
    memmove(expected + to, expected + from, size);
    our_memmove(bytes + to, bytes + from, size);
    check("memmove", our_memcmp(bytes, expected, 128) == 0, to, from);
    our_memset(bytes + to, from, size);
    memset(expected + to, from, size);
    check("memset", memcmp(bytes, expected, 128) == 0, to, size);
    our_memcpy(bytes, expected + 64, 64);
    check("memcpy", memcmp(bytes, expected + 64, 64) == 0, 0, 0);
  }
}

int main(void) {
  static const double special[] = {0.0,
                                   -0.0,
                                   1.0,
                                   -1.0,
                                   0.5,
                                   1.5,
                                   2.5,
                                   INFINITY,
                                   -INFINITY,
                                   NAN,
                                   0x1p-1074,
                                   1e308,
                                   0x1p-1022,
                                   0x1.fffffffffffffp-2,
                                   0x1.00000000000008p52,
                                   1e-310};
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 16; ++j) {
      checkDoubles(special[i], special[j]);
      checkFloats(special[i], special[j]);
    }
  for (long i = 0; i < 300000; ++i) {
    double x = doubleOfBits(draw()), y = doubleOfBits(draw());
    checkDoubles(x, y);
    // Near 1, and with quotients and products that are subnormal.
    uint64_t sign = SIGN64 | (HIDDEN64 - 1);
    double near = doubleOfBits((draw() & sign) | ((draw() % 80 + 983) << 52));
    double tiny = doubleOfBits((draw() & sign) | ((draw() % 60) << 52));
    checkDoubles(near, tiny);
    checkDoubles(tiny, near);
    checkDoubles(((int64_t)(draw() % 8001) - 4000) * 0.25, near);
    checkFloats(floatOfBits(draw()), floatOfBits(draw()));
    checkFloats((float)near, (float)y);
    checkFloats(((int)(draw() % 8001) - 4000) * 0.25f, (float)near);
    checkIntegers(draw() >> draw() % 64, draw() >> draw() % 64);
  }
  checkMemory();
  printf("%ld of %ld results differ\n", wrong, count);
  return wrong != 0;
}
