// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cortado/base/result.h"

namespace cortado::detector {

/// Any score bit may change with this number.
inline constexpr std::uint16_t kAlgorithmVersion = 2;

/// Append a device blob around a model's own bytes: magic, versions, model hash, body, checksum
/// (docs/formats/device-blob.md).
void seal_blob(std::uint64_t model_hash, std::string_view body, std::string& out);

/// Return the body of a device blob. **Errors:** kCorrupt (magic, length, checksum), kUnsupported
/// (format or algorithm version, another model hash).
base::Result<std::string_view> open_blob(std::string_view blob, std::uint64_t model_hash);

base::Error corrupt_blob(const std::string& text);

}  // namespace cortado::detector
