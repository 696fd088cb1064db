// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cortado/base/result.h"

namespace cortado::detector {

/// Any score bit may change with this number. Written into each blob; no part of the model hash.
inline constexpr std::uint16_t kAlgorithmVersion = 5;
/// Models left off by this version or a later one are taken over.
inline constexpr std::uint16_t kOldestAlgorithmVersion = 2;

/// What a device blob says of itself, whatever configuration and version it was made with.
struct BlobFacts {
  std::uint16_t format_version = 0;
  std::uint16_t algorithm_version = 0;
  std::string model_hash;      ///< 16 hexadecimal digits, as in enriched records
  std::int64_t sequence = 0;   ///< records of the device so far, invalid ones too
  std::int64_t model_age = 0;  ///< valid records learned
};

/// Read the facts of a blob whose checksum holds. Those behind the versions are right for the
/// format versions that this build knows. **Errors:** kCorrupt.
base::Result<BlobFacts> read_blob_facts(std::string_view blob);

}  // namespace cortado::detector
