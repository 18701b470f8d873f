//===- LargeMemory.cpp - Memory for much data -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/LargeMemory.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

using namespace mlir;
using namespace mlir::mopt;

/// A line of the cache, and the widest vector of any host.
static constexpr size_t kAlignment = 64;

#if defined(__linux__)
/// Of most systems; the system rounds to its own.
static constexpr size_t kLargePage = size_t(2) << 20;

/// Null where the system refuses.
static std::shared_ptr<char> mapPages(size_t size) {
  // More, so that a large page can begin where the memory does.
  size_t mapped = size + kLargePage;
  void *begin = mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (begin == MAP_FAILED)
    return nullptr;
  auto *memory = reinterpret_cast<char *>(
      llvm::alignTo(reinterpret_cast<uintptr_t>(begin), kLargePage));
  // Where there are no large pages these are as good as others.
  (void)madvise(memory, size, MADV_HUGEPAGE);
  return {memory, [begin, mapped](char *) { munmap(begin, mapped); }};
}
#endif

std::shared_ptr<char> mopt::allocateLarge(size_t size) {
#if defined(__linux__)
  if (size >= 2 * kLargePage)
    if (std::shared_ptr<char> memory = mapPages(size))
      return memory;
#endif
  // aligned_alloc wants a multiple of the alignment; one line at least keeps
  // the pointer to nothing valid.
  size_t rounded = llvm::alignTo(size + 1, kAlignment);
  auto *memory = static_cast<char *>(std::aligned_alloc(kAlignment, rounded));
  if (!memory)
    llvm::report_bad_alloc_error("large memory");
  std::memset(memory, 0, rounded);
  return {memory, std::free};
}

void mopt::dropPages([[maybe_unused]] void *bytes,
                     [[maybe_unused]] size_t size) {
#if defined(__linux__)
  auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  uintptr_t begin = llvm::alignTo(reinterpret_cast<uintptr_t>(bytes), page);
  uintptr_t end =
      llvm::alignDown(reinterpret_cast<uintptr_t>(bytes) + size, page);
  if (begin < end)
    madvise(reinterpret_cast<void *>(begin), end - begin, MADV_DONTNEED);
#endif
}

char *BlobArena::take(size_t size) {
  constexpr size_t kLeast = size_t(256) << 10, kMost = size_t(32) << 20;
  size_t begin = llvm::alignTo(used, kAlignment);
  if (!slab || begin > slabSize || size > slabSize - begin) {
    // More each time: little data takes little memory. Pages that nobody
    // writes to are none.
    slabSize = std::max(size, std::clamp(4 * total, kLeast, kMost));
    slab = allocateLarge(slabSize);
    begin = 0;
  }
  used = begin + size;
  total += size;
  return slab.get() + begin;
}

AsmResourceBlob BlobArena::allocate(size_t size) {
  ArrayRef<char> data(take(size), size);
  return AsmResourceBlob(
      data, kAlignment, [owner = slab](void *, size_t, size_t) {},
      /*dataIsMutable=*/true);
}

AsmResourceBlob BlobArena::copy(ArrayRef<char> data, size_t alignment) {
  char *to = take(data.size());
  llvm::copy(data, to);
  auto release = [owner = slab](void *bytes, size_t size, size_t) {
    dropPages(bytes, size);
  };
  return AsmResourceBlob(ArrayRef<char>(to, data.size()), alignment,
                         std::move(release), /*dataIsMutable=*/false);
}
