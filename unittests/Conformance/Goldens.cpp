//===- Goldens.cpp - The golden archives of the case table ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Goldens.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir::mopt;
using namespace mlir::mopt::conformance;
using llvm::Expected;
using llvm::StringRef;

/// Rows look like `op/case`, with a note after two blanks on some; the note
/// `REFUSED: reason` says that there is no golden.
static Expected<std::vector<GoldenCase>> readListing(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return llvm::createFileError(path, buffer.getError());
  std::vector<GoldenCase> cases;
  llvm::StringMap<unsigned> counts;
  llvm::SmallVector<StringRef> lines;
  (*buffer)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : lines) {
    if (line.starts_with("#"))
      continue;
    auto [row, note] = line.split("  ");
    StringRef refusal = note.consume_front("REFUSED: ") ? note : StringRef();
    auto [op, name] = row.split('/');
    if (op.empty() || name.empty())
      return llvm::createStringError("listing.txt: not a row: " + line);
    cases.push_back({op.str(), name.str(), refusal.str()});
    if (refusal.empty())
      cases.back().number = counts[op]++;
  }
  return cases;
}

Expected<Goldens> Goldens::open(StringRef directory) {
  Goldens goldens;
  auto cases = readListing((directory + "/listing.txt").str());
  if (!cases)
    return cases.takeError();
  goldens.cases = std::move(*cases);

  llvm::StringSet<> golden;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator entry(directory, error), end;
       entry != end && !error; entry.increment(error)) {
    StringRef path = entry->path();
    if (llvm::sys::path::extension(path) != ".npz")
      continue;
    Expected<NpzFile> archive = NpzFile::open(path);
    if (!archive)
      return archive.takeError();
    StringRef op = llvm::sys::path::stem(path);
    for (const std::string &member : archive->names())
      golden.insert((op + "/" + StringRef(member).rsplit('/').first).str());
    goldens.archives.emplace_back(op.str(), std::move(*archive));
  }
  if (error)
    return llvm::createFileError(directory, error);

  // The listing and the archives must tell the same story: a case that lost
  // its members would otherwise pass unseen.
  for (const GoldenCase &row : goldens.cases)
    if (row.refusal.empty() != golden.erase(row.getFullName()))
      return llvm::createStringError(
          row.getFullName() +
          (row.refusal.empty() ? ": no golden" : ": refused, yet golden"));
  if (!golden.empty())
    return llvm::createStringError(golden.begin()->getKey() +
                                   ": golden, but not in listing.txt");
  return goldens;
}

const NpzFile *Goldens::findArchive(StringRef op) const {
  for (const auto &[name, archive] : archives)
    if (name == op)
      return &archive;
  return nullptr;
}

Expected<DType> Goldens::readResultType(const GoldenCase &row) const {
  const NpzFile *archive = findArchive(row.op);
  if (!archive)
    return llvm::createStringError(row.op + ".npz: no such archive");
  Expected<NpyHeader> header = archive->header(row.name + "/out_0_0");
  if (!header)
    return header.takeError();
  return header->type;
}

Expected<Golden> Goldens::read(const GoldenCase &row) const {
  const NpzFile *archive = findArchive(row.op);
  if (!archive)
    return llvm::createStringError(row.op + ".npz: no such archive");
  auto member = [&](StringRef kind, size_t run, size_t index) {
    return llvm::formatv("{0}/{1}_{2}_{3}", row.name, kind, run, index).str();
  };

  Golden golden;
  Expected<Array> model = archive->read(row.name + "/model");
  if (!model)
    return model.takeError();
  golden.model = *model;
  for (size_t run = 0; archive->contains(member("out", run, 0)); ++run) {
    GoldenRun values;
    for (size_t i = 0; archive->contains(member("in", run, i)); ++i) {
      Expected<Array> input = archive->read(member("in", run, i));
      if (!input)
        return input.takeError();
      values.inputs.push_back(*input);
    }
    for (size_t i = 0; archive->contains(member("out", run, i)); ++i) {
      Expected<Array> output = archive->read(member("out", run, i));
      if (!output)
        return output.takeError();
      values.outputs.push_back(*output);
      values.bounds.emplace_back();
      if (!archive->contains(member("bound", run, i)))
        continue;
      Expected<Array> bound = archive->read(member("bound", run, i));
      if (!bound)
        return bound.takeError();
      if (bound->dtype() != DType::Float32 || bound->shape() != output->shape())
        return llvm::createStringError(member("bound", run, i) +
                                       ": not a float32 array of the shape of "
                                       "its output");
      values.bounds.back() = *bound;
    }
    golden.runs.push_back(std::move(values));
  }
  if (golden.runs.empty())
    return llvm::createStringError(row.getFullName() + ": no outputs");
  return golden;
}
