// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cortado/base/file_system.h"
#include "cortado/base/result.h"
#include "cortado/evaluate/series.h"

namespace cortado::evaluate {

/// Read every CSV below a folder (three levels deep at most) with its labels:
/// docs/formats/labelled-series.md. Series are ordered by name. **Errors:** kNotFound for a folder
/// without CSVs and for labels of an absent file; kCorrupt for a label or a row that cannot be
/// read, naming it; kIo. Unreadable values and times are readings without them.
base::Result<std::vector<Series>> read_labelled_folder(base::FileSystem& files,
                                                       const std::string& folder);

/// Return a hash of all that a benchmark consists of: names, readings and windows.
std::uint64_t digest(const std::vector<Series>& series);

}  // namespace cortado::evaluate
