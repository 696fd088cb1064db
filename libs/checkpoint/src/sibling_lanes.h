// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cortado/base/file_system.h"
#include "cortado/base/result.h"
#include "cortado/checkpoint/manifest.h"

namespace cortado::checkpoint {

/// Check that a lane which has no snapshot may begin: if other lanes of its topic have some, the
/// topic must have had as many partitions then as now; else the lane's devices have models that
/// stayed where they were, and it would begin them anew. **Errors:** kInvalidConfig.
base::Status check_siblings(base::FileSystem& files, const std::string& dir,
                            const LaneIdentity& identity);

}  // namespace cortado::checkpoint
