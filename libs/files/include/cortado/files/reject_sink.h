// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "cortado/base/result.h"
#include "cortado/record/csv_reader.h"

namespace cortado::files {

/// Takes rows that could not be read or not be scored; may be empty. Its error ends the run.
using RejectSink = std::function<base::Status(const record::RejectedRow&)>;

}  // namespace cortado::files
