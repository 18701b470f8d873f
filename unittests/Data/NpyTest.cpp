//===- NpyTest.cpp - numpy array files --------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DataTest.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace mlir::mopt;

/// A .npy file of version 1.0 with this dictionary.
static std::string npyFile(StringRef dictionary, StringRef data) {
  std::string file("\x93NUMPY\x01\x00\x00\x00", 10);
  support::endian::write16le(&file[8], uint16_t(dictionary.size()));
  return file + dictionary.str() + data.str();
}

static Expected<Array> parse(StringRef bytes) {
  return parseNpy(MemoryBuffer::getMemBufferCopy(bytes), "t.npy");
}

static std::string fileBytes(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path);
  EXPECT_TRUE(bool(buffer)) << path.str();
  return buffer ? (*buffer)->getBuffer().str() : "";
}

static std::string written(const Array &array) {
  std::string bytes;
  raw_string_ostream os(bytes);
  EXPECT_FALSE(errorToBool(writeNpy(array, os)));
  return bytes;
}

TEST(NpyTest, EveryStorageOfTheSameArrayReadsTheSame) {
  Array expected = readInput("c_order.npy");
  EXPECT_EQ(shapeString(expected.shape()), "2x3x4");
  for (int i = 0; i < 24; ++i)
    EXPECT_EQ(expected.as<int32_t>()[i], i);
  for (StringRef name :
       {"version2.npy", "version3.npy", "big_endian.npy", "fortran.npy"}) {
    SCOPED_TRACE(name.str());
    expectSame(readInput(name), expected);
  }
}

TEST(NpyTest, SwapsBothPartsOfComplexNumbers) {
  Array array = readInput("fortran_big_complex.npy");
  EXPECT_EQ(array.dtype(), DType::Complex64);
  for (int i = 0; i < 24; ++i)
    EXPECT_EQ(array.as<std::complex<float>>()[i],
              std::complex<float>(i, i + 100));
}

TEST(NpyTest, ReadsScalars) {
  Array array = readInput("scalar.npy");
  EXPECT_EQ(array.rank(), 0);
  EXPECT_EQ(array.as<double>()[0], 2.5);
}

TEST(NpyTest, WritesTheBytesThatNumpyWrites) {
  for (StringRef name : {"c_order.npy", "scalar.npy", "vector.npy",
                         "resize_source.npy", "quantise_v.npy"}) {
    SCOPED_TRACE(name.str());
    EXPECT_TRUE(written(readInput(name)) == fileBytes(inputPath(name)));
  }
}

TEST(NpyTest, EveryTypeRoundTrips) {
  for (unsigned i = 0; i <= unsigned(DType::Complex128); ++i) {
    SCOPED_TRACE(dtypeName(DType(i)).str());
    Array array = expectValue(Array::allocate(DType(i), {3, 2}));
    for (auto [index, byte] : enumerate(array.mutableBytes()))
      byte = i == 0 ? index % 2 : index;
    expectSame(expectValue(parse(written(array))), array);
  }
}

TEST(NpyTest, WritesFilesWhole) {
  SmallString<128> folder;
  ASSERT_FALSE(sys::fs::createUniqueDirectory("mopt-npy", folder));
  Array array = readInput("vector.npy");
  std::string path = (folder + "/a.npy").str();
  EXPECT_FALSE(errorToBool(writeNpy(array, path)));
  expectSame(expectValue(readNpy(path)), array);
  expectContains(toString(writeNpy(array, (folder + "/none/a.npy").str())),
                 "cannot write '");
  sys::fs::remove_directories(folder);
}

namespace {
struct Malformed {
  const char *name;
  std::string bytes;
  const char *message;
};
void PrintTo(const Malformed &item, std::ostream *os) { *os << item.name; }
class MalformedNpyTest : public testing::TestWithParam<Malformed> {};
} // namespace

TEST_P(MalformedNpyTest, IsRefusedWithAReason) {
  std::string message = expectError(parse(GetParam().bytes));
  expectContains(message, "'t.npy'");
  expectContains(message, GetParam().message);
}

static std::string dict(StringRef descr, StringRef shape) {
  return ("{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape +
          ", }")
      .str();
}

static std::vector<Malformed> malformedFiles() {
  std::string good = npyFile(dict("'|u1'", "(4,)"), "abcd");
  std::string version9 = good, huge = good, longHeader = good;
  version9[6] = 9;
  huge.replace(6, 1, "\x02");
  huge.replace(8, 2, "\xff\xff");
  longHeader.replace(8, 2, "\xff\xff");
  auto withShape = [](StringRef shape) {
    return npyFile(dict("'<f4'", shape), "");
  };
  auto withDescr = [](StringRef descr) {
    return npyFile(dict(descr, "(1,)"), "");
  };
  return {
      {"Empty", "", "not a .npy array"},
      {"WrongMagic", "\x93NUMPX and more text", "not a .npy array"},
      {"OnlyMagic", "\x93NUMPY", "ends within its .npy header"},
      {"Version9", version9, "version 9.0 is not supported"},
      {"HeaderPastTheEnd", longHeader, "ends within its .npy header"},
      {"HugeHeader", huge, "longer than any numeric array needs"},
      {"TruncatedData", good.substr(0, good.size() - 1),
       "is truncated: shape 4 of uint8 needs 4 bytes, the file has 3"},
      {"TrailingData", good + "z", "has 1 bytes after its array"},
      {"NotADictionary", npyFile("['descr']", ""), "does not start with '{'"},
      {"Garbage", npyFile("{\xff\xfe\x01\x02", ""), "quoted string is missing"},
      {"OpenString", npyFile("{'descr", ""), "string is not closed"},
      {"EscapedString", npyFile("{'des\\x63r': '<f4'}", ""), "has an escape"},
      {"NoColon", npyFile("{'descr' '<f4'}", ""), "':' is missing"},
      {"NoComma", npyFile("{'descr': '<f4' 'shape': (1,)}", ""),
       "comma or '}' is missing"},
      {"OpenDictionary", npyFile("{'descr': '<f4',", ""),
       "quoted string is missing"},
      {"TextAfter", npyFile(dict("'<f4'", "(1,)") + "x", "abcd"),
       "text follows the dictionary"},
      {"UnknownKey", npyFile("{'order': 1}", ""), "unknown key 'order'"},
      {"TwiceTheKey", npyFile("{'descr': '<f4', 'descr': '<f4'}", ""),
       "key 'descr' comes twice"},
      {"NoShape", npyFile("{'descr': '<f4', 'fortran_order': False}", ""),
       "needs the keys"},
      {"BadOrder", npyFile("{'fortran_order': 0}", ""), "neither True nor"},
      {"ShapeNotTuple", withShape("4"), "'shape' is not a tuple"},
      {"ShapeOpen", withShape("(4"), "'shape'"},
      {"ShapeWords", withShape("(four,)"), "is not an integer"},
      {"ShapeFraction", withShape("(4.5,)"), "lacks a comma"},
      {"ShapeNegative", withShape("(-4,)"), "negative dimension"},
      {"ShapeBeyondInt64", withShape("(99999999999999999999,)"),
       "is too large"},
      {"ShapeOverflow", withShape("(4294967296, 4294967296, 2)"), "overflows"},
      {"BytesOverflow", withShape("(4611686018427387904,)"), "overflows"},
      {"RankTooHigh", withShape("(" + std::string(130, '1') + ")"),
       "is too large"},
      {"ManyDimensions",
       withShape("(" + join(std::vector<std::string>(65, "1"), ",") + ")"),
       "more than 64 dimensions"},
      {"Object", withDescr("'|O'"), "object needs Python"},
      {"Structured", withDescr("[('a', '<f4')]"), "structured"},
      {"Unicode", withDescr("'<U10'"), "'<U10' is not supported"},
      {"Date", withDescr("'<M8[s]'"), "is not supported"},
      {"LongDouble", withDescr("'<f16'"), "is not supported"},
      {"NoType", withDescr("''"), "is not supported"}};
}

INSTANTIATE_TEST_SUITE_P(Files, MalformedNpyTest,
                         testing::ValuesIn(malformedFiles()),
                         [](const auto &info) { return info.param.name; });

TEST(NpyTest, MissingFileNamesIt) {
  std::string message = expectError(readNpy(inputPath("nowhere.npy")));
  expectContains(message, "cannot read '");
  expectContains(message, "nowhere.npy");
}
