// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "state/state_access.h"

namespace cortado::app {

/// Return the offsets of a lane that were decided to be passed over, ascending, wherever that
/// stands: in the group's commit or in a snapshot. What ended every process then would end the next
/// one too, wherever the lane goes on. At most as many as a lane takes, the highest.
base::Result<std::vector<base::Offset>> passed_over(const LaneView& lane);

}  // namespace cortado::app
