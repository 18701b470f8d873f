//===- RecipeText.cpp - The text of a recipe -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecipeText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

#include <cmath>

using namespace mlir::mopt;
using llvm::createStringError;
using llvm::dyn_cast;
using llvm::dyn_cast_or_null;
using llvm::Error;
using llvm::Expected;
using llvm::isa;
using llvm::StringRef;
using llvm::Twine;
namespace json = llvm::json;
namespace yaml = llvm::yaml;

namespace {

/// Reads one text. What LLVM's parser finds wrong comes before what its nodes
/// then lack.
class RecipeParser {
public:
  explicit RecipeParser(llvm::MemoryBufferRef text) : text(text) {
    sources.setDiagHandler(
        [](const llvm::SMDiagnostic &diagnostic, void *context) {
          auto *parser = static_cast<RecipeParser *>(context);
          if (parser->syntax.empty())
            parser->syntax = ("line " + Twine(diagnostic.getLineNo()) + ": " +
                              diagnostic.getMessage())
                                 .str();
        },
        this);
  }

  Expected<std::vector<RecipeItem>> parse();

private:
  Error readList(yaml::Node *root, std::vector<RecipeItem> &items);
  Error readItem(yaml::MappingNode &mapping, RecipeItem &item);
  Expected<json::Value> readValue(yaml::Node *node, unsigned line);

  unsigned getLine(const yaml::Node &node) const {
    return sources.getLineAndColumn(node.getSourceRange().Start).first;
  }
  static Error makeError(unsigned line, const Twine &message) {
    return createStringError("line " + Twine(line) + ": " + message);
  }

  llvm::MemoryBufferRef text;
  llvm::SourceMgr sources;
  /// The first error of syntax.
  std::string syntax;
};

} // namespace

/// A scalar as it is written without quotes.
static json::Value readPlain(StringRef text) {
  if (Expected<json::Value> value = json::parse(text)) {
    if (!value->getAsArray() && !value->getAsObject())
      return std::move(*value);
  } else {
    llvm::consumeError(value.takeError());
  }
  // YAML's numbers may begin with a point or a plus sign.
  double number;
  if (text.starts_with(".") || text.starts_with("+"))
    if (!text.getAsDouble(number) && std::isfinite(number))
      return number;
  if (text == "~")
    return nullptr;
  return text.str();
}

Expected<json::Value> RecipeParser::readValue(yaml::Node *node, unsigned line) {
  if (!node)
    return makeError(line, "a value is missing");
  if (auto *scalar = dyn_cast<yaml::ScalarNode>(node)) {
    StringRef raw = scalar->getRawValue();
    llvm::SmallString<32> storage;
    StringRef value = scalar->getValue(storage);
    if (raw.starts_with("\"") || raw.starts_with("'"))
      return value.str();
    return readPlain(value);
  }
  if (auto *block = dyn_cast<yaml::BlockScalarNode>(node))
    return block->getValue().str();
  if (auto *sequence = dyn_cast<yaml::SequenceNode>(node)) {
    json::Array list;
    for (yaml::Node &element : *sequence) {
      line = getLine(element);
      if (!isa<yaml::ScalarNode>(element))
        return makeError(line, "a list must be of words");
      Expected<json::Value> value = readValue(&element, line);
      if (!value)
        return value.takeError();
      list.push_back(std::move(*value));
    }
    return std::move(list);
  }
  if (isa<yaml::NullNode>(node))
    return nullptr;
  return makeError(line, "a value must be a word, a number or a list of words");
}

Error RecipeParser::readItem(yaml::MappingNode &mapping, RecipeItem &item) {
  for (yaml::KeyValueNode &pair : mapping) {
    auto *key = dyn_cast_or_null<yaml::ScalarNode>(pair.getKey());
    if (!key)
      return makeError(item.line, "a key must be a word");
    unsigned line = getLine(*key);
    llvm::SmallString<32> storage;
    std::string name = key->getValue(storage).str();
    if (llvm::any_of(item.fields, [&](const RecipeField &field) {
          return field.key == name;
        }))
      return makeError(line, "'" + name + "' is there twice");
    Expected<json::Value> value = readValue(pair.getValue(), line);
    if (!value)
      return createStringError(llvm::toString(value.takeError()) + " ('" +
                               name + "')");
    item.fields.push_back({std::move(name), std::move(*value), line});
  }
  return Error::success();
}

Error RecipeParser::readList(yaml::Node *root, std::vector<RecipeItem> &items) {
  auto *list = dyn_cast_or_null<yaml::SequenceNode>(root);
  if (!list)
    return createStringError("it is no list of entries");
  for (yaml::Node &node : *list) {
    RecipeItem &item = items.emplace_back();
    item.line = getLine(node);
    auto *mapping = dyn_cast<yaml::MappingNode>(&node);
    auto addNumber = [&](Error error) {
      return createStringError("entry " + Twine(items.size()) + ": " +
                               llvm::toString(std::move(error)));
    };
    if (!mapping)
      return addNumber(makeError(item.line, "it has no keys"));
    if (Error error = readItem(*mapping, item))
      return addNumber(std::move(error));
  }
  if (items.empty())
    return createStringError("it is no list of entries");
  return Error::success();
}

Expected<std::vector<RecipeItem>> RecipeParser::parse() {
  yaml::Stream stream(text, sources, /*ShowColors=*/false);
  std::vector<RecipeItem> items;
  auto document = stream.begin();
  Error error =
      readList(document == stream.end() ? nullptr : document->getRoot(), items);
  // The rest, up to the end of the list.
  if (!error && !stream.failed() && document != stream.end() &&
      ++document != stream.end())
    error = createStringError("it has more than one document");
  if (syntax.empty() && !stream.failed()) {
    if (error)
      return std::move(error);
    return items;
  }
  llvm::consumeError(std::move(error));
  return createStringError(syntax.empty() ? "it is no YAML" : syntax);
}

Expected<std::vector<RecipeItem>>
mlir::mopt::parseRecipe(llvm::MemoryBufferRef text) {
  return RecipeParser(text).parse();
}
