// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/clock.h"

namespace cortado::evaluate {

/// Return text that stands for itself in HTML and in quoted attributes; what is not UTF-8 and
/// control characters become question marks.
std::string escape(std::string_view text);

/// Return a number for a person: a few significant digits.
std::string short_number(double value);
/// Return "1,234,567".
std::string grouped(std::int64_t value);
/// Return "2025-01-02 03:04" UTC, or "" for none.
std::string time_text(std::optional<base::EpochMillis> time);

/// A table's cells hold HTML; `numbers` says from which column on they are right-aligned.
std::string table(const std::vector<std::string>& titles,
                  const std::vector<std::vector<std::string>>& rows, std::size_t numbers = 1);

/// The page's rules, without a reference to anything outside.
std::string_view style();

}  // namespace cortado::evaluate
