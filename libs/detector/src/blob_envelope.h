// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cortado/base/result.h"
#include "cortado/detector/blob_facts.h"

namespace cortado::detector {

/// Append the head of a device blob: magic, versions, model hash (docs/formats/device-blob.md).
/// Return where the blob begins; the caller appends the model's own bytes, then calls end_blob().
std::size_t begin_blob(std::uint64_t model_hash, std::string& out);
/// Append the checksum of the blob that begins at `start`.
void end_blob(std::size_t start, std::string& out);

/// Return the body of a device blob. **Errors:** kCorrupt (magic, length, checksum), kUnsupported
/// (format or algorithm version, another model hash).
base::Result<std::string_view> open_blob(std::string_view blob, std::uint64_t model_hash);

base::Error corrupt_blob(const std::string& text);

}  // namespace cortado::detector
