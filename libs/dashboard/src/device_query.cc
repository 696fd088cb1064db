// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "device_query.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <utility>

namespace cortado::dashboard {
namespace {

constexpr std::array<std::string_view, 6> kSorts = {"name",  "lastAnomaly", "state",
                                                    "score", "seen",        "modelBytes"};

/// A device and what it is sorted by, smallest first.
using Ranked = std::pair<double, const Device*>;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string text) {
  for (char& c : text) c = lower(c);
  return text;
}

bool has_all(const std::string& name, const std::vector<std::string>& words) {
  if (words.empty()) return true;
  const std::string text = lower(name);
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

double last_score(const Device& device) {
  const Point& last = device.points.back();
  const double score = std::isnan(last.score) ? last.anomaly : last.score;
  return std::isnan(score) ? -1 : score;
}

double rank(const Device& device, DeviceSort sort, DeviceState state) {
  switch (sort) {
    case DeviceSort::kLastAnomaly:
      return device.last_anomaly ? -static_cast<double>(device.last_anomaly->version) : 0;
    case DeviceSort::kState:
      return static_cast<double>(state);
    case DeviceSort::kScore:
      return -last_score(device);
    case DeviceSort::kSeen:
      return static_cast<double>(device.seen_ms);
    case DeviceSort::kModelBytes:
      return -static_cast<double>(device.model_bytes);
    case DeviceSort::kName:
      break;
  }
  return 0;
}

}  // namespace

std::optional<DeviceSort> device_sort_of(std::string_view name) {
  const auto found = std::find(kSorts.begin(), kSorts.end(), name);
  if (found == kSorts.end()) return std::nullopt;
  return static_cast<DeviceSort>(found - kSorts.begin());
}

DeviceList select_devices(const ReadModel& model, const DeviceQuery& query,
                          base::EpochMillis now_ms, std::chrono::milliseconds silent_after) {
  std::vector<std::string> words;
  std::istringstream in(lower(query.search));
  for (std::string word; in >> word;) words.push_back(std::move(word));
  std::vector<Ranked> ranked;
  for (const auto& [name, device] : model.devices()) {
    if (!query.device.empty() && name != query.device) continue;
    if (!has_all(name, words)) continue;
    const DeviceState state = state_of(*device, now_ms, silent_after);
    if (query.state && *query.state != state) continue;
    ranked.emplace_back(rank(*device, query.sort, state), device.get());
  }
  // The model gives devices by name; a stable sort keeps that among equals.
  if (query.sort != DeviceSort::kName)
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const Ranked& a, const Ranked& b) { return a.first < b.first; });
  DeviceList list{.shown = {}, .matching = ranked.size()};
  const std::size_t first = std::min(query.offset, ranked.size());
  const std::size_t count = std::min(query.limit.value_or(ranked.size()), ranked.size() - first);
  for (std::size_t i = first; i < first + count; ++i) list.shown.push_back(ranked[i].second);
  return list;
}

}  // namespace cortado::dashboard
