// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cortado/base/result.h"
#include "cortado/stream/engine.h"

namespace cortado::stream {

/// Check what an engine is to be made of. **Errors:** kInvalidConfig, kUnsupported.
base::Status check_engine(const StreamConfig& stream, const StateConfig& state,
                          const EngineParts& parts);

}  // namespace cortado::stream
