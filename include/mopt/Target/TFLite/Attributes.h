//===- Attributes.h - What imported modules carry along -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Discardable attributes for facts of a .tflite file that only the exporter
// needs. Those that other parts read too are in MoptDialect.h.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_TFLITE_ATTRIBUTES_H
#define MOPT_TARGET_TFLITE_ATTRIBUTES_H

#include "llvm/ADT/StringRef.h"

namespace mlir::mopt {

// On an operator.

/// Unit: the file has no options table although the operator has one; the
/// attributes hold the schema's defaults. Ignored once one of them differs.
inline constexpr llvm::StringLiteral kNoOptionsAttr = "mopt.no_options";
/// Index into debug metadata, also on functions; absent is -1.
inline constexpr llvm::StringLiteral kDebugMetadataIndexAttr =
    "mopt.debug_metadata_index";
/// dense_resource of ui8: custom options of an operator that is not custom.
inline constexpr llvm::StringLiteral kCustomOptionsAttr = "mopt.custom_options";
/// Encoding of custom options, absent for flexbuffers, the only known one.
inline constexpr llvm::StringLiteral kCustomOptionsFormatAttr =
    "mopt.custom_options_format";
/// String: custom code in the operator code of an operator that is not custom.
inline constexpr llvm::StringLiteral kCustomCodeAttr = "mopt.custom_code";
/// DenseBoolArrayAttr on typed ops, one flag an operand; absent if none is set.
inline constexpr llvm::StringLiteral kMutatingInputsAttr =
    "mopt.mutating_variable_inputs";
/// Name and fields of an options table besides the one of the op itself.
inline constexpr llvm::StringLiteral kExtraOptionsTableAttr =
    "mopt.extra_options_table";
inline constexpr llvm::StringLiteral kExtraOptionsAttr = "mopt.extra_options";
/// i32: what the file has in place of the dimension that an OpenShapeOp leaves
/// open; 1 if absent.
inline constexpr llvm::StringLiteral kFileDimensionAttr = "mopt.file_dimension";
/// ui32 on `mopt.variable`: the id of the external buffer that holds the data.
inline constexpr llvm::StringLiteral kExternalBufferAttr =
    "mopt.external_buffer";

// On a function.

/// Array of #mopt.tensor with type: tensors that no operator uses.
inline constexpr llvm::StringLiteral kUnusedTensorsAttr = "mopt.unused_tensors";

// On the module.

/// Arrays of strings and of dictionaries: ExternalBufferGroup.name and the
/// fields of ExternalBuffer.
inline constexpr llvm::StringLiteral kExternalBufferGroupsAttr =
    "mopt.external_buffer_groups";
inline constexpr llvm::StringLiteral kExternalBuffersAttr =
    "mopt.external_buffers";
/// Array of dense_resource of ui8: buffers that the old list of metadata
/// buffers names.
inline constexpr llvm::StringLiteral kMetadataBufferAttr =
    "mopt.metadata_buffer";
/// Array of dense_resource of ui8: buffers with data that nothing refers to.
inline constexpr llvm::StringLiteral kUnusedBuffersAttr = "mopt.unused_buffers";
/// Array of strings, one a signature: SignatureDef.deprecated_tag, which old
/// files carry.
inline constexpr llvm::StringLiteral kSignatureTagsAttr = "mopt.signature_tags";
/// dense_resource of ui8: the zip archive at the end of the file, with offsets
/// from its own start (label files and the like; see TFLITE_METADATA).
inline constexpr llvm::StringLiteral kAssociatedFilesAttr =
    "mopt.associated_files";

} // namespace mlir::mopt

#endif // MOPT_TARGET_TFLITE_ATTRIBUTES_H
