//===- Npz.cpp - archives of numpy arrays -----------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Npz.h"
#include "DataError.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include <mutex>
#include <zip.h>

using namespace llvm;

namespace mlir::mopt {

namespace {
struct MemberCloser {
  void operator()(zip_file_t *file) const { zip_fclose(file); }
};
using Member = std::unique_ptr<zip_file_t, MemberCloser>;
} // namespace

struct NpzFile::Archive {
  std::shared_ptr<MemoryBuffer> file;
  std::string name;
  zip_t *zip = nullptr;
  std::vector<std::string> names;
  StringMap<zip_uint64_t> indices;
  /// libzip handles must not be used by two threads at once.
  std::mutex mutex;

  ~Archive() {
    if (zip)
      zip_discard(zip);
  }

  Error index();
  Expected<Member> openMember(StringRef array, zip_stat_t &stat);
  Expected<NpyHeader> readHeader(StringRef array, zip_file_t *member,
                                 SmallVectorImpl<uint8_t> &bytes);

  std::string path(StringRef array) const { return (name + ":" + array).str(); }
};

/// Reads up to `size` bytes; fewer only at the end. Fails with libzip's words
/// when the data is damaged.
static Expected<size_t> readFully(zip_file_t *member, uint8_t *data,
                                  size_t size, StringRef path) {
  size_t done = 0;
  while (done < size) {
    zip_int64_t count = zip_fread(member, data + done, size - done);
    if (count < 0)
      return dataError("cannot inflate '{0}': {1}; the archive is damaged, "
                       "copy or save it again",
                       path, zip_file_strerror(member));
    if (count == 0)
      break;
    done += size_t(count);
  }
  return done;
}

Error NpzFile::Archive::index() {
  zip_int64_t count = zip_get_num_entries(zip, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char *text = zip_get_name(zip, i, ZIP_FL_ENC_GUESS);
    if (!text)
      return dataError("'{0}': member {1} has no readable name", name, i);
    StringRef member(text);
    member.consume_back(".npy");
    if (!indices.try_emplace(member, zip_uint64_t(i)).second)
      return dataError("'{0}' has two members named '{1}'; save it again with "
                       "numpy.savez",
                       name, member);
    names.push_back(member.str());
  }
  return Error::success();
}

Expected<Member> NpzFile::Archive::openMember(StringRef array,
                                              zip_stat_t &stat) {
  auto found = indices.find(array);
  if (found == indices.end())
    return dataError("'{0}' has no array '{1}'; it has: {2}", name, array,
                     names.empty() ? "none" : join(names, ", "));
  constexpr zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                                  ZIP_STAT_COMP_METHOD |
                                  ZIP_STAT_ENCRYPTION_METHOD;
  zip_stat_init(&stat);
  if (zip_stat_index(zip, found->second, 0, &stat) != 0 ||
      (stat.valid & needed) != needed)
    return dataError("'{0}': the archive does not say the member's size",
                     path(array));
  if (stat.encryption_method != ZIP_EM_NONE)
    return dataError("'{0}' is encrypted; save it with numpy.savez",
                     path(array));
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
    return dataError("'{0}': compression method {1} is not supported; save "
                     "it with numpy.savez or numpy.savez_compressed",
                     path(array), stat.comp_method);
  Member member(zip_fopen_index(zip, found->second, 0));
  if (!member)
    return dataError("cannot open '{0}': {1}", path(array), zip_strerror(zip));
  return std::move(member);
}

Expected<NpyHeader>
NpzFile::Archive::readHeader(StringRef array, zip_file_t *member,
                             SmallVectorImpl<uint8_t> &bytes) {
  std::string where = path(array);
  bytes.resize(npyPrefixSize);
  Expected<size_t> got = readFully(member, bytes.data(), bytes.size(), where);
  if (!got)
    return got.takeError();
  bytes.resize(*got);
  Expected<size_t> size = npyHeaderSize(bytes, where);
  if (!size)
    return size.takeError();
  // The shortest header of version 1.0 may end before the prefix does; it has
  // no dictionary then, which parseNpyHeader rejects.
  if (*size > bytes.size()) {
    bytes.resize(*size);
    got = readFully(member, bytes.data() + npyPrefixSize, *size - npyPrefixSize,
                    where);
    if (!got)
      return got.takeError();
    bytes.resize(npyPrefixSize + *got);
  }
  return parseNpyHeader(bytes, where);
}

Expected<NpzFile> NpzFile::open(StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(
      path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return dataError("cannot read '{0}': {1}", path,
                     buffer.getError().message());
  return parse(std::move(*buffer), path);
}

Expected<NpzFile> NpzFile::parse(std::shared_ptr<MemoryBuffer> file,
                                 StringRef name) {
  // libzip takes nothing for an archive without members.
  if (file->getBufferSize() == 0)
    return dataError("'{0}' is empty; copy or save it again", name);
  NpzFile npz;
  npz.archive = std::make_shared<Archive>();
  Archive &archive = *npz.archive;
  archive.file = std::move(file);
  archive.name = name.str();

  zip_error_t error;
  zip_error_init(&error);
  scope_exit cleanup([&] { zip_error_fini(&error); });
  zip_source_t *source = zip_source_buffer_create(
      archive.file->getBufferStart(), archive.file->getBufferSize(), 0, &error);
  if (source)
    archive.zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (!archive.zip) {
    // Once opened, the archive owns the source; before, we do.
    if (source)
      zip_source_free(source);
    return dataError("'{0}' is not a readable .npz archive: {1}; save it "
                     "again with numpy.savez",
                     name, zip_error_strerror(&error));
  }
  if (Error failure = archive.index())
    return failure;
  return npz;
}

ArrayRef<std::string> NpzFile::names() const { return archive->names; }

bool NpzFile::contains(StringRef array) const {
  return archive->indices.contains(array);
}

Expected<NpyHeader> NpzFile::header(StringRef array) const {
  std::lock_guard<std::mutex> lock(archive->mutex);
  zip_stat_t stat;
  Expected<Member> member = archive->openMember(array, stat);
  if (!member)
    return member.takeError();
  SmallVector<uint8_t, 256> bytes;
  return archive->readHeader(array, member->get(), bytes);
}

Expected<Array> NpzFile::read(StringRef array) const {
  std::lock_guard<std::mutex> lock(archive->mutex);
  zip_stat_t stat;
  Expected<Member> member = archive->openMember(array, stat);
  if (!member)
    return member.takeError();
  std::string where = archive->path(array);
  SmallVector<uint8_t, 256> prefix;
  Expected<NpyHeader> header =
      archive->readHeader(array, member->get(), prefix);
  if (!header)
    return header.takeError();

  // Refuse before taking memory: the header's size against the archive's, and
  // the archive's against what its compressed bytes can hold. 1032 is the
  // greatest ratio of deflate (258 bytes from two bits, RFC 1951).
  uint64_t needed = uint64_t(header->dataSize) + header->dataOffset;
  if (stat.size != needed)
    return dataError("'{0}': shape {1} of {2} needs {3} bytes, the archive "
                     "holds {4}; copy or save it again",
                     where, shapeString(header->shape), dtypeName(header->type),
                     needed, stat.size);
  uint64_t ratio = stat.comp_method == ZIP_CM_STORE ? 1 : 1032;
  if (stat.comp_size > archive->file->getBufferSize() ||
      stat.size / ratio > stat.comp_size)
    return dataError("'{0}': {1} bytes cannot come from {2} compressed ones; "
                     "the archive is damaged",
                     where, stat.size, stat.comp_size);

  // Stored elements go to memory as they are: flat bytes, brought into host
  // order afterwards where they differ from it.
  Expected<Array> raw = Array::allocate(DType::UInt8, {header->dataSize});
  if (!raw)
    return raw.takeError();
  MutableArrayRef<uint8_t> target = raw->mutableBytes();
  // The prefix may have run past a short header into the elements.
  size_t early = std::min(prefix.size() - header->dataOffset, target.size());
  copy(ArrayRef(prefix).slice(header->dataOffset, early), target.begin());
  Expected<size_t> got = readFully(member->get(), target.data() + early,
                                   target.size() - early, where);
  if (!got)
    return got.takeError();
  if (*got + early != target.size())
    return dataError("'{0}' is truncated: {1} of {2} bytes", where,
                     *got + early, target.size());
  // Reading past the end makes libzip compare the CRC.
  uint8_t extra;
  Expected<size_t> more = readFully(member->get(), &extra, 1, where);
  if (!more)
    return more.takeError();
  if (*more != 0)
    return dataError("'{0}' inflates to more bytes than its header says; the "
                     "archive is damaged",
                     where);
  auto owner = std::make_shared<Array>(*raw);
  return npyElements(*header, raw->bytes().data(), std::move(owner));
}

} // namespace mlir::mopt
