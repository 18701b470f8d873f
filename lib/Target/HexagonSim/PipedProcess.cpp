//===- PipedProcess.cpp - A program at the end of pipes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PipedProcess.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mlir::mopt;
using llvm::Expected;
using llvm::StringRef;

namespace {

/// While it lives, writing into a pipe that nobody reads is an error of the
/// call and does not end this process.
class NoPipeSignal {
public:
  NoPipeSignal() {
    sigset_t pending;
    sigpending(&pending);
    wasPending = sigismember(&pending, SIGPIPE);
    sigemptyset(&pipeOnly);
    sigaddset(&pipeOnly, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipeOnly, &before);
  }
  ~NoPipeSignal() {
    // Takes the one that came meanwhile.
    const timespec atOnce = {0, 0};
    if (!wasPending)
      while (sigtimedwait(&pipeOnly, nullptr, &atOnce) < 0 && errno == EINTR)
        ;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

private:
  sigset_t pipeOnly, before;
  bool wasPending;
};

} // namespace

static llvm::Error systemError(const char *what) {
  return llvm::createStringError(llvm::Twine(what) + ": " +
                                 std::strerror(errno));
}

Expected<std::unique_ptr<PipedProcess>>
PipedProcess::start(llvm::ArrayRef<std::string> line, unsigned inputs,
                    unsigned outputs) {
  std::unique_ptr<PipedProcess> process(new PipedProcess);
  if (llvm::Error error = process->messages.create("txt"))
    return std::move(error);
  llvm::SmallVector<int> theirs;
  llvm::scope_exit closeTheirs([&] {
    for (int file : theirs)
      close(file);
  });
  for (unsigned i = 0; i < inputs + outputs; ++i) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
      return systemError("cannot make a pipe");
    bool isInput = i < inputs;
    theirs.push_back(ends[isInput ? 0 : 1]);
    (isInput ? process->inputs : process->outputs)
        .push_back(ends[isInput ? 1 : 0]);
  }

  // In the process they have other numbers, above all that are in use.
  int first = 3;
  for (int file : llvm::concat<int>(theirs, process->inputs, process->outputs))
    first = std::max(first, file + 1);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  llvm::scope_exit destroyActions(
      [&] { posix_spawn_file_actions_destroy(&actions); });
  llvm::SmallVector<std::string> words(line);
  for (auto [i, file] : llvm::enumerate(theirs)) {
    posix_spawn_file_actions_adddup2(&actions, file, first + i);
    words.push_back("/dev/fd/" + std::to_string(first + i));
  }
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  std::string messages = process->messages.getPath().str();
  posix_spawn_file_actions_addopen(&actions, 1, messages.c_str(),
                                   O_WRONLY | O_APPEND, 0);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  llvm::SmallVector<char *> arguments;
  for (std::string &word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  errno = posix_spawn(&process->process, arguments.front(), &actions,
                      /*attributes=*/nullptr, arguments.data(), environ);
  if (errno != 0) {
    process->process = -1;
    return systemError(("cannot start '" + words.front() + "'").c_str());
  }
  return process;
}

PipedProcess::~PipedProcess() {
  for (int file : llvm::concat<int>(inputs, outputs))
    close(file);
  if (process < 0)
    return;
  kill(process, SIGKILL);
  while (waitpid(process, nullptr, 0) < 0 && errno == EINTR)
    ;
}

/// Moves all of `bytes` by calls of `transfer`, which moves a part.
template <typename Bytes, typename Transfer>
static bool transferAll(Bytes bytes, Transfer transfer) {
  while (!bytes.empty()) {
    ssize_t count = transfer(bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    bytes = bytes.drop_front(count);
  }
  return true;
}

bool PipedProcess::write(unsigned index, llvm::ArrayRef<char> bytes) {
  NoPipeSignal guard;
  return transferAll(bytes, [&](const char *data, size_t size) {
    return ::write(inputs[index], data, size);
  });
}

bool PipedProcess::read(unsigned index, llvm::MutableArrayRef<char> bytes) {
  return transferAll(bytes, [&](char *data, size_t size) {
    return ::read(outputs[index], data, size);
  });
}

std::string PipedProcess::wait() {
  for (int file : llvm::concat<int>(inputs, outputs))
    close(file);
  inputs.clear();
  outputs.clear();
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR)
    ;
  process = -1;
  std::string text = "it ended";
  if (WIFSIGNALED(status))
    text = "it was ended by signal " + std::to_string(WTERMSIG(status));
  else if (WIFEXITED(status))
    text = "it ended with status " + std::to_string(WEXITSTATUS(status));
  auto written = llvm::MemoryBuffer::getFile(messages.getPath());
  StringRef message =
      written ? (*written)->getBuffer().trim().take_front(1000) : StringRef();
  return message.empty() ? text : text + ": " + message.str();
}
