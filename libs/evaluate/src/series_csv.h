// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/clock.h"
#include "cortado/base/file_system.h"
#include "cortado/base/result.h"
#include "cortado/evaluate/series.h"

namespace cortado::evaluate {

/// Read columns of a CSV by name, in the order asked for; the first name of each that the file has
/// counts. **Errors:** kNotFound, kIo; kCorrupt for a missing column or a bad row, naming the file.
base::Result<std::vector<std::vector<std::string>>> read_columns(
    base::FileSystem& files, const std::string& path,
    const std::vector<std::vector<std::string>>& names);

/// Return the rows from one time to another, both included; false if there is none.
bool window_of(const std::vector<Reading>& readings, base::EpochMillis from, base::EpochMillis to,
               Window& window);

/// Order windows and join those that overlap.
void tidy(std::vector<Window>& windows);

}  // namespace cortado::evaluate
