// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cortado/base/ids.h"

namespace cortado::stream {

/// Return a name for a topic's folder: letters, digits, dot, minus and underscore stand for
/// themselves, all else and the names that the state folder uses itself are written as %XX.
std::string folder_name(std::string_view topic);

/// Return the folder of a lane's snapshots: <dir>/<topic>/<partition>.
std::string lane_folder(const std::string& dir, const base::TopicPartition& lane);

}  // namespace cortado::stream
