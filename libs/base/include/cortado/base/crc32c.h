// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace cortado::base {

/// Return the CRC32C (Castagnoli) of `bytes`, continuing from `crc` (0 to begin). The CPU's
/// instruction is used where it exists; the result is the same everywhere.
///
/// **Source:** RFC 3720, appendix B.4.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

/// The same by table alone; the reference that tests compare with.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace cortado::base
