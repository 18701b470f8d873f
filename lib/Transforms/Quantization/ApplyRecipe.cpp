//===- ApplyRecipe.cpp - Writing what a recipe says onto layers -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecipeText.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Transforms/Quantization/LayerRecipe.h"
#include "mopt/Transforms/Quantization/Passes.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "mopt/Transforms/Utils/OpFilter.h"
#include "llvm/ADT/StringExtras.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_APPLYRECIPEPASS
#include "mopt/Transforms/Quantization/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

namespace {

/// One entry of a recipe.
struct Entry {
  std::optional<llvm::Regex> match;
  llvm::StringSet<> ops;
  std::string scheme;
  LayerRecipe recipe;
  unsigned line = 0;

  /// Whether it says nothing of that.
  bool isSilent(RecipeAspect aspect) const {
    if (aspect == RecipeAspect::Sparsity)
      return !recipe.sparsity && !recipe.pattern;
    return scheme.empty() && !recipe.granularity && !recipe.bits;
  }

  bool matches(Operation *op) const {
    return (!match || matchesName(op, *match)) &&
           (ops.empty() || ops.contains(op->getName().stripDialect()));
  }
};

struct ApplyRecipePass
    : public mlir::mopt::impl::ApplyRecipePassBase<ApplyRecipePass> {
  using ApplyRecipePassBase::ApplyRecipePassBase;

  void runOnOperation() override {
    if (Error error = apply()) {
      mlir::emitError(getOperation().getLoc())
          << "recipe '" << file.getValue()
          << "': " << llvm::toString(std::move(error));
      signalPassFailure();
    }
  }

private:
  Error apply();
  Expected<std::vector<Entry>> read();
  Expected<Entry> readEntry(const RecipeItem &item);
  Error readField(Entry &entry, StringRef key, const llvm::json::Value &value);
};

} // namespace

/// `names` with commas between, or what stands for none of them.
template <typename List>
static std::string join(const List &names, const llvm::Twine &none) {
  std::string text;
  for (const auto &name : names)
    text += (text.empty() ? "" : ", ") + llvm::Twine(name).str();
  return text.empty() ? none.str() : text;
}

Error ApplyRecipePass::readField(Entry &entry, StringRef key,
                                 const llvm::json::Value &value) {
  auto invalid = [&](const llvm::Twine &expected) {
    std::string found;
    llvm::raw_string_ostream(found) << value;
    return llvm::createStringError("'" + key + "' is " + found + ", must be " +
                                   expected);
  };
  std::optional<StringRef> text = value.getAsString();
  if (key == "match") {
    if (!text)
      return invalid("a regular expression");
    std::string error;
    entry.match.emplace(*text);
    if (!entry.match->isValid(error))
      return invalid("a regular expression: " + error);
    return Error::success();
  }
  if (key == "ops") {
    const llvm::json::Array *list = value.getAsArray();
    if (!list || list->empty())
      return invalid("a list of op types");
    for (const llvm::json::Value &element : *list) {
      std::optional<StringRef> name = element.getAsString();
      if (!name || name->contains(','))
        return invalid("a list of op types");
      Expected<llvm::StringSet<>> parsed = parseOpNames(&getContext(), *name);
      if (!parsed)
        return parsed.takeError();
      for (StringRef parsedName : parsed->keys())
        entry.ops.insert(parsedName);
    }
    return Error::success();
  }
  if (key == "scheme") {
    bool isRead = aspect == RecipeAspect::Quantization;
    if (!text || (isRead && !(llvm::is_contained(schemes, *text) ||
                              (schemes.empty() && *text == "float"))))
      return invalid("one of: " + join(schemes, "float"));
    entry.scheme = text->str();
    if (*text == "int8")
      entry.recipe.activations = ActivationType::Int8;
    if (*text == "int16x8")
      entry.recipe.activations = ActivationType::Int16;
    return Error::success();
  }
  if (key == "granularity") {
    if (text == StringRef("channel"))
      entry.recipe.granularity = WeightGranularity::Channel;
    else if (text == StringRef("tensor"))
      entry.recipe.granularity = WeightGranularity::Tensor;
    else
      return invalid("one of: channel, tensor");
    return Error::success();
  }
  if (key == "bits") {
    std::optional<int64_t> number = value.getAsInteger();
    bool isRead = aspect == RecipeAspect::Quantization;
    if (!number || (isRead && !(llvm::is_contained(bits, unsigned(*number)) ||
                                (bits.empty() && *number == 8))))
      return invalid("one of: " + join(bits, "8"));
    entry.recipe.bits = *number;
    return Error::success();
  }
  if (key == "sparsity") {
    std::optional<double> number = value.getAsNumber();
    if (!number || !(*number >= 0.0 && *number <= 1.0))
      return invalid("a number from 0 to 1");
    entry.recipe.sparsity = *number;
    return Error::success();
  }
  if (key == "pattern") {
    if (!text)
      return invalid("element, ROWSxCOLUMNS, or KEPT:OF");
    entry.recipe.pattern = text->str();
    return Error::success();
  }
  return llvm::createStringError(
      "unknown key '" + key +
      "'; known: match, ops, scheme, granularity, bits, sparsity, pattern");
}

Expected<Entry> ApplyRecipePass::readEntry(const RecipeItem &item) {
  Entry entry;
  entry.line = item.line;
  for (const RecipeField &field : item.fields)
    if (Error error = readField(entry, field.key, field.value))
      return llvm::createStringError("line " + llvm::Twine(field.line) + ": " +
                                     llvm::toString(std::move(error)));
  std::string line = "line " + std::to_string(item.line) + ": ";
  if (entry.isSilent(RecipeAspect::Quantization) &&
      entry.isSilent(RecipeAspect::Sparsity))
    return llvm::createStringError(
        line +
        "it says nothing: give 'scheme', 'granularity', 'bits', 'sparsity' or "
        "'pattern'");
  if (entry.scheme == "float" &&
      (entry.recipe.granularity || entry.recipe.bits))
    return llvm::createStringError(
        line +
        "'scheme' is float, which 'granularity' and 'bits' do not go with");
  return entry;
}

Expected<std::vector<Entry>> ApplyRecipePass::read() {
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      llvm::MemoryBuffer::getFile(file, /*IsText=*/true);
  if (!buffer)
    return llvm::createStringError(buffer.getError().message());
  Expected<std::vector<RecipeItem>> items = parseRecipe(**buffer);
  if (!items)
    return items.takeError();
  std::vector<Entry> entries;
  for (const RecipeItem &item : *items) {
    Expected<Entry> entry = readEntry(item);
    if (!entry)
      return llvm::createStringError("entry " +
                                     llvm::Twine(entries.size() + 1) + ": " +
                                     llvm::toString(entry.takeError()));
    entries.push_back(std::move(*entry));
  }
  return entries;
}

/// Ops that a recipe may speak of: they compute, with floats.
static bool isLayer(Operation *op) {
  if (isa<ConstOp, VariableOp, NoValueOp>(op) ||
      op->hasTrait<OpTrait::IsTerminator>() || op->getNumRegions() != 0)
    return false;
  auto isFloat = [](Type type) { return isFloatTensor(type); };
  return llvm::any_of(op->getOperandTypes(), isFloat) ||
         llvm::any_of(op->getResultTypes(), isFloat);
}

Error ApplyRecipePass::apply() {
  Expected<std::vector<Entry>> entries = read();
  if (!entries)
    return entries.takeError();
  /// By entry: ops that it matches, and ops that it decides about.
  std::vector<int64_t> matched(entries->size()), decided(entries->size());
  SmallVector<std::pair<Operation *, size_t>> decisions;
  getOperation().walk([&](Operation *op) {
    // Only weights are pruned, quantised ones too.
    if (aspect == RecipeAspect::Sparsity ? !isa<WeightedOp>(op) : !isLayer(op))
      return;
    bool isDecided = false;
    for (auto [index, entry] : llvm::enumerate(*entries)) {
      if (entry.isSilent(aspect) || !entry.matches(op))
        continue;
      ++matched[index];
      if (isDecided)
        continue;
      isDecided = true;
      ++decided[index];
      decisions.emplace_back(op, index);
    }
  });
  for (size_t index = 0; index < entries->size(); ++index)
    if (decided[index] == 0 && !(*entries)[index].isSilent(aspect))
      return llvm::createStringError(
          "entry " + llvm::Twine(index + 1) + ": line " +
          llvm::Twine((*entries)[index].line) +
          (matched[index]
               ? ": it decides about no op: earlier entries match all "
                 "that it matches"
               : ": it matches no op"));
  for (auto [op, index] : decisions) {
    const Entry &entry = (*entries)[index];
    LayerRecipe recipe = LayerRecipe::get(op);
    if (aspect == RecipeAspect::Sparsity) {
      recipe.sparsity = entry.recipe.sparsity;
      recipe.pattern = entry.recipe.pattern;
      recipe.set(op);
      continue;
    }
    recipe.activations = entry.recipe.activations;
    recipe.granularity = entry.recipe.granularity;
    recipe.bits = entry.recipe.bits;
    recipe.set(op);
    if (entry.scheme == "float")
      op->setAttr(kKeepAttr,
                  StringAttr::get(&getContext(), "kept by entry " +
                                                     llvm::Twine(index + 1) +
                                                     " of the recipe"));
  }
  return Error::success();
}
