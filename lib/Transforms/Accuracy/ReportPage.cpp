//===- ReportPage.cpp - A report as a page of HTML -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Accuracy/AccuracyReport.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;
namespace json = llvm::json;

static constexpr char kStyle[] = R"(
body { font: 14px/1.4 sans-serif; margin: 2em auto; max-width: 72em; color: #222; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; }
table { border-collapse: collapse; } td, th { padding: .2em .7em; text-align: right; }
th { border-bottom: 1px solid #888; } tr:nth-child(even) td { background: #f5f5f5; }
td.text, th.text { text-align: left; } td.name { text-align: left; max-width: 24em;
overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.integer { fill: #3b7dbd; } .float { fill: #d9822b; } .before { fill: #bbb; }
.axis { stroke: #888; fill: none; } text { font-size: 11px; fill: #555; }
.key { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; }
)";

/// Text between tags, or in an attribute in double quotes.
static std::string escape(StringRef text) {
  std::string escaped;
  for (char c : text) {
    switch (c) {
    case '<':
      escaped += "&lt;";
      break;
    case '>':
      escaped += "&gt;";
      break;
    case '&':
      escaped += "&amp;";
      break;
    case '"':
      escaped += "&quot;";
      break;
    default:
      escaped += c;
    }
  }
  return escaped;
}

/// The number at `key` in a printf format, or `none`.
static std::string print(const json::Object &object, StringRef key,
                         const char *format, double factor = 1,
                         StringRef none = "") {
  std::optional<double> value = object.getNumber(key);
  if (!value)
    return none.str();
  char text[64];
  snprintf(text, sizeof(text), format, *value * factor);
  return text;
}

static std::string printInterval(const json::Object &object, StringRef key) {
  const json::Array *interval = object.getArray(key);
  if (!interval || interval->size() != 2)
    return "";
  std::string text;
  llvm::raw_string_ostream(text)
      << llvm::format(" [%.2f, %.2f]", 100 * *(*interval)[0].getAsNumber(),
                      100 * *(*interval)[1].getAsNumber());
  return text;
}

/// Whether a layer's results are integers.
static bool givesIntegers(const json::Object &layer) {
  return layer.getString("activations").value_or("").contains("int");
}

static std::vector<const json::Object *> getLayers(const json::Object &report) {
  std::vector<const json::Object *> layers;
  if (const json::Array *list = report.getArray("layers"))
    for (const json::Value &value : *list)
      if (const json::Object *layer = value.getAsObject())
        layers.push_back(layer);
  return layers;
}

namespace {

/// A plot with one column for each layer.
class ColumnPlot {
public:
  ColumnPlot(llvm::raw_ostream &os, size_t columns, double top,
             const char *unit);
  ~ColumnPlot() { os << "</svg>\n"; }

  /// A bar in part `part` of `parts` of a column, up to `value`.
  void draw(size_t column, double value, StringRef style, StringRef title,
            int part = 0, int parts = 1);

private:
  static constexpr double kWidth = 1000, kHeight = 160, kLeft = 60, kBase = 20;

  llvm::raw_ostream &os;
  double step, top;
};

} // namespace

ColumnPlot::ColumnPlot(llvm::raw_ostream &os, size_t columns, double top,
                       const char *unit)
    : os(os), step((kWidth - kLeft) / std::max<size_t>(1, columns)),
      top(top > 0 ? top : 1) {
  os << llvm::format("<svg viewBox=\"0 0 %g %g\" width=\"100%%\">\n", kWidth,
                     kHeight + kBase + 10);
  for (int mark = 0; mark <= 4; ++mark) {
    double y = kHeight + 10 - kHeight * mark / 4;
    os << llvm::format("<path class=\"axis\" stroke-opacity=\"%g\" "
                       "d=\"M%g %gH%g\"/>",
                       mark ? 0.3 : 1.0, kLeft, y, kWidth)
       << llvm::format(
              "<text x=\"%g\" y=\"%g\" text-anchor=\"end\">%.4g</text>",
              kLeft - 5, y + 4, this->top * mark / 4);
  }
  os << llvm::format("<text x=\"0\" y=\"%g\">", kHeight + kBase + 8) << unit
     << "</text>\n";
}

void ColumnPlot::draw(size_t column, double value, StringRef style,
                      StringRef title, int part, int parts) {
  double height = kHeight * std::clamp(value / top, 0.0, 1.0);
  os << "<rect class=\"" << style << "\" "
     << llvm::format("x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"",
                     kLeft + step * (column + 0.1 + 0.8 * part / parts),
                     kHeight + 10 - height, 0.8 * step / parts, height)
     << "><title>" << title << "</title></rect>\n";
}

static void writeModels(const json::Object &report, llvm::raw_ostream &os) {
  os << "<table><tr><th class=\"text\">model</th><th>bytes</th>"
        "<th>top-1 (95 % interval)</th><th>mIoU</th><th>latency</th></tr>\n";
  for (StringRef key : {"original", "quantized"}) {
    const json::Object *model = report.getObject(key);
    if (!model)
      continue;
    os << "<tr><td class=\"text\">"
       << escape(model->getString("name").value_or("")) << "</td><td>"
       << print(*model, "bytes", "%.0f") << "</td><td>"
       << print(*model, "top1", "%.2f %%", 100)
       << printInterval(*model, "interval1") << "</td><td>"
       << print(*model, "miou", "%.2f %%", 100)
       << printInterval(*model, "miou_interval") << "</td><td>"
       << print(*model, "latency_us", "%.2f ms", 1e-3) << "</td></tr>\n";
  }
  os << "</table>\n";
  if (!report.getNumber("samples"))
    return;
  os << "<p>On " << print(report, "samples", "%.0f")
     << " samples: same answer on "
     << print(report, "agreement", "%.2f %%", 100, "-")
     << ", output signal-to-noise ratio "
     << print(report, "snr_db", "%.1f dB", 1, "infinite") << ", cosine "
     << print(report, "cosine", "%.6f") << ", largest difference "
     << print(report, "max_difference", "%g") << ".</p>\n";
}

static void writePlots(ArrayRef<const json::Object *> layers,
                       llvm::raw_ostream &os) {
  double mostSNR = 0, mostBytes = 0;
  for (const json::Object *layer : layers) {
    mostSNR = std::max(mostSNR, layer->getNumber("snr_db").value_or(0));
    mostBytes =
        std::max(mostBytes, layer->getNumber("original_bytes").value_or(0));
  }
  auto getTitle = [](const json::Object &layer, const std::string &figure) {
    return escape(layer.getString("name").value_or("")) + ": " + figure;
  };
  if (mostSNR > 0) {
    os << "<h2>Signal-to-noise ratio of each layer's result</h2>\n"
          "<p>Of the whole quantised model against the original one, in the "
          "order of the layers; higher is better. <span class=\"key\" "
          "style=\"background:#3b7dbd\"></span>integers<span class=\"key\" "
          "style=\"background:#d9822b\"></span>float</p>\n";
    ColumnPlot plot(os, layers.size(), std::ceil(mostSNR / 20) * 20, "dB");
    for (auto [column, layer] : llvm::enumerate(layers))
      if (std::optional<double> snr = layer->getNumber("snr_db"))
        plot.draw(column, *snr, givesIntegers(*layer) ? "integer" : "float",
                  getTitle(*layer, print(*layer, "snr_db", "%.1f dB")));
  }
  os << "<h2>Bytes of each layer's constants</h2>\n"
        "<p><span class=\"key\" style=\"background:#bbb\"></span>before<span "
        "class=\"key\" style=\"background:#3b7dbd\"></span>after</p>\n";
  ColumnPlot plot(os, layers.size(), mostBytes / 1024, "KiB");
  for (auto [column, layer] : llvm::enumerate(layers)) {
    if (double bytes = layer->getNumber("original_bytes").value_or(0))
      plot.draw(column, bytes / 1024, "before",
                getTitle(*layer, print(*layer, "original_bytes", "%.0f")), 0,
                2);
    if (double bytes = layer->getNumber("quantized_bytes").value_or(0))
      plot.draw(column, bytes / 1024, "integer",
                getTitle(*layer, print(*layer, "quantized_bytes", "%.0f")), 1,
                2);
  }
}

/// Counts of values on a logarithmic scale, as a small area.
static void writeHistogram(const json::Object &layer, llvm::raw_ostream &os) {
  const json::Object *histogram = layer.getObject("histogram");
  const json::Array *counts =
      histogram ? histogram->getArray("counts") : nullptr;
  if (!counts || counts->empty())
    return;
  double most = 1;
  for (const json::Value &count : *counts)
    most = std::max(most, std::log1p(count.getAsNumber().value_or(0)));
  os << llvm::format("<svg viewBox=\"0 0 %d 20\" width=\"120\" height=\"20\" "
                     "preserveAspectRatio=\"none\"><path class=\"integer\" "
                     "d=\"M0 20",
                     int(counts->size()));
  for (auto [bin, count] : llvm::enumerate(*counts))
    os << llvm::format(
        "V%dH%d",
        int(20 - std::lround(20 * std::log1p(count.getAsNumber().value_or(0)) /
                             most)),
        int(bin + 1));
  os << "V20Z\"/></svg>";
}

static void writeLayers(ArrayRef<const json::Object *> layers,
                        llvm::raw_ostream &os) {
  os << "<h2>Layers</h2>\n<p>Range and histogram (logarithmic counts) are "
        "those "
        "of the original's result.</p>\n<table><tr><th "
        "class=\"text\">layer</th><th class=\"text\">op</th><th "
        "class=\"text\">result</th><th class=\"text\">weights</th><th>SNR "
        "dB</th><th>cosine</th><th>least</th><th>greatest</th><th>values</th>"
        "<th>scale</th><th>zero point</th></tr>\n";
  for (const json::Object *layer : layers) {
    std::string name = escape(layer->getString("name").value_or(""));
    os << "<tr><td class=\"name\" title=\"" << name << "\">" << name
       << "</td><td class=\"text\">"
       << escape(layer->getString("op").value_or(""))
       << "</td><td class=\"text\">"
       << escape(layer->getString("activations").value_or(""))
       << "</td><td class=\"text\">"
       << escape(layer->getString("weights").value_or("")) << "</td><td>"
       << print(*layer, "snr_db", "%.1f") << "</td><td>"
       << print(*layer, "cosine", "%.5f") << "</td>";
    const json::Object *histogram = layer->getObject("histogram");
    os << "<td>" << (histogram ? print(*histogram, "low", "%.4g") : "")
       << "</td><td>" << (histogram ? print(*histogram, "high", "%.4g") : "")
       << "</td><td>";
    writeHistogram(*layer, os);
    os << "</td><td>" << print(*layer, "scale", "%.6g") << "</td><td>"
       << print(*layer, "zero_point", "%.0f") << "</td></tr>\n";
  }
  os << "</table>\n";
}

static void writeFloatLayers(ArrayRef<const json::Object *> layers,
                             llvm::raw_ostream &os) {
  os << "<h2>What stayed as it was, and why</h2>\n";
  bool isAny = false;
  for (const json::Object *layer : layers) {
    std::optional<StringRef> reason = layer->getString("reason");
    if (!reason)
      continue;
    if (!isAny)
      os << "<table><tr><th class=\"text\">layer</th><th "
            "class=\"text\">op</th><th class=\"text\">reason</th></tr>\n";
    isAny = true;
    std::string name = escape(layer->getString("name").value_or(""));
    os << "<tr><td class=\"name\" title=\"" << name << "\">" << name
       << "</td><td class=\"text\">"
       << escape(layer->getString("op").value_or(""))
       << "</td><td class=\"text\">" << escape(*reason) << "</td></tr>\n";
  }
  os << (isAny ? "</table>\n" : "<p>No reason is recorded.</p>\n");
}

void mopt::writeReportPage(const json::Object &report, llvm::raw_ostream &os) {
  std::vector<const json::Object *> layers = getLayers(report);
  const json::Object *original = report.getObject("original");
  std::string name =
      original ? escape(original->getString("name").value_or("")) : "";
  size_t integers = llvm::count_if(
      layers, [](const json::Object *layer) { return givesIntegers(*layer); });
  os << "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<title>Quantization of "
     << name << "</title><style>" << kStyle << "</style></head><body>\n"
     << "<h1>Quantization of " << name << "</h1>\n";
  writeModels(report, os);
  os << "<p>" << integers << " of " << layers.size()
     << " layers give integers.</p>\n";
  writePlots(layers, os);
  writeFloatLayers(layers, os);
  writeLayers(layers, os);
  os << "</body></html>\n";
}
