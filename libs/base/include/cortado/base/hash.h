// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cortado::base {

/// Return XXH3's 64-bit hash: stable over versions, compilers and CPUs.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

/// Return 16 lower-case hexadecimal digits.
std::string to_hex(std::uint64_t value);

}  // namespace cortado::base
