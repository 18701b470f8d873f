//===- count_packets.c - A plugin of QEMU that counts packets -----*- C -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For `qemu-hexagon -plugin count_packets.so,out=FILE`: how often each packet
// was executed, which is what QEMU takes for an instruction of Hexagon. FILE
// gets a line for each address: address and count, in hexadecimal and decimal.
//
//===----------------------------------------------------------------------===//

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Of version 1 of QEMU's interface for plugins, what is used here.
typedef uint64_t PluginId;
struct Information;
struct Block;
struct Instruction;
enum Operation { AddU64 };
typedef void (*TranslationCallback)(PluginId id, struct Block *block);
typedef void (*ExitCallback)(PluginId id, void *data);
void qemu_plugin_register_vcpu_tb_trans_cb(PluginId id,
                                           TranslationCallback callback);
void qemu_plugin_register_atexit_cb(PluginId id, ExitCallback callback,
                                    void *data);
size_t qemu_plugin_tb_n_insns(const struct Block *block);
struct Instruction *qemu_plugin_tb_get_insn(const struct Block *block,
                                            size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct Instruction *instruction);
void qemu_plugin_register_vcpu_insn_exec_inline(struct Instruction *instruction,
                                                enum Operation operation,
                                                void *counter, uint64_t value);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

/// Code of static programs lies in the first 64 MiB, in words of 4 bytes.
enum { kWords = 1 << 24 };

static uint64_t *counts;
static const char *path;

static void translate(PluginId id, struct Block *block) {
  (void)id;
  size_t number = qemu_plugin_tb_n_insns(block);
  for (size_t i = 0; i < number; ++i) {
    struct Instruction *instruction = qemu_plugin_tb_get_insn(block, i);
    uint64_t word = qemu_plugin_insn_vaddr(instruction) / 4;
    if (word < kWords)
      qemu_plugin_register_vcpu_insn_exec_inline(instruction, AddU64,
                                                 &counts[word], 1);
  }
}

static void finish(PluginId id, void *data) {
  (void)id;
  (void)data;
  FILE *file = fopen(path, "w");
  if (!file)
    return;
  for (uint32_t word = 0; word < kWords; ++word)
    if (counts[word])
      fprintf(file, "%x %llu\n", word * 4, (unsigned long long)counts[word]);
  fclose(file);
}

__attribute__((visibility("default"))) int
qemu_plugin_install(PluginId id, const struct Information *information,
                    int argc, char **argv) {
  (void)information;
  for (int i = 0; i < argc; ++i)
    if (strncmp(argv[i], "out=", 4) == 0)
      path = strdup(argv[i] + 4);
  counts = calloc(kWords, sizeof(*counts));
  if (!path || !counts) {
    fprintf(stderr, "count_packets: give out=FILE\n");
    return 1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  qemu_plugin_register_atexit_cb(id, finish, NULL);
  return 0;
}
