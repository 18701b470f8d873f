//===- CInterface.cpp - What C sees of a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CInterface.h"

#include "ArenaPlanner.h"
#include "ParallelEntry.h"
#include "TilePermission.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Runtime/ModelIO.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Expected;

/// What PREFIX_run returns when an address is null or the arena is not aligned.
static constexpr int kBadAddress = 1;
/// What it returns before PREFIX_init was called.
static constexpr int kNoWeights = 3;
/// What it returns when Linux does not let the process use Intel AMX.
static constexpr int kNoTiles = 2;

static bool isIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

Expected<CInterface> mopt::describeInterface(func::FuncOp func,
                                             const Program &program,
                                             StringRef prefix,
                                             int64_t temporaryBytes,
                                             int64_t alignment) {
  CInterface interface;
  interface.alignment = alignment;
  if (!isIdentifier(prefix))
    return llvm::createStringError("prefix '" + prefix +
                                   "' is not a C identifier");
  interface.prefix = prefix.str();
  auto describe = [](std::string name, Type type) {
    auto tensor = cast<RankedTensorType>(type);
    return InterfaceTensor{std::move(name), tensor,
                           int64_t(*getStorageBytes(tensor))};
  };
  for (auto [i, type] : llvm::enumerate(program.type.getInputs()))
    interface.inputs.push_back(describe(getInputName(func, i), type));
  for (auto [i, type] : llvm::enumerate(program.type.getResults()))
    interface.outputs.push_back(describe(getResultName(func, i), type));
  for (RankedTensorType type : program.variables) {
    interface.state.push_back(HostTensor::allocate(type));
    fillWithInitialState(interface.state.back());
    interface.stateBytes += llvm::alignTo(
        interface.state.back().getBytes().size(), interface.alignment);
  }
  interface.arenaBytes = interface.stateBytes + temporaryBytes;
  return interface;
}

namespace {

/// Emits the functions one by one.
class InterfaceBuilder {
public:
  InterfaceBuilder(llvm::Module &module, const CInterface &interface)
      : module(module), interface(interface), builder(module.getContext()),
        pointer(builder.getPtrTy()), i32(builder.getInt32Ty()),
        size(module.getDataLayout().getIntPtrType(module.getContext())) {}

  /// PREFIX_name: checks the addresses and calls `compute`, also with the
  /// `last` arguments that it takes after them.
  void addRun(const Twine &name, const Program &program,
              llvm::Function *compute, unsigned last = 0);
  void addReset();
  void addSize(const char *name, int64_t bytes) {
    begin(name, size, {});
    builder.CreateRet(llvm::ConstantInt::get(size, bytes));
  }
  void addTensors(StringRef kind, ArrayRef<InterfaceTensor> tensors);

private:
  /// Begins the function PREFIX_name.
  llvm::Function *begin(const Twine &name, llvm::Type *result,
                        ArrayRef<llvm::Type *> arguments) {
    auto *type = llvm::FunctionType::get(result, arguments, /*isVarArg=*/false);
    auto *function =
        llvm::Function::Create(type, llvm::Function::ExternalLinkage,
                               interface.prefix + "_" + name, module);
    function->setDoesNotThrow();
    startBlock(function, "entry");
    return function;
  }

  void startBlock(llvm::Function *function, const char *name) {
    builder.SetInsertPoint(
        llvm::BasicBlock::Create(module.getContext(), name, function));
  }

  llvm::GlobalVariable *addConstant(const Twine &name, llvm::Constant *value,
                                    uint64_t alignment) {
    auto *global = new llvm::GlobalVariable(
        module, value->getType(), /*isConstant=*/true,
        llvm::GlobalValue::PrivateLinkage, value, name);
    global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
    global->setAlignment(llvm::Align(alignment));
    return global;
  }

  llvm::Constant *getBytes(ArrayRef<char> bytes) {
    return llvm::ConstantDataArray::getRaw(
        StringRef(bytes.data(), bytes.size()), bytes.size(),
        builder.getInt8Ty());
  }

  /// Element `index` of a table, `otherwise` outside of it.
  void returnElement(llvm::Function *function, llvm::Constant *table,
                     llvm::Constant *otherwise);

  /// The address of the bytes at `offset` in the arena.
  llvm::Value *inArena(llvm::Value *arena, int64_t offset) {
    return offset == 0 ? arena
                       : builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(),
                                                            arena, offset);
  }

  /// Calls `fn` with each variable and its address.
  void forEachVariable(
      llvm::Value *arena,
      llvm::function_ref<void(const HostTensor &, llvm::Value *)> fn) {
    int64_t offset = 0;
    for (const HostTensor &tensor : interface.state) {
      fn(tensor, inArena(arena, offset));
      offset += llvm::alignTo(tensor.getBytes().size(), interface.alignment);
    }
  }

  llvm::Module &module;
  const CInterface &interface;
  /// The address of weight `i`: a constant, or in the `decoded` weights.
  llvm::Value *getWeight(const Program &program, unsigned i,
                         llvm::Value *decoded);

  /// Those of the program that are compiled in, once something needs them.
  llvm::DenseMap<unsigned, llvm::Constant *> weights;
  llvm::IRBuilder<> builder;
  llvm::PointerType *pointer;
  llvm::IntegerType *i32, *size;
};

} // namespace

llvm::Value *InterfaceBuilder::getWeight(const Program &program, unsigned i,
                                         llvm::Value *decoded) {
  if (decoded)
    if (std::optional<int64_t> place = interface.codedWeights->places[i])
      return inArena(decoded, *place);
  llvm::Constant *&weight = weights[i];
  if (!weight)
    weight = addConstant("weight_" + Twine(i),
                         getBytes(program.weights[i].getBytes()),
                         interface.alignment);
  return weight;
}

void InterfaceBuilder::addRun(const Twine &name, const Program &program,
                              llvm::Function *compute, unsigned last) {
  SmallVector<llvm::Type *> parameters(3 + last, pointer);
  llvm::Function *run = begin(name, i32, parameters);
  llvm::Value *inputs = run->getArg(0), *outputs = run->getArg(1),
              *arena = run->getArg(2);
  llvm::Value *bad = builder.CreateIsNull(inputs);
  bad = builder.CreateOr(bad, builder.CreateIsNull(outputs));
  if (interface.arenaBytes > 0) {
    bad = builder.CreateOr(bad, builder.CreateIsNull(arena));
    llvm::Value *misaligned = builder.CreateAnd(
        builder.CreatePtrToInt(arena, size), interface.alignment - 1);
    bad = builder.CreateOr(bad, builder.CreateIsNotNull(misaligned));
  }
  // The function that is called; what it is given is the caller's matter.
  if (last > 0)
    bad = builder.CreateOr(bad, builder.CreateIsNull(run->getArg(3)));
  auto *loading =
      llvm::BasicBlock::Create(module.getContext(), "addresses", run);
  auto *computing =
      llvm::BasicBlock::Create(module.getContext(), "compute", run);
  auto *refusing = llvm::BasicBlock::Create(module.getContext(), "refuse", run);
  builder.CreateCondBr(bad, refusing, loading);

  builder.SetInsertPoint(loading);
  bad = builder.getFalse();
  auto load = [&](llvm::Value *array, unsigned count) {
    SmallVector<llvm::Value *> addresses;
    for (unsigned i = 0; i < count; ++i) {
      addresses.push_back(builder.CreateLoad(
          pointer, builder.CreateConstInBoundsGEP1_64(pointer, array, i)));
      bad = builder.CreateOr(bad, builder.CreateIsNull(addresses.back()));
    }
    return addresses;
  };
  SmallVector<llvm::Value *> arguments = load(inputs, interface.inputs.size());
  SmallVector<llvm::Value *> results = load(outputs, interface.outputs.size());
  builder.CreateCondBr(bad, refusing, computing);

  builder.SetInsertPoint(computing);
  if (usesTiles(module)) {
    auto *lacking =
        llvm::BasicBlock::Create(module.getContext(), "lacking", run);
    auto *permitted =
        llvm::BasicBlock::Create(module.getContext(), "permitted", run);
    builder.CreateCondBr(builder.CreateIsNull(emitTileRequest(builder)),
                         permitted, lacking);
    builder.SetInsertPoint(lacking);
    builder.CreateRet(builder.getInt32(kNoTiles));
    builder.SetInsertPoint(permitted);
  }
  llvm::Value *decoded = nullptr;
  if (interface.codedWeights) {
    decoded = builder.CreateLoad(pointer, addWeightsAddress(module));
    auto *lacking =
        llvm::BasicBlock::Create(module.getContext(), "undecoded", run);
    auto *ready = llvm::BasicBlock::Create(module.getContext(), "ready", run);
    builder.CreateCondBr(builder.CreateIsNull(decoded), lacking, ready);
    builder.SetInsertPoint(lacking);
    builder.CreateRet(builder.getInt32(kNoWeights));
    builder.SetInsertPoint(ready);
  }
  for (unsigned i = 0; i < program.weights.size(); ++i)
    arguments.push_back(getWeight(program, i, decoded));
  forEachVariable(arena, [&](const HostTensor &, llvm::Value *address) {
    arguments.push_back(address);
  });
  llvm::append_range(arguments, results);
  arguments.push_back(inArena(arena, interface.stateBytes));
  for (unsigned i = 0; i < last; ++i)
    arguments.push_back(run->getArg(3 + i));
  builder.CreateCall(compute, arguments);
  builder.CreateRet(builder.getInt32(0));

  builder.SetInsertPoint(refusing);
  builder.CreateRet(builder.getInt32(kBadAddress));
}

void InterfaceBuilder::addReset() {
  llvm::Function *reset = begin("reset", builder.getVoidTy(), {pointer});
  forEachVariable(
      reset->getArg(0), [&](const HostTensor &value, llvm::Value *address) {
        ArrayRef<char> bytes = value.getBytes();
        llvm::Align alignment(interface.alignment);
        if (bytes.empty())
          return;
        if (llvm::all_equal(bytes))
          builder.CreateMemSet(address, builder.getInt8(bytes.front()),
                               bytes.size(), alignment);
        else
          builder.CreateMemCpy(
              address, alignment,
              addConstant("initial", getBytes(bytes), interface.alignment),
              alignment, bytes.size());
      });
  builder.CreateRetVoid();
}

void InterfaceBuilder::returnElement(llvm::Function *function,
                                     llvm::Constant *table,
                                     llvm::Constant *otherwise) {
  llvm::Value *index = function->getArg(0);
  auto *type = cast<llvm::ArrayType>(table->getType());
  auto *inside =
      llvm::BasicBlock::Create(module.getContext(), "inside", function);
  auto *outside =
      llvm::BasicBlock::Create(module.getContext(), "outside", function);
  llvm::Constant *count = builder.getInt32(type->getNumElements());
  builder.CreateCondBr(builder.CreateICmpULT(index, count), inside, outside);
  builder.SetInsertPoint(inside);
  llvm::Value *element = builder.CreateInBoundsGEP(
      type->getElementType(), addConstant("table", table, 8),
      builder.CreateZExt(index, size));
  builder.CreateRet(builder.CreateLoad(type->getElementType(), element));
  builder.SetInsertPoint(outside);
  builder.CreateRet(otherwise);
}

void InterfaceBuilder::addTensors(StringRef kind,
                                  ArrayRef<InterfaceTensor> tensors) {
  begin("num_" + kind + "s", i32, {});
  builder.CreateRet(builder.getInt32(tensors.size()));

  SmallVector<llvm::Constant *> sizes, names;
  for (const InterfaceTensor &tensor : tensors) {
    sizes.push_back(llvm::ConstantInt::get(size, tensor.bytes));
    names.push_back(addConstant(
        "name",
        llvm::ConstantDataArray::getString(module.getContext(), tensor.name),
        1));
  }
  returnElement(
      begin(kind + "_size", size, {i32}),
      llvm::ConstantArray::get(llvm::ArrayType::get(size, sizes.size()), sizes),
      llvm::ConstantInt::get(size, 0));
  returnElement(begin(kind + "_name", pointer, {i32}),
                llvm::ConstantArray::get(
                    llvm::ArrayType::get(pointer, names.size()), names),
                llvm::ConstantPointerNull::get(pointer));
}

llvm::Error mopt::addCInterface(llvm::Module &module,
                                const CInterface &interface,
                                const Program &program,
                                StringRef functionName) {
  llvm::Function *compute = module.getFunction(functionName);
  llvm::Function *parallel = makeParallelEntry(*compute);
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.setLinkage(llvm::GlobalValue::InternalLinkage);
    function.setDoesNotThrow();
    // A loop nest is compiled best alone; and all of them together as one
    // function would take long.
    if (&function != compute && &function != parallel)
      function.addFnAttr(llvm::Attribute::NoInline);
  }
  for (llvm::GlobalVariable &global : module.globals())
    if (!global.isDeclaration())
      global.setLinkage(llvm::GlobalValue::PrivateLinkage);

  InterfaceBuilder builder(module, interface);
  builder.addRun("run", program, compute);
  builder.addRun("run_parallel", program, parallel, /*last=*/2);
  builder.addReset();
  builder.addSize("arena_size", interface.arenaBytes);
  builder.addSize("state_size", interface.stateBytes);
  builder.addTensors("input", interface.inputs);
  builder.addTensors("output", interface.outputs);
  if (!interface.codedWeights)
    return llvm::Error::success();
  builder.addSize("weight_bytes", interface.codedWeights->bytes);
  return addWeightDecoder(module, *interface.codedWeights, interface.prefix,
                          interface.alignment);
}
