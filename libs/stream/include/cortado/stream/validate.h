// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cortado/base/result.h"
#include "cortado/stream/engine.h"

namespace cortado::stream {

/// Check what single keys cannot; an engine is made of nothing else. **Errors:** kInvalidConfig.
base::Status validate(const StreamConfig& stream, const StateConfig& state);

}  // namespace cortado::stream
