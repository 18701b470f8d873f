//===- CHeader.cpp - Header of compiled models -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CInterface.h"

#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;

/// The C type of an element, with a word where C has none.
static std::string getElementName(Type elementType) {
  Type storage = getStorageElementType(elementType);
  if (auto complex = dyn_cast<ComplexType>(storage))
    return getElementName(complex.getElementType()) + " pairs (complex)";
  if (storage.isF64())
    return "double";
  if (storage.isF32())
    return "float";
  if (storage.isF16())
    return "half precision float (16 bits)";
  if (storage.isBF16())
    return "bfloat16 (16 bits)";
  if (storage.isInteger(1))
    return "bool (a byte each)";
  auto integer = dyn_cast<IntegerType>(storage);
  if (!integer)
    return "bytes";
  std::string width = std::to_string(integer.getWidth());
  if (integer.getWidth() < 8)
    return width + "-bit integers, packed from the low bits up";
  return (integer.isUnsigned() ? "uint" : "int") + width + "_t";
}

/// `name` as it may stand in a comment: the model chose it.
static std::string printName(StringRef name) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '"';
  for (char c : name)
    if (c == '/' && StringRef(text).ends_with("*"))
      os << "\\/";
    else if (c == '*' && StringRef(text).ends_with("/"))
      os << "\\*";
    else if (c == '?')
      // Two of them begin a trigraph.
      os << "\\?";
    else
      llvm::printEscapedString(StringRef(&c, 1), os);
  os << '"';
  return text;
}

/// A decimal number that reads back as the same float.
static std::string printScale(float scale) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.9g", double(scale));
  return text;
}

static void printTensors(llvm::raw_ostream &os, StringRef title,
                         ArrayRef<InterfaceTensor> tensors) {
  os << " *\n * " << title << ":\n";
  for (auto [i, tensor] : llvm::enumerate(tensors)) {
    os << " *   [" << i << "] " << printName(tensor.name) << ": "
       << getElementName(tensor.type.getElementType()) << " [";
    llvm::interleaveComma(tensor.type.getShape(), os);
    os << "], " << tensor.bytes << " bytes";
    QuantParams params = getQuantParams(tensor.type);
    if (params.isPerAxis())
      os << ", quantized per channel of dimension " << params.axis;
    else if (params.isQuantized())
      os << ",\n *       real value = " << printScale(params.scale())
         << " * (q - " << params.zeroPoint() << ")";
    os << "\n";
  }
}

std::string mopt::printHeader(const CInterface &interface) {
  const std::string &p = interface.prefix;
  std::string upper = StringRef(p).upper();
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "/* " << p << ": a model compiled by mopt. Generated, do not edit.\n";
  printTensors(os, "Inputs", interface.inputs);
  printTensors(os, "Outputs", interface.outputs);
  os << R"( *
 * Every function may be called from any thread at any time and allocates
 * nothing. Two runs at once need two arenas.
)";
  if (interface.codedWeights)
    os << " * But " << p << "_init must not be called during runs.\n";
  os << R"( */
#ifndef )"
     << upper << "_H\n#define " << upper << R"(_H

#include <stddef.h>
#include <stdint.h>

/* Bytes, as the functions of these names return them. */
#define )"
     << upper << "_ARENA_SIZE " << interface.arenaBytes << "\n#define " << upper
     << "_STATE_SIZE " << interface.stateBytes << "\n";
  if (interface.codedWeights)
    os << "#define " << upper << "_WEIGHT_BYTES "
       << interface.codedWeights->bytes << "\n";
  auto printSizes = [&](StringRef kind, ArrayRef<InterfaceTensor> tensors) {
    os << "#define " << upper << "_NUM_" << kind << "S " << tensors.size()
       << "\n";
    for (auto [i, tensor] : llvm::enumerate(tensors))
      os << "#define " << upper << "_" << kind << "_" << i << "_SIZE "
         << tensor.bytes << "\n";
  };
  printSizes("INPUT", interface.inputs);
  printSizes("OUTPUT", interface.outputs);
  os << R"(
#ifdef __cplusplus
extern "C" {
#endif
)";
  if (interface.codedWeights)
    os << R"(
/* Decodes the weights into memory of this many bytes, aligned to )"
       << interface.alignment << R"(, which is
 * the caller's and which all runs read from then on. To be called once, before
 * the first run; it needs 8 KiB of stack and allocates nothing. Returns 0; 1 for
 * a null or misaligned address. */
int32_t )"
       << p << R"(_init(void *weights);
size_t )"
       << p << "_weight_bytes(void);\n";
  os << R"(
/* Computes the outputs. inputs and outputs are arrays of addresses in the order
 * above, each aligned for its element type; no output may overlap anything
 * else. arena is aligned to )"
     << interface.alignment
     << R"( bytes; its contents between runs matter only if
 * the model has state. Returns 0; 1 for a null address or a misaligned arena, 2
 * where the system refuses Intel AMX that the code was made for)"
     << (interface.codedWeights ? ", 3 before the\n * weights were decoded"
                                : "")
     << R"(: then nothing
 * was computed. */
int32_t )"
     << p << R"(_run(const void *const *inputs, void *const *outputs,
    void *arena);

/* Computes the same with the threads of the caller, to the same bytes. Where it
 * pays, parallel_for(context, task, data, count) is called; it has to have
 * task(data, begin, end) called for ranges that make up [0, count) without
 * overlap, in any order, at once on as many threads as it likes, and returns
 * when all of them are done. Anything else is done by the thread that calls. */
typedef void (*)"
     << p << R"(_task)(void *data, size_t begin, size_t end);
typedef void (*)"
     << p << R"(_parallel_for)(void *context, )" << p << R"(_task task,
    void *data, size_t count);
int32_t )"
     << p << R"(_run_parallel(const void *const *inputs,
    void *const *outputs, void *arena, )"
     << p << R"(_parallel_for parallel_for,
    void *context);

/* Size of the arena. */
size_t )"
     << p << R"(_arena_size(void);

/* State that runs hand on to the next run lies in the first bytes of the arena:
 * this many, 0 for most models. To be copied at will between runs. */
size_t )"
     << p << R"(_state_size(void);

/* Gives the state in the arena the value it begins with: to be called before
 * the first run in an arena if the state has a size, otherwise without effect.
 */
void )"
     << p << "_reset(void *arena);\n";
  for (StringRef kind : {"input", "output"})
    os << "\n/* Number of " << kind << "s; size of one in bytes; its name in "
       << "the model. For an index\n * that does not exist 0 and NULL. */\n"
       << "int32_t " << p << "_num_" << kind << "s(void);\n"
       << "size_t " << p << "_" << kind << "_size(int32_t index);\n"
       << "const char *" << p << "_" << kind << "_name(int32_t index);\n";
  os << R"(
#ifdef __cplusplus
}
#endif

#endif /* )"
     << upper << "_H */\n";
  return text;
}
