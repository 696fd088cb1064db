// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cortado::record {

// docs/formats/binary-record.md is the contract; this is what the writer and the reader share.
inline constexpr std::string_view kMagic = "\xc0\x52";
inline constexpr std::size_t kHeaderBytes = 8;
inline constexpr std::size_t kChecksumBytes = 4;

/// Counts stay whole in JSON, too: 2^53.
inline constexpr std::uint64_t kMostCount = 9'007'199'254'740'992U;

enum Flag : std::uint8_t {
  kPrediction = 1U << 0U,
  kError = 1U << 1U,
  kAnomaly = 1U << 2U,
  kPredictionNext = 1U << 3U,
  kExtra = 1U << 4U,
  kOriginal = 1U << 5U,
  kEnrichment = 1U << 6U,
};

enum EnrichmentFlag : std::uint8_t {
  kScore = 1U << 0U,
  kExpectedLow = 1U << 1U,
  kExpectedHigh = 1U << 2U,
};

}  // namespace cortado::record
