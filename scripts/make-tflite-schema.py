#!/usr/bin/env python3
"""Writes lib/Target/TFLite/Schema/tflite.fbs from a JSON table of the format.

Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
See LICENSE for license information.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

The JSON states facts only: enums with their values, unions with the number of
each member, tables with field names, types, ids, defaults and alignments. The
order of declarations follows the JSON, so that the output is reproducible:

    scripts/make-tflite-schema.py SCHEMA.json > lib/Target/TFLite/Schema/tflite.fbs
"""
import json
import re
import sys

# Spellings that the JSON takes from other schema dialects.
SCALAR_ALIASES = {"int32": "int", "uint32": "uint", "int64": "long"}

HEADER = """\
// The TFLite model format, as a FlatBuffers schema.
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Written by scripts/make-tflite-schema.py; do not edit. Field ids are explicit
// because they are the format: the order of declarations does not matter.
// Deprecated fields are declared like all others: flatc would give no access to
// them, and old files carry them.
"""

# What a reader of the schema most often needs to know.
NOTES = {
    "Tensor": "`buffer` 0 is the empty buffer: a tensor without constant data.",
    "OperatorCode": "The code is the larger of the two code fields: a byte was"
                    " too small\n// once there were more than 127 operators.",
    "Buffer": "Data lies in `data`, or outside the flatbuffer at `offset` bytes"
              " from the\n// start of the file where `offset` is larger than 1.",
    "Operator": "An index of -1 in `inputs` is an optional tensor left out.",
    "SubGraph": "Operators are listed in the order in which they run.",
}


def scalar(type_name):
    return SCALAR_ALIASES.get(type_name, type_name)


def clean(name):
    """'ReduceWindowOptions (deprecated)' names the table ReduceWindowOptions."""
    return re.sub(r"\s*\(.*\)$", "", name)


def field_type(text):
    inner = re.fullmatch(r"\[(.*)\]", text)
    return f"[{scalar(inner.group(1))}]" if inner else scalar(text)


def write_field(field):
    attributes = [f"id: {field['id']}"]
    if "force_align" in field:
        attributes.append(f"force_align: {field['force_align']}")
    default = f" = {field['default']}" if "default" in field else ""
    note = "  // Deprecated." if field.get("deprecated") else ""
    return (f"  {field['name']}:{field_type(field['type'])}{default}"
            f" ({', '.join(attributes)});{note}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    if schema["structs"]:
        sys.exit("structs are not expected in this schema")
    out = [HEADER, f"namespace {schema['namespace']};", ""]
    out += [f"file_identifier \"{schema['file_identifier']}\";",
            "file_extension \"tflite\";", ""]
    for name, enum in schema["enums"].items():
        out.append(f"enum {name} : {scalar(enum['type'])} {{")
        values = sorted(enum["values"].items(), key=lambda item: item[1])
        out += [f"  {key} = {value}," for key, value in values]
        out += ["}", ""]
    for name, members in schema["unions"].items():
        ordered = sorted(members.items(), key=lambda item: item[1])
        # Members count up from NONE = 0; a gap could not be written.
        if [value for _, value in ordered] != list(range(len(ordered))):
            sys.exit(f"union {name} has a gap in its numbers")
        out.append(f"union {name} {{")
        out += [f"  {clean(key)}," for key, value in ordered if value]
        out += ["}", ""]
    for name, fields in schema["tables"].items():
        if name in NOTES:
            out.append(f"// {NOTES[name]}")
        if not fields:
            out += [f"table {name} {{}}", ""]
            continue
        out.append(f"table {name} {{")
        out += [write_field(f) for f in sorted(fields, key=lambda f: f["id"])]
        out += ["}", ""]
    out.append(f"root_type {schema['root_type']};")
    print("\n".join(out))


if __name__ == "__main__":
    main()
