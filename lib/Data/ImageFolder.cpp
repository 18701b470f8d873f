//===- ImageFolder.cpp - labelled folders of images -------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageFolder.h"
#include "DataError.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace mlir::mopt {

namespace {
struct Listing {
  std::vector<std::string> images;
  std::vector<std::string> folders;
};
} // namespace

/// Links count as what they lead to: data sets are often made of them. Few file
/// systems have to be asked again about what they list.
static bool isFolder(const sys::fs::directory_entry &entry) {
  switch (entry.type()) {
  case sys::fs::file_type::directory_file:
    return true;
  case sys::fs::file_type::regular_file:
    return false;
  default:
    return sys::fs::is_directory(entry.path());
  }
}

/// Names of the images and sub-folders, sorted by bytes: the order must not
/// depend on the file system.
static Expected<Listing> listFolder(StringRef path) {
  Listing listing;
  std::error_code error;
  sys::fs::directory_iterator it(path, error), end;
  for (; !error && it != end; it.increment(error)) {
    StringRef name = sys::path::filename(it->path());
    if (name.starts_with("."))
      continue;
    StringRef extension = sys::path::extension(name);
    if (isFolder(*it))
      listing.folders.push_back(name.str());
    else if (extension.equals_insensitive(".jpg") ||
             extension.equals_insensitive(".jpeg") ||
             extension.equals_insensitive(".png"))
      listing.images.push_back(name.str());
  }
  if (error)
    return dataError("cannot list folder '{0}': {1}", path, error.message());
  sort(listing.images);
  sort(listing.folders);
  return listing;
}

static std::string joinPath(StringRef folder, StringRef name) {
  SmallString<128> path(folder);
  sys::path::append(path, name);
  return path.str().str();
}

/// CLASS of `CLASS_anything.jpg`.
static std::optional<int64_t> labelOfFile(StringRef name) {
  StringRef digits = name.take_while(isDigit);
  int64_t label = 0;
  if (digits.empty() || !name.drop_front(digits.size()).starts_with("_") ||
      digits.getAsInteger(10, label))
    return std::nullopt;
  return label;
}

static Expected<ImageFolder> labelByName(StringRef path,
                                         ArrayRef<std::string> images) {
  ImageFolder folder;
  folder.hasLabels = labelOfFile(images.front()).has_value();
  for (const std::string &name : images) {
    std::optional<int64_t> label = labelOfFile(name);
    if (label.has_value() != folder.hasLabels) {
      StringRef plain = label ? images.front() : name;
      return dataError("'{0}': image '{1}' has no class in its name but others "
                       "have; name it CLASS_anything with CLASS an integer, or "
                       "remove it",
                       path, plain);
    }
    folder.entries.push_back({joinPath(path, name), label.value_or(-1)});
  }
  return folder;
}

static Expected<ImageFolder> labelByFolder(StringRef path,
                                           ArrayRef<std::string> folders) {
  ImageFolder result;
  result.hasLabels = true;
  // Sub-folder names are classes when all of them are integers.
  auto toClass = [](StringRef name) -> std::optional<int64_t> {
    int64_t label = 0;
    if (!all_of(name, isDigit) || name.getAsInteger(10, label))
      return std::nullopt;
    return label;
  };
  bool areNumbers = all_of(
      folders, [&](StringRef name) { return toClass(name).has_value(); });

  std::vector<std::vector<ImageFolder::Entry>> classes;
  size_t longest = 0;
  for (auto [index, name] : enumerate(folders)) {
    std::string inner = joinPath(path, name);
    Expected<Listing> listing = listFolder(inner);
    if (!listing)
      return listing.takeError();
    int64_t label = areNumbers ? *toClass(name) : int64_t(index);
    auto &entries = classes.emplace_back();
    for (const std::string &image : listing->images)
      entries.push_back({joinPath(inner, image), label});
    longest = std::max(longest, entries.size());
  }
  // One image of each class in turn, so that the first N cover the classes.
  for (size_t i = 0; i < longest; ++i)
    for (std::vector<ImageFolder::Entry> &entries : classes)
      if (i < entries.size())
        result.entries.push_back(std::move(entries[i]));
  return result;
}

Expected<ImageFolder> listImageFolder(StringRef path) {
  Expected<Listing> listing = listFolder(path);
  if (!listing)
    return listing.takeError();
  if (!listing->images.empty() && !listing->folders.empty())
    return dataError("'{0}' has images and sub-folders; keep either images "
                     "named CLASS_anything or one sub-folder a class",
                     path);
  if (!listing->images.empty())
    return labelByName(path, listing->images);
  Expected<ImageFolder> folder = labelByFolder(path, listing->folders);
  if (folder && folder->entries.empty())
    return dataError("folder '{0}' has no .jpg, .jpeg or .png images, nor "
                     "sub-folders with some",
                     path);
  return folder;
}

} // namespace mlir::mopt
