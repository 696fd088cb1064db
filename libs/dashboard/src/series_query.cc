// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "series_query.h"

#include <algorithm>

#include "decimate.h"
#include "views.h"

namespace cortado::dashboard {
namespace {

constexpr NumberRange kSequences = {0, kExact};

bool is_inside(const Point& point, const SeriesQuery& query) {
  if (point.version <= query.after) return false;
  if (query.from_sequence && point.sequence < *query.from_sequence) return false;
  if (query.to_sequence && point.sequence > *query.to_sequence) return false;
  if (!query.from_ms && !query.to_ms) return true;
  if (point.time_ms == Point::kNoTime) return false;
  return (!query.from_ms || point.time_ms >= *query.from_ms) &&
         (!query.to_ms || point.time_ms <= *query.to_ms);
}

PointRange range_of(const Device& device, const SeriesQuery& query) {
  PointRange range{device.points.size(), device.points.size()};
  while (range.last > 0 && !is_inside(device.points[range.last - 1], query)) --range.last;
  range.first = range.last;
  for (std::size_t i = range.last; i-- > 0;) {
    if (is_inside(device.points[i], query)) range.first = i;
  }
  range.first = std::max(range.first, range.last - std::min(range.last, query.limit));
  return range;
}

}  // namespace

base::Result<std::string> device_name_of(const HttpRequest& request) {
  CORTADO_ASSIGN(std::string name, text_of(request, "device", kDeviceNameLimit));
  if (name.empty())
    return base::Error(base::ErrorCode::kInvalidArgument, "which device? add ?device=...");
  return name;
}

base::Result<SeriesQuery> series_query_of(const HttpRequest& request, const HttpConfig& config) {
  SeriesQuery query;
  CORTADO_ASSIGN(query.device, device_name_of(request));
  CORTADO_ASSIGN(query.from_ms, number_of(request, "from", kTimes));
  CORTADO_ASSIGN(query.to_ms, number_of(request, "to", kTimes));
  CORTADO_ASSIGN(query.from_sequence, number_of(request, "fromSequence", kSequences));
  CORTADO_ASSIGN(query.to_sequence, number_of(request, "toSequence", kSequences));
  CORTADO_ASSIGN(const auto points, number_of(request, "points", NumberRange{16, 10'000}));
  if (points) query.points = static_cast<std::size_t>(*points);
  const bool ranged = query.from_ms || query.to_ms || query.from_sequence || query.to_sequence;
  const auto history = static_cast<std::size_t>(config.history);
  CORTADO_ASSIGN(query.limit, number_of(request, "limit", ranged || points ? history : 500,
                                        NumberRange{1, 100'000}));
  return query;
}

base::Result<const Device*> find_device(const ReadModel& model, const std::string& name) {
  const Device* device = model.find(name);
  if (device != nullptr) return device;
  return base::Error(base::ErrorCode::kNotFound,
                     "no record of this device has come; see /api/v1/devices");
}

base::Result<std::size_t> find_point(const Device& device, std::optional<std::int64_t> sequence) {
  for (std::size_t i = device.points.size(); i-- > 0;) {
    if (!sequence || device.points[i].sequence == *sequence) return i;
  }
  return base::Error(base::ErrorCode::kNotFound,
                     "the history does not hold this record; see held of /api/v1/series");
}

SeriesChoice choose(const Device& device, const SeriesQuery& query) {
  const PointRange range = range_of(device, query);
  SeriesChoice choice;
  choice.points = decimate(device.points, range, query.points.value_or(range.size()));
  choice.decimated = choice.points.size() < range.size();
  return choice;
}

}  // namespace cortado::dashboard
