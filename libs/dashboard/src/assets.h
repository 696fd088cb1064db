// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cortado::dashboard {

/// One file of the built page, compiled in. `gzip` is empty where packing gains nothing.
struct Asset {
  std::string_view path;  ///< "/index.html"
  std::string_view content_type;
  std::string_view etag;  ///< with its quotes
  std::string_view content;
  std::string_view gzip;
};

/// Return the file of a path ("/" is the page itself), or nullptr.
const Asset* find_asset(std::string_view path);

}  // namespace cortado::dashboard
