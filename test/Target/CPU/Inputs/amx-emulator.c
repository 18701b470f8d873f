/* The matrix instructions of Intel AMX in C, for processors without them.
 *
 * Checks what the processor would check, and that tiles fit each other. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local struct {
  int isConfigured;
  int bytes[8], rows[8];
  uint8_t data[8][16][64];
} unit;

static void require(int condition, const char *text) {
  if (condition)
    return;
  fprintf(stderr, "amx: %s\n", text);
  abort();
}

long emu_request(long number, long code, long feature) {
  require(number == 158 && code == 0x1023 && feature == 18, "system call");
  return getenv("NO_AMX") ? -22 : 0;
}

void emu_ldtilecfg(const uint8_t *configuration) {
  require(configuration[0] == 1 && configuration[1] == 0, "palette");
  memset(&unit, 0, sizeof unit);
  unit.isConfigured = 1;
  for (int i = 0; i < 8; ++i) {
    unit.bytes[i] = configuration[16 + 2 * i] | configuration[17 + 2 * i] << 8;
    unit.rows[i] = configuration[48 + i];
    require(unit.bytes[i] > 0 && unit.bytes[i] <= 64, "bytes of a row");
    require(unit.rows[i] > 0 && unit.rows[i] <= 16, "rows");
  }
}

void emu_tilerelease(void) { unit.isConfigured = 0; }

void emu_tileloadd64(uint8_t tile, const uint8_t *from, long stride) {
  require(unit.isConfigured, "load without configuration");
  memset(unit.data[tile], 0, sizeof unit.data[tile]);
  for (int row = 0; row < unit.rows[tile]; ++row)
    memcpy(unit.data[tile][row], from + row * stride, unit.bytes[tile]);
}

void emu_tilestored64(uint8_t tile, uint8_t *to, long stride) {
  require(unit.isConfigured, "store without configuration");
  for (int row = 0; row < unit.rows[tile]; ++row)
    memcpy(to + row * stride, unit.data[tile][row], unit.bytes[tile]);
}

void emu_tdpbssd(uint8_t sums, uint8_t a, uint8_t b) {
  require(unit.isConfigured, "product without configuration");
  require(sums != a && sums != b && a != b, "one tile twice");
  require(unit.rows[sums] == unit.rows[a], "rows of the first operand");
  require(unit.bytes[sums] == unit.bytes[b], "columns of the second operand");
  require(unit.bytes[a] == 4 * unit.rows[b] && unit.bytes[a] % 4 == 0,
          "inner sizes");
  for (int m = 0; m < unit.rows[sums]; ++m)
    for (int n = 0; n < unit.bytes[sums] / 4; ++n) {
      uint32_t sum;
      memcpy(&sum, &unit.data[sums][m][4 * n], 4);
      for (int k = 0; k < unit.rows[b]; ++k)
        for (int i = 0; i < 4; ++i)
          sum += (uint32_t)((int8_t)unit.data[a][m][4 * k + i] *
                            (int8_t)unit.data[b][k][4 * n + i]);
      memcpy(&unit.data[sums][m][4 * n], &sum, 4);
    }
}
