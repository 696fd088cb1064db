// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cortado/base/result.h"
#include "cortado/stream/engine.h"

namespace cortado::app {

/// Check that snapshots can be written to state.dir, by writing there; whatever is made for that
/// goes away again. **Errors:** kIo, kDenied of the file system.
base::Status check_state_folder(const stream::StateConfig& state);

}  // namespace cortado::app
