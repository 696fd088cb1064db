// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace cortado::record {

/// Read a whole text as a finite decimal number; blanks around it and a leading "+" are allowed.
std::optional<double> number_of(std::string_view text);

/// Cut blanks and tabs at both ends.
std::string_view trim(std::string_view text);

}  // namespace cortado::record
