// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace cortado::kafka {

/// Return the version of the librdkafka that is loaded now, which may be newer than the one built
/// with: "2.0.2".
std::string library_version();

}  // namespace cortado::kafka
