// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "schedule.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "cortado/base/math.h"
#include "cortado/base/random.h"

namespace cortado::generator {
namespace {

constexpr double kHoursPerMonth = 30 * 24;
constexpr double kHoursApart = 24;
/// Keeps a device's faults apart from its values' random numbers.
constexpr std::uint64_t kScheduleStream = 0x5c4ed01eU;

/// How long a class of fault lasts and how far it moves a value.
struct FaultShape {
  FaultClass fault;
  double low_hours;
  double high_hours;
  double low_size;
  double high_size;
};

constexpr std::array<FaultShape, 7> kShapes = {{
    {FaultClass::kSpike, 0, 3, 0.035, 0.060},
    {FaultClass::kLevelShift, 24, 96, 0.015, 0.030},
    {FaultClass::kDrift, 48, 168, 0.020, 0.040},
    {FaultClass::kFlatLine, 6, 48, 0, 0},
    {FaultClass::kDropout, 3, 24, 0, 0},
    {FaultClass::kNoise, 24, 72, 0.010, 0.018},
    {FaultClass::kMissing, 6, 48, 0, 0},
}};
constexpr double kLongestGapHours = 6;

double between(base::Random& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

std::int64_t steps_of(double hours, double hours_per_step) {
  return std::max<std::int64_t>(
      1, static_cast<std::int64_t>(std::floor(hours / hours_per_step + 0.5)));
}

Episode make_fault(base::Random& random, std::int64_t first, double hours_per_step) {
  const FaultShape& shape = kShapes[random.below(kShapes.size())];
  const double hours = between(random, shape.low_hours, shape.high_hours);
  // A spike is a few readings, however far apart they are.
  const std::int64_t length = shape.fault == FaultClass::kSpike
                                  ? 1 + static_cast<std::int64_t>(hours)
                                  : steps_of(hours, hours_per_step);
  return {.first = first,
          .end = first + length,
          .fault = shape.fault,
          .size = between(random, shape.low_size, shape.high_size)};
}

}  // namespace

std::vector<Episode> make_schedule(const SimulatorConfig& config, std::int64_t device,
                                   std::int64_t steps) {
  base::Random random(base::mix64(static_cast<std::uint64_t>(config.seed) ^ kScheduleStream) ^
                      base::mix64(static_cast<std::uint64_t>(device)));
  std::vector<Episode> episodes;
  const double rate = config.faults_per_month + config.gaps_per_month;
  if (rate <= 0) return episodes;
  const double hours_per_step =
      std::chrono::duration<double, std::ratio<3600>>(config.interval).count();
  const double quiet_hours = std::chrono::duration<double, std::ratio<3600>>(config.quiet).count();
  double hour = 0;
  while (true) {
    hour -= base::log(1.0 - random.uniform()) * kHoursPerMonth / rate;
    const auto first = static_cast<std::int64_t>(std::min(hour / hours_per_step, 1e15));
    if (first >= steps) return episodes;
    const bool is_fault = random.uniform() * rate < config.faults_per_month;
    Episode episode = make_fault(random, first, hours_per_step);
    if (!is_fault) {
      const double gap_hours = between(random, 0, kLongestGapHours);
      episode = {.first = first,
                 .end = first + steps_of(gap_hours, hours_per_step),
                 .fault = std::nullopt,
                 .size = 0};
    }
    hour = static_cast<double>(episode.end) * hours_per_step + kHoursApart;
    if (!is_fault || static_cast<double>(first) * hours_per_step >= quiet_hours)
      episodes.push_back(episode);
  }
}

std::int64_t count_readings(const std::vector<std::vector<Episode>>& schedules,
                            std::int64_t steps) {
  std::int64_t readings = static_cast<std::int64_t>(schedules.size()) * steps;
  for (const auto& episodes : schedules) {
    for (const auto& episode : episodes) {
      if (episode.absent() && episode.first < steps)
        readings -= std::min(episode.end, steps) - episode.first;
    }
  }
  return readings;
}

}  // namespace cortado::generator
