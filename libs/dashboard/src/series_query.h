// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "answers.h"
#include "read_model.h"

namespace cortado::dashboard {

/// Longer names are refused in queries.
inline constexpr std::size_t kDeviceNameLimit = 1'024;

/// Which points of a device are wanted.
struct SeriesQuery {
  std::string device;
  Version after = 0;  ///< only newer ones
  std::size_t limit = 500;
  std::optional<std::int64_t> from_ms;
  std::optional<std::int64_t> to_ms;
  std::optional<std::int64_t> from_sequence;
  std::optional<std::int64_t> to_sequence;
  std::optional<std::size_t> points;
};

/// **Errors:** kInvalidArgument.
base::Result<std::string> device_name_of(const HttpRequest& request);
base::Result<SeriesQuery> series_query_of(const HttpRequest& request, const HttpConfig& config);
/// **Errors:** kNotFound saying what to do.
base::Result<const Device*> find_device(const ReadModel& model, const std::string& name);
/// The number of the point with this sequence, of the newest without one. **Errors:** kNotFound.
base::Result<std::size_t> find_point(const Device& device, std::optional<std::int64_t> sequence);

struct SeriesChoice {
  std::vector<std::size_t> points;
  bool decimated = false;
};
/// Choose the points; a range by time keeps what lies between the first and the last point inside.
SeriesChoice choose(const Device& device, const SeriesQuery& query);

}  // namespace cortado::dashboard
