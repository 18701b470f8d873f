//===- SparseEncodingTest.cpp - Sparse constants become dense -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/SparseEncoding.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/MLIRContext.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <random>

using namespace mlir;
using namespace mlir::mopt;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {
class SparseEncodingTest : public testing::Test {
protected:
  llvm::Expected<std::vector<char>> run(StringRef type, StringRef sparsity,
                                        std::vector<char> values) {
    auto tensor = cast<RankedTensorType>(parseType(type, &context));
    auto table = cast<DictionaryAttr>(parseAttribute(sparsity, &context));
    return densify(tensor, table, values);
  }

  std::vector<char> dense(StringRef type, StringRef sparsity,
                          std::vector<char> values) {
    auto result = run(type, sparsity, std::move(values));
    if (result)
      return *result;
    ADD_FAILURE() << llvm::toString(result.takeError());
    return {};
  }

  /// The error of a 2x3 tensor of bytes with one compressed row each.
  std::string error(StringRef sparsity, std::vector<char> values = {1, 2}) {
    auto result = run("tensor<2x3xi8>", sparsity, std::move(values));
    return result ? "no error" : llvm::toString(result.takeError());
  }

  MLIRContext context;
};
} // namespace

TEST_F(SparseEncodingTest, CompressedRows) {
  // [[0, 1, 0], [2, 0, 3]] of two-byte elements.
  EXPECT_THAT(dense("tensor<2x3xi16>",
                    "{traversal_order = array<i32: 0, 1>, dim_metadata = ["
                    "{format = 0 : i8, dense_size = 2 : i32}, {format = 1 : i8,"
                    " array_segments = {values = array<i32: 0, 1, 3>},"
                    " array_indices = {values = array<i32: 1, 0, 2>}}]}",
                    {1, 10, 2, 20, 3, 30}),
              ElementsAre(0, 0, 1, 10, 0, 0, 2, 20, 0, 0, 3, 30));
}

TEST_F(SparseEncodingTest, ColumnsFirst) {
  // The same places, walked by columns.
  EXPECT_THAT(
      dense("tensor<2x3xi8>",
            "{traversal_order = array<i32: 1, 0>, dim_metadata = ["
            "{format = 0 : i8, dense_size = 3 : i32}, {format = 1 : i8,"
            " array_segments = {values = array<i32: 0, 1, 2, 3>},"
            " array_indices = {values = dense<[1, 0, 1]> : tensor<3xui16>}}]}",
            {2, 1, 3}),
      ElementsAre(0, 1, 0, 2, 0, 3));
}

TEST_F(SparseEncodingTest, Blocks) {
  // Blocks of 1x2 in a 2x4 matrix: the second of row 0, the first of row 1.
  EXPECT_THAT(
      dense("tensor<2x4xi8>",
            "{traversal_order = array<i32: 0, 1, 2>, block_map = array<i32: 1>,"
            " dim_metadata = [{format = 0 : i8, dense_size = 2 : i32},"
            " {format = 1 : i8,"
            " array_segments = {values = array<i32: 0, 1, 2>},"
            " array_indices = {values = dense<[1, 0]> : tensor<2xui8>}},"
            " {format = 0 : i8, dense_size = 2 : i32}]}",
            {5, 6, 7, 8}),
      ElementsAre(0, 0, 5, 6, 7, 8, 0, 0));
}

TEST_F(SparseEncodingTest, Malformed) {
  auto rows = [](StringRef segments, StringRef indices) {
    return ("{traversal_order = array<i32: 0, 1>, dim_metadata = ["
            "{format = 0 : i8, dense_size = 2 : i32}, {format = 1 : i8,"
            " array_segments = {values = array<i32: " +
            segments + ">}, array_indices = {values = array<i32: " + indices +
            ">}}]}")
        .str();
  };
  EXPECT_EQ(error(rows("0, 1, 2", "0, 2")), "no error");
  EXPECT_EQ(error("{}"), "sparse encoding: has 0 dimensions in traversal_order "
                         "and 0 in dim_metadata, expected 2");
  EXPECT_EQ(error("{traversal_order = array<i32: 0, 0>,"
                  " dim_metadata = [{}, {}]}"),
            "sparse encoding: a dense dimension has size 0");
  EXPECT_EQ(error("{traversal_order = array<i32: 1, 1>, dim_metadata = ["
                  "{dense_size = 2 : i32}, {dense_size = 3 : i32}]}"),
            "sparse encoding: traversal_order is not a permutation");
  EXPECT_EQ(error(rows("0, 1, 3", "0, 2")),
            "sparse encoding: segment 2 ends at 3, outside of 1 to 2");
  EXPECT_EQ(error(rows("0, 1", "0")), "sparse encoding: segment 1 of 2 is "
                                      "missing");
  EXPECT_EQ(error(rows("0, 1, 2", "0, 3")),
            "sparse encoding: index 3 of dimension 1 is outside of its size 3");
  EXPECT_EQ(error(rows("0, 1, 2", "0, -1")),
            "sparse encoding: an index is negative");
  EXPECT_EQ(error(rows("0, 1, 2", "0, 2"), {1}),
            "sparse encoding: value 1 is missing, there are 1 bytes");
  EXPECT_EQ(error("{traversal_order = array<i32: 0, 1, 2>,"
                  " block_map = array<i32: 2>, dim_metadata = ["
                  "{dense_size = 2 : i32}, {dense_size = 3 : i32},"
                  " {dense_size = 1 : i32}]}"),
            "sparse encoding: block 0 is along dimension 2, expected another "
            "one of 2 dimensions");
  auto packed = run("tensor<4xi4>", "{}", {});
  ASSERT_FALSE(bool(packed));
  EXPECT_THAT(llvm::toString(packed.takeError()), HasSubstr("not stored"));
}

/// Random elements of `density`, and densify of what sparsify gives.
TEST_F(SparseEncodingTest, EncodesAnyBlock) {
  std::mt19937 random(1);
  const std::vector<std::vector<int64_t>> shapes = {
      {12}, {4, 16}, {16, 12}, {8, 3, 2, 16}};
  for (const std::vector<int64_t> &shape : shapes)
    for (int64_t rows : {1, 4})
      for (int64_t columns : {1, 4, 16})
        for (unsigned percent : {0u, 10u, 60u, 100u})
          for (unsigned bits : {8u, 16u, 32u}) {
            auto type =
                RankedTensorType::get(shape, IntegerType::get(&context, bits));
            SmallVector<int64_t> block(shape.size(), 1);
            block.front() = rows;
            block.back() = columns;
            bool fits = shape.front() % block.front() == 0 &&
                        shape.back() % block.back() == 0;
            ASSERT_EQ(canSparsify(type, block), fits);
            if (!fits)
              continue;
            std::vector<char> bytes(type.getNumElements() * bits / 8);
            for (char &byte : bytes)
              if (random() % 100 < percent)
                byte = static_cast<char>(random());
            SparseTensor sparse = sparsify(type, bytes, block);
            EXPECT_FALSE(sparse.values.empty());
            auto restored = densify(type, sparse.parameters, sparse.values);
            ASSERT_TRUE(bool(restored)) << llvm::toString(restored.takeError());
            EXPECT_EQ(*restored, bytes);
            EXPECT_GE(getSparseBytes(type, bytes, block), sparse.values.size());
          }
}

TEST_F(SparseEncodingTest, LeavesOutZeroBlocks) {
  auto type = RankedTensorType::get({2, 4}, IntegerType::get(&context, 8));
  SparseTensor sparse = sparsify(type, {0, 0, 0, 5, 0, 0, 0, 0}, {1, 2});
  EXPECT_THAT(sparse.values, ElementsAre(0, 5));
  // One block of two values, its index, and three ends of rows.
  EXPECT_EQ(getSparseBytes(type, {0, 0, 0, 5, 0, 0, 0, 0}, {1, 2}), 6u);
  EXPECT_FALSE(canSparsify(
      RankedTensorType::get({2, 4}, IntegerType::get(&context, 4)), {1, 2}));
  EXPECT_FALSE(canSparsify(
      RankedTensorType::get({}, IntegerType::get(&context, 8)), {}));
}
