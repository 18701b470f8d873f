//===- Report.cpp - Reporting what passes did to a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelSize.h"
#include "mlir/IR/Diagnostics.h"
#include "mopt/Transforms/Accuracy/AccuracyReport.h"
#include "mopt/Transforms/Accuracy/Passes.h"
#include "mopt/Transforms/Graph/Passes.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "llvm/Support/Path.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_REPORTPASS
#include "mopt/Transforms/Accuracy/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

namespace {

/// Why ops stayed as they were: what passes say in remarks, by the text that
/// describes the op.
class Reasons {
public:
  explicit Reasons(MLIRContext *context)
      : handler(context, [this](Diagnostic &note) {
          if (note.getSeverity() == DiagnosticSeverity::Remark)
            add(note.str());
          // Others have to see it too.
          return failure();
        }) {}

  std::string get(Operation *op) const {
    return reasons.lookup(describeOp(op));
  }

private:
  void add(StringRef text) {
    for (StringRef verb : {" stays float: ", " keeps its weights: "})
      if (size_t place = text.find(verb); place != StringRef::npos)
        reasons[text.take_front(place)] = text.drop_front(place + verb.size());
  }

  llvm::StringMap<std::string> reasons;
  ScopedDiagnosticHandler handler;
};

struct ReportPass : public mlir::mopt::impl::ReportPassBase<ReportPass> {
  using ReportPassBase::ReportPassBase;
  ReportPass(const ReportPassOptions &options, OpPassManager pipeline)
      : ReportPassBase(options), passes(std::move(pipeline)) {}

  void getDependentDialects(DialectRegistry &registry) const override {
    if (passes)
      passes->getDependentDialects(registry);
  }
  LogicalResult initialize(MLIRContext *context) override;
  void runOnOperation() override;

private:
  Error report(ModuleOp original, int64_t originalBytes,
               const Reasons &reasons);

  std::optional<OpPassManager> passes;
};

} // namespace

/// The file that the model comes from.
static std::string getModelName(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream(text) << module.getLoc();
  StringRef name = StringRef(text);
  name.consume_front("loc(\"");
  name = llvm::sys::path::filename(
      name.take_until([](char c) { return c == '"'; }));
  return name.empty() ? "model" : name.str();
}

LogicalResult ReportPass::initialize(MLIRContext *context) {
  if (passes || pipeline.empty())
    return success();
  FailureOr<OpPassManager> parsed = parsePassPipeline(pipeline);
  if (failed(parsed))
    return failure();
  passes = std::move(*parsed);
  return success();
}

Error ReportPass::report(ModuleOp original, int64_t originalBytes,
                         const Reasons &reasons) {
  ModuleOp module = getOperation();
  PassManager fold(&getContext(), ModuleOp::getOperationName());
  fold.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  if (failed(fold.run(original)))
    return llvm::createStringError("batch norm of the copy cannot be folded");

  ReportInput input;
  auto getReason = [&](Operation *op) { return reasons.get(op); };
  input.getReason = getReason;
  input.threads = threads;
  std::string name = getModelName(module);
  std::unique_ptr<Executor> executors[2];
  SmallVector<InputSpec> specs[2];
  std::unique_ptr<Dataset> datasets[2];
  ReportedModel *models[2] = {&input.quantized, &input.original};
  StringRef text = preprocess;
  if (auto recorded = module->getAttrOfType<StringAttr>(kPreprocessAttr);
      recorded && text.empty())
    text = recorded.getValue();
  Expected<Preprocess> steps = Preprocess::parse(text);
  if (!steps)
    return steps.takeError();
  input.preprocess = *steps;
  for (int i = 0; i < 2; ++i) {
    ModuleOp from = i == 0 ? module : original;
    models[i]->name = i == 0 ? name + ", quantised" : name;
    models[i]->func = *from.getOps<func::FuncOp>().begin();
    models[i]->bytes = i == 0 ? countModelBytes(module) : originalBytes;
    Expected<std::unique_ptr<Executor>> executor =
        createJITExecutor(models[i]->func, {});
    if (!executor)
      return executor.takeError();
    executors[i] = std::move(*executor);
    models[i]->executor = executors[i].get();
    Expected<SmallVector<InputSpec>> found = getInputSpecs(models[i]->func);
    if (!found)
      return found.takeError();
    specs[i] = std::move(*found);
    if (data.empty())
      continue;
    Expected<std::unique_ptr<Dataset>> dataset =
        openMeasuredDataset(models[i]->func, specs[i], data, samples);
    if (!dataset)
      return dataset.takeError();
    datasets[i] = std::move(*dataset);
  }
  std::optional<Evaluation> evaluation;
  if (!data.empty()) {
    EvaluatedModel mine{*executors[0], specs[0], *datasets[0], *steps};
    EvaluatedModel other{*executors[1], specs[1], *datasets[1], *steps};
    EvaluationOptions options;
    options.threads = threads;
    Expected<Evaluation> evaluated = evaluate(mine, &other, options);
    if (!evaluated)
      return evaluated.takeError();
    evaluation = std::move(*evaluated);
    input.evaluation = &*evaluation;
    input.dataset = datasets[0].get();
  }
  Expected<llvm::json::Object> made = makeReport(input);
  if (!made)
    return made.takeError();
  // What goes wrong with the file has been reported.
  if (failed(writeReport(module.getLoc(), *made, file)))
    signalPassFailure();
  return Error::success();
}

void ReportPass::runOnOperation() {
  ModuleOp module = getOperation();
  auto fail = [&](const Twine &what) {
    mlir::emitError(module.getLoc()) << getArgument() << ": " << what;
    signalPassFailure();
  };
  if (!passes)
    return fail("there are no passes to run; give pipeline=");
  if (!isReportPath(file))
    return fail("'" + file.getValue() +
                "' is no name of a report; it must end in .html or .json");
  auto funcs = module.getOps<func::FuncOp>();
  if (funcs.empty() || (*funcs.begin()).isExternal())
    return fail("there is no function to run");
  OwningOpRef<ModuleOp> original(module.clone());
  int64_t originalBytes = countModelBytes(*original);
  Reasons reasons(&getContext());
  if (failed(runPipeline(*passes, module)))
    return signalPassFailure();
  if (Error error = report(*original, originalBytes, reasons))
    fail(llvm::toString(std::move(error)));
}

std::unique_ptr<Pass> mopt::createReportPass(const ReportPassOptions &options,
                                             OpPassManager pipeline) {
  return std::make_unique<ReportPass>(options, std::move(pipeline));
}
