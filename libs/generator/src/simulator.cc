// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/generator/simulator.h"

#include <algorithm>
#include <utility>

#include "normal.h"
#include "schedule.h"
#include "sensor.h"
#include "weather.h"

namespace cortado::generator {
namespace {

constexpr std::uint64_t kRegionStream = 0x7e61045U;
constexpr std::uint64_t kFaultStream = 0xfa017U;

std::uint64_t stream_seed(std::int64_t seed, std::uint64_t stream, std::size_t index) {
  return base::mix64(static_cast<std::uint64_t>(seed) ^ stream) ^ base::mix64(index);
}

/// One device of the run, with where it stands in its schedule.
struct Device {
  Sensor sensor;
  base::Random fault_random;  ///< apart, so that faults leave the true values as they are
  std::size_t episode = 0;
  double last_value = 0;  ///< as reported
};

class SensorNetwork final : public Simulator {
 public:
  explicit SensorNetwork(const SimulatorConfig& config) : config_(config) {
    plan();
    begin();
  }

  base::Result<std::optional<Reading>> next() override {
    while (done_ < total_) {
      if (device_ == devices_.size()) next_step();
      const std::size_t number = device_++;
      if (!measure(number)) continue;
      ++done_;
      return std::optional<Reading>(
          {.key = devices_[number].sensor.key(), .record = &record_, .event_time = time_});
    }
    return std::optional<Reading>();
  }

  base::Status rewind() override {
    begin();
    return {};
  }

  std::int64_t done() const override { return done_; }
  std::int64_t total() const override { return total_; }
  std::int64_t rejected() const override { return 0; }
  const std::vector<FaultLabel>& labels() const override { return labels_; }

 private:
  void plan() {
    std::int64_t steps = std::max<std::int64_t>(1, config_.duration / config_.interval);
    if (config_.records > 0) steps = config_.records / config_.devices + 1;
    schedule(steps);
    while (count_readings(schedules_, steps) < config_.records) schedule(steps *= 2);
    total_ = count_readings(schedules_, steps);
    if (config_.records > 0) {
      steps = steps_for(config_.records, steps);
      total_ = config_.records;
    }
    make_labels(steps);
  }

  void schedule(std::int64_t steps) {
    schedules_.clear();
    for (std::int64_t device = 0; device < config_.devices; ++device)
      schedules_.push_back(make_schedule(config_, device, steps));
  }

  /// The smallest number of steps, at most `enough`, that gives so many readings.
  std::int64_t steps_for(std::int64_t readings, std::int64_t enough) const {
    std::int64_t low = 1;
    while (low < enough) {
      const std::int64_t middle = low + (enough - low) / 2;
      if (count_readings(schedules_, middle) >= readings) {
        enough = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  void make_labels(std::int64_t steps) {
    for (std::int64_t device = 0; device < config_.devices; ++device) {
      const Sensor sensor(device, config_.seed);
      for (const auto& episode : schedules_[static_cast<std::size_t>(device)]) {
        if (!episode.fault || episode.first >= steps) continue;
        labels_.push_back({.device = sensor.key(),
                           .fault = *episode.fault,
                           .start_ms = time_of(episode.first),
                           .end_ms = time_of(std::min(episode.end, steps))});
      }
    }
    std::stable_sort(labels_.begin(), labels_.end(),
                     [](const auto& a, const auto& b) { return a.start_ms < b.start_ms; });
  }

  void begin() {
    devices_.clear();
    regions_.clear();
    for (std::int64_t number = 0; number < config_.devices; ++number) {
      const auto index = static_cast<std::size_t>(number);
      devices_.push_back(
          {.sensor = Sensor(number, config_.seed),
           .fault_random = base::Random(stream_seed(config_.seed, kFaultStream, index)),
           .episode = 0,
           .last_value = 0});
    }
    const double hours = std::chrono::duration<double, std::ratio<3600>>(config_.interval).count();
    const std::int64_t count = (config_.devices + kSensorsPerRegion - 1) / kSensorsPerRegion;
    for (std::size_t region = 0; region < static_cast<std::size_t>(count); ++region)
      regions_.emplace_back(stream_seed(config_.seed, kRegionStream, region), hours);
    weather_.resize(regions_.size());
    step_ = -1;
    done_ = 0;
    device_ = devices_.size();
  }

  void next_step() {
    ++step_;
    time_ = time_of(step_);
    device_ = 0;
    for (std::size_t region = 0; region < regions_.size(); ++region)
      weather_[region] = regions_[region].step();
  }

  base::EpochMillis time_of(std::int64_t step) const {
    return config_.start_ms + step * config_.interval.count();
  }

  /// Fill record_ with the device's reading of this step; false if it gives none.
  bool measure(std::size_t number) {
    Device& device = devices_[number];
    const auto& episodes = schedules_[number];
    double value = device.sensor.measure(
        time_, weather_[number / static_cast<std::size_t>(kSensorsPerRegion)]);
    while (device.episode < episodes.size() && episodes[device.episode].end <= step_)
      ++device.episode;
    if (device.episode < episodes.size() && episodes[device.episode].first <= step_) {
      const Episode& episode = episodes[device.episode];
      if (episode.absent()) return false;
      value = disturb(device, episode, value);
    }
    device.last_value = value;
    device.sensor.fill(record_, time_, value);
    return true;
  }

  double disturb(Device& device, const Episode& episode, double value) const {
    switch (*episode.fault) {
      case FaultClass::kSpike:
      case FaultClass::kLevelShift:
        return value + episode.size;
      case FaultClass::kDrift:
        return value + episode.size * static_cast<double>(step_ + 1 - episode.first) /
                           static_cast<double>(episode.end - episode.first);
      case FaultClass::kFlatLine:
        return device.last_value;
      case FaultClass::kDropout:
        return 0;
      case FaultClass::kNoise:
        return value + episode.size * normal(device.fault_random);
      case FaultClass::kMissing:
        break;
    }
    return value;
  }

  SimulatorConfig config_;
  std::vector<std::vector<Episode>> schedules_;
  std::vector<FaultLabel> labels_;
  std::vector<Device> devices_;
  std::vector<RegionWeather> regions_;
  std::vector<Weather> weather_;
  record::MonitoringRecord record_;
  std::int64_t step_ = -1;
  base::EpochMillis time_ = 0;
  std::size_t device_ = 0;
  std::int64_t done_ = 0;
  std::int64_t total_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Simulator>> Simulator::create(const SimulatorConfig& config) {
  SimulatorConfig checked = config;
  // The ranges stand in the options: a value that reads back is inside.
  for (const auto& option : describe(checked)) CORTADO_TRY(option.set(option.get()));
  return std::unique_ptr<Simulator>(std::make_unique<SensorNetwork>(checked));
}

}  // namespace cortado::generator
