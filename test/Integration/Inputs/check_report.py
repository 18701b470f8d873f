# ===- check_report.py - the facts and the page of a report --------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Checks a report of ResNet-8 against the models, and that its page is whole.

usage: check_report.py REPORT.json PAGE.html ORIGINAL.tflite QUANTIZED.tflite
                       EVAL.json"""

import html.parser
import json
import os
import sys
import xml.dom.minidom

facts = json.load(open(sys.argv[1]))
page = open(sys.argv[2]).read()
evaluation = json.load(open(sys.argv[5]))

# Sizes and accuracy are those of the files.
assert facts["original"]["bytes"] <= os.path.getsize(sys.argv[3]) + 1024, facts
assert facts["quantized"]["bytes"] == os.path.getsize(sys.argv[4]), facts
for key in ("correct", "top1", "interval1"):
    assert facts["quantized"][key] == evaluation[key], key
    assert facts["original"][key] == evaluation["compare"][key], key
for key in ("agreement", "snr_db", "cosine", "max_difference"):
    assert facts[key] == evaluation[key], key

# Sixteen layers, one of them float for the reason given.
layers = facts["layers"]
assert len(layers) == 16
kept = [layer for layer in layers if layer["activations"] == "float32"]
assert [layer["op"] for layer in kept] == ["softmax"]
assert kept[0]["reason"] == "excluded by 'exclude-ops'"
assert sum("reason" in layer for layer in layers) == 1
for layer in layers:
    assert layer["snr_db"] > 10 and 0.9 < layer["cosine"] <= 1, layer
    histogram = layer["histogram"]
    assert histogram["low"] < histogram["high"] and sum(histogram["counts"]) > 0
    if layer["op"] == "conv_2d":
        assert layer["weights"] == "int8" and layer["scale"] > 0
        assert layer["quantized_bytes"] < 0.3 * layer["original_bytes"], layer
values = [sum(layer["histogram"]["counts"]) for layer in layers]
assert values[0] == 32 * 32 * 32 * 16, values  # samples, pixels, channels
assert values[-1] == 32 * 10


class Balance(html.parser.HTMLParser):
    """Every tag is closed in its order."""

    def __init__(self):
        super().__init__()
        self.open, self.counts = [], {}

    def handle_starttag(self, tag, attributes):
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


parser = Balance()
parser.feed(page)
parser.close()
assert not parser.open
# Two plots and a histogram a layer; nothing comes from elsewhere.
assert parser.counts["svg"] == 2 + 16, parser.counts
assert "http" not in page and "script" not in parser.counts
for part in page.split("<svg")[1:]:
    xml.dom.minidom.parseString("<svg" + part.split("</svg>")[0] + "</svg>")
assert "excluded by 'exclude-ops'" in page
