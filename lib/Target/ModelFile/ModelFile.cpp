//===- ModelFile.cpp - Model files of any format -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/ModelFile.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Parser/Parser.h"
#include "mopt/Target/Compressed/Container.h"
#include "mopt/Target/SPIRV/Artifact.h"
#include "mopt/Target/TFLite/Export.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::mopt;

ModelFormat mopt::getModelFormat(StringRef data) {
  if (isTFLite(data))
    return ModelFormat::TFLite;
  if (isBytecode(llvm::MemoryBufferRef(data, "")))
    return ModelFormat::Bytecode;
  return ModelFormat::Text;
}

ModelFormat mopt::getOutputFormat(StringRef path) {
  if (path.ends_with(".tflite"))
    return ModelFormat::TFLite;
  if (path.ends_with(".mopt"))
    return ModelFormat::Compressed;
  if (path.ends_with(".mlirbc"))
    return ModelFormat::Bytecode;
  return ModelFormat::Text;
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
mopt::openModelFile(StringRef path) {
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> file =
      path == "-"
          ? llvm::MemoryBuffer::getSTDIN()
          : llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                        /*RequiresNullTerminator=*/false);
  if (std::error_code code = file.getError())
    return llvm::createStringError(code, "cannot open '" + path +
                                             "': " + code.message());
  if (isSPIRVArtifact((*file)->getBuffer()))
    return llvm::createStringError(
        "'" + path +
        "' is compiled for GPUs: mopt-run runs it; give the model "
        "that it was made of");
  if (!isCompressedModel((*file)->getBuffer()))
    return std::move(*file);
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> model =
      restoreModel((*file)->getBuffer(), (*file)->getBufferIdentifier());
  if (!model)
    return llvm::createStringError("'" + path +
                                   "': " + llvm::toString(model.takeError()));
  return model;
}

namespace {
/// Bytes that someone else owns too: what bytecode resources point into.
class SharedMemoryBuffer : public llvm::MemoryBuffer {
public:
  explicit SharedMemoryBuffer(std::shared_ptr<llvm::MemoryBuffer> owner)
      : owner(std::move(owner)) {
    init(this->owner->getBufferStart(), this->owner->getBufferEnd(),
         /*RequiresNullTerminator=*/false);
  }
  BufferKind getBufferKind() const override { return MemoryBuffer_MMap; }
  StringRef getBufferIdentifier() const override {
    return owner->getBufferIdentifier();
  }

private:
  std::shared_ptr<llvm::MemoryBuffer> owner;
};
} // namespace

std::unique_ptr<llvm::MemoryBuffer>
mopt::makeMLIRSource(std::shared_ptr<llvm::MemoryBuffer> buffer) {
  StringRef data = buffer->getBuffer();
  StringRef name = buffer->getBufferIdentifier();
  if (getModelFormat(data) != ModelFormat::Bytecode)
    return llvm::MemoryBuffer::getMemBufferCopy(data, name);
  const llvm::Align page(4096);
  if (llvm::isAddrAligned(page, data.data()))
    return std::make_unique<SharedMemoryBuffer>(std::move(buffer));
  auto copy = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(data.size(),
                                                                name, page);
  llvm::copy(data, copy->getBufferStart());
  return copy;
}

OwningOpRef<ModuleOp>
mopt::readModel(MLIRContext *context,
                std::shared_ptr<llvm::MemoryBuffer> buffer,
                const TFLiteImportOptions &options) {
  ModelFormat format = getModelFormat(buffer->getBuffer());
  // A damaged .tflite file should be reported as such, not parsed as text.
  if (format == ModelFormat::TFLite ||
      buffer->getBufferIdentifier().ends_with(".tflite"))
    return importTFLite(context, std::move(buffer), options);
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(makeMLIRSource(std::move(buffer)), llvm::SMLoc());
  return parseSourceFile<ModuleOp>(sources, ParserConfig(context));
}

OwningOpRef<ModuleOp> mopt::readModelFile(MLIRContext *context, StringRef path,
                                          const TFLiteImportOptions &options) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      openModelFile(path);
  if (!buffer) {
    emitError(UnknownLoc::get(context)) << llvm::toString(buffer.takeError());
    return {};
  }
  return readModel(context, std::move(*buffer), options);
}

static LogicalResult writeCompressed(ModuleOp module, raw_ostream &os) {
  std::string file;
  llvm::raw_string_ostream stream(file);
  if (failed(exportTFLite(module, stream)))
    return failure();
  llvm::Expected<CompressedModel> model = compressModel(file);
  if (!model)
    return module.emitError() << llvm::toString(model.takeError());
  os.write(reinterpret_cast<const char *>(model->bytes.data()),
           model->bytes.size());
  return success();
}

LogicalResult mopt::writeModel(ModuleOp module, raw_ostream &os,
                               ModelFormat format) {
  switch (format) {
  case ModelFormat::Text:
    module->print(os);
    os << '\n';
    return success();
  case ModelFormat::Bytecode: {
    BytecodeWriterConfig config("mopt");
    return writeBytecodeToFile(module, os, config);
  }
  case ModelFormat::TFLite:
    return exportTFLite(module, os);
  case ModelFormat::Compressed:
    return writeCompressed(module, os);
  }
  return failure();
}

LogicalResult mopt::writeFileAtomically(
    Location loc, StringRef path,
    llvm::function_ref<LogicalResult(llvm::raw_pwrite_stream &)> write) {
  auto report = [&](const Twine &reason) {
    return emitError(loc) << "cannot write '" << path << "': " << reason.str();
  };
  // Devices and pipes have no name to rename to.
  bool isSpecial = path == "-" || (llvm::sys::fs::exists(path) &&
                                   !llvm::sys::fs::is_regular_file(path));
  if (isSpecial) {
    std::error_code code;
    llvm::raw_fd_ostream os(path, code, llvm::sys::fs::OF_None);
    if (code)
      return report(code.message());
    if (path == "-") {
      // A pipe cannot seek.
      llvm::SmallString<0> bytes;
      llvm::raw_svector_ostream buffer(bytes);
      if (failed(write(buffer)))
        return failure();
      os << bytes;
    } else if (failed(write(os))) {
      os.clear_error();
      return failure();
    }
    os.flush();
    if (os.has_error()) {
      code = os.error();
      os.clear_error();
      return report(code.message());
    }
    return success();
  }
  llvm::Expected<llvm::sys::fs::TempFile> file =
      llvm::sys::fs::TempFile::create(path + ".%%%%%%%%.tmp",
                                      llvm::sys::fs::all_read |
                                          llvm::sys::fs::all_write);
  if (!file)
    return report(llvm::toString(file.takeError()));
  std::error_code code;
  LogicalResult written = success();
  {
    llvm::raw_fd_ostream os(file->FD, /*shouldClose=*/false);
    written = write(os);
    os.flush();
    code = os.error();
    os.clear_error();
  }
  if (failed(written) || code) {
    llvm::consumeError(file->discard());
    return failed(written) ? failure() : LogicalResult(report(code.message()));
  }
  if (llvm::Error error = file->keep(path))
    return report(llvm::toString(std::move(error)));
  return success();
}

LogicalResult mopt::writeJSONFile(Location loc, StringRef path,
                                  const llvm::json::Value &value) {
  return writeFileAtomically(loc, path, [&](llvm::raw_pwrite_stream &os) {
    os << llvm::formatv("{0:2}\n", value);
    return success();
  });
}

LogicalResult mopt::writeModelFile(ModuleOp module, StringRef path) {
  return writeFileAtomically(
      module.getLoc(), path, [&](llvm::raw_pwrite_stream &os) {
        return writeModel(module, os, getOutputFormat(path));
      });
}

static void printPlace(raw_ostream &os, Location loc) {
  if (auto file = loc->findInstanceOf<FileLineColLoc>())
    os << file.getFilename().getValue() << ':' << file.getLine() << ':'
       << file.getColumn() << ": ";
  else if (auto name = loc->findInstanceOf<NameLoc>();
           name && !name.getName().empty())
    os << name.getName().getValue() << ": ";
}

static void printDiagnostic(Diagnostic &diagnostic) {
  static constexpr llvm::StringLiteral names[] = {"note", "warning", "error",
                                                  "remark"};
  raw_ostream &os = llvm::errs();
  printPlace(os, diagnostic.getLocation());
  os << names[static_cast<unsigned>(diagnostic.getSeverity())] << ": "
     << diagnostic << '\n';
  for (Diagnostic &note : diagnostic.getNotes()) {
    printPlace(os, note.getLocation());
    os << "note: " << note << '\n';
  }
}

ModelDiagnosticHandler::ModelDiagnosticHandler(MLIRContext *context)
    : ScopedDiagnosticHandler(context) {
  // The text of an op of a real model fills a screen.
  context->printOpOnDiagnostic(false);
  setHandler([](Diagnostic &diagnostic) {
    printDiagnostic(diagnostic);
    return success();
  });
}
