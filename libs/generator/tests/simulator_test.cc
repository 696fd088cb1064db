// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/generator/simulator.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/hash.h"
#include "cortado/record/field.h"

namespace cortado::generator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;

constexpr base::EpochMillis kHour = 3'600'000;

using Series = std::map<base::EpochMillis, double>;

struct Outcome {
  std::map<std::string, Series> devices;
  std::vector<FaultLabel> labels;
  std::int64_t readings = 0;
  std::uint64_t digest = 0;
  bool in_order = true;
};

Outcome run(const SimulatorConfig& config) {
  auto simulator = Simulator::create(config);
  EXPECT_TRUE(simulator.ok());
  Outcome result;
  result.labels = (*simulator)->labels();
  std::pair<base::EpochMillis, std::size_t> last{0, 0};
  std::string bytes;
  while (true) {
    const auto reading = (*simulator)->next();
    EXPECT_TRUE(reading.ok());
    if (!*reading) break;
    const record::MonitoringRecord& record = *(*reading)->record;
    const double value = *record::measurement(record);
    EXPECT_TRUE(value >= 0 && value <= 0.1) << value;
    EXPECT_EQ(record::event_time(record), (*reading)->event_time);
    EXPECT_EQ(record::device_key(record).get(), (*reading)->key);
    const base::EpochMillis time = *(*reading)->event_time;
    result.in_order &= time >= last.first;
    last.first = time;
    result.devices[std::string((*reading)->key)][time] = value;
    for (std::size_t i = 0; i < record::kFieldCount; ++i)
      bytes.append(record.text(static_cast<record::Field>(i))).push_back('|');
    ++result.readings;
  }
  EXPECT_EQ((*simulator)->done(), (*simulator)->total());
  for (const auto& label : result.labels) bytes += to_json(label) + "\n";
  result.digest = base::hash64(bytes);
  return result;
}

SimulatorConfig sample() { return {.devices = 7, .duration = hours(24 * 120), .seed = 42}; }

TEST(Simulator, IsFrozen) { EXPECT_EQ(base::to_hex(run(sample()).digest), "fb28236eb92884a9"); }

TEST(Simulator, TheSameSeedGivesTheSameBytesAndAnotherOthers) {
  SimulatorConfig other = sample();
  other.seed = 43;
  EXPECT_EQ(run(sample()).digest, run(sample()).digest);
  EXPECT_NE(run(sample()).digest, run(other).digest);
}

TEST(Simulator, RewindBeginsAgain) {
  auto simulator = Simulator::create({.devices = 3, .records = 50});
  ASSERT_TRUE(simulator.ok());
  std::vector<std::string> values;
  for (int round = 0; round < 2; ++round) {
    std::string text;
    for (auto reading = (*simulator)->next(); *reading; reading = (*simulator)->next())
      text += (*reading)->record->text(record::Field::kSampleMeasurement);
    values.push_back(text);
    ASSERT_TRUE((*simulator)->rewind().ok());
  }
  EXPECT_EQ(values[0], values[1]);
  EXPECT_GE(values[0].size(), 50U);
}

TEST(Simulator, GivesExactlyTheWishedNumberOfReadings) {
  for (const std::int64_t records : {1, 7, 8, 1000, 12'345}) {
    SimulatorConfig config = sample();
    config.records = records;
    config.faults_per_month = 20;
    config.gaps_per_month = 20;
    EXPECT_EQ(run(config).readings, records);
  }
}

TEST(Simulator, ReadingsComeByTimeAndEveryDeviceHasItsName) {
  SimulatorConfig config{.devices = 60, .duration = hours(48), .gaps_per_month = 0};
  const Outcome result = run(config);
  EXPECT_TRUE(result.in_order);
  EXPECT_EQ(result.devices.size(), 60U);
  EXPECT_EQ(result.readings, 60 * 48);
  EXPECT_EQ(result.devices.begin()->second.begin()->first, config.start_ms);
}

TEST(Simulator, ThousandsOfDevicesHaveNamesOfTheirOwn) {
  const Outcome result = run({.devices = 41'000, .records = 41'000, .gaps_per_month = 0});
  EXPECT_EQ(result.devices.size(), 41'000U);
}

TEST(Simulator, TimesFinerThanAMinuteKeepTheirSeconds) {
  const Outcome result = run({.devices = 1, .records = 5, .interval = std::chrono::seconds(15)});
  EXPECT_EQ(result.devices.begin()->second.size(), 5U);
}

TEST(Simulator, FaultsOfEveryClassAreLabelledAfterTheQuietTime) {
  const Outcome result = run({.devices = 40, .duration = hours(24 * 365)});
  std::map<std::string_view, int> classes;
  for (const auto& label : result.labels) {
    ++classes[to_string(label.fault)];
    EXPECT_LT(label.start_ms, label.end_ms);
    EXPECT_GE(label.start_ms, SimulatorConfig().start_ms + 30 * 24 * kHour);
    EXPECT_LE(label.end_ms, SimulatorConfig().start_ms + 365 * 24 * kHour);
    EXPECT_TRUE(result.devices.contains(label.device));
  }
  EXPECT_EQ(classes.size(), 7U);
  for (const auto& [name, count] : classes) EXPECT_GE(count, 20) << name;
  EXPECT_TRUE(std::is_sorted(result.labels.begin(), result.labels.end(),
                             [](const auto& a, const auto& b) { return a.start_ms < b.start_ms; }));
}

TEST(Simulator, ALongerRunOnlyAdds) {
  SimulatorConfig longer = sample();
  longer.duration *= 2;
  const Outcome first = run(sample());
  const Outcome second = run(longer);
  for (const auto& [device, series] : first.devices) {
    for (const auto& [time, value] : series) EXPECT_EQ(second.devices.at(device).at(time), value);
  }
}

/// What became of the readings of one label, beside the same run without faults.
void check_fault(const FaultLabel& label, const Series& faulty, const Series& clean) {
  const auto first = faulty.lower_bound(label.start_ms);
  const auto end = faulty.lower_bound(label.end_ms);
  const std::string where(to_string(label.fault));
  switch (label.fault) {
    case FaultClass::kMissing:
      EXPECT_EQ(first, end) << where;
      return;
    case FaultClass::kDropout:
      for (auto at = first; at != end; ++at) EXPECT_EQ(at->second, 0) << where;
      return;
    case FaultClass::kFlatLine:
      for (auto at = first; at != end; ++at) EXPECT_EQ(at->second, std::prev(first)->second);
      return;
    case FaultClass::kSpike:
    case FaultClass::kLevelShift:
      for (auto at = first; at != end; ++at)
        EXPECT_GT(at->second, std::min(0.099, clean.at(at->first) + 0.013)) << where;
      return;
    case FaultClass::kDrift: {
      const auto last = std::prev(end);
      EXPECT_GT(last->second, std::min(0.099, clean.at(last->first) + 0.018)) << where;
      return;
    }
    case FaultClass::kNoise: {
      double sum = 0;
      for (auto at = first; at != end; ++at) sum += std::fabs(at->second - clean.at(at->first));
      EXPECT_GT(sum / static_cast<double>(std::distance(first, end)), 0.002) << where;
      return;
    }
  }
}

TEST(Simulator, FaultsDoWhatTheirLabelsSayAndNothingElse) {
  SimulatorConfig config{.devices = 20, .duration = hours(24 * 200), .gaps_per_month = 0};
  const Outcome faulty = run(config);
  config.faults_per_month = 0;
  const Outcome clean = run(config);
  EXPECT_TRUE(clean.labels.empty());
  std::map<std::string, std::set<base::EpochMillis>> touched;
  const base::EpochMillis run_end = config.start_ms + config.duration.count();
  for (const auto& label : faulty.labels) {
    // A drift that the run's end cuts short is not as far as it would go.
    if (label.end_ms < run_end)
      check_fault(label, faulty.devices.at(label.device), clean.devices.at(label.device));
    for (base::EpochMillis time = label.start_ms; time < label.end_ms; time += kHour)
      touched[label.device].insert(time);
  }
  std::int64_t compared = 0;
  for (const auto& [device, series] : clean.devices) {
    for (const auto& [time, value] : series) {
      if (touched[device].contains(time)) continue;
      EXPECT_EQ(faulty.devices.at(device).at(time), value) << device << " " << time;
      ++compared;
    }
  }
  EXPECT_GT(compared, 20 * 24 * 150);
}

double mean_of(const Series& series, int hour_utc, base::EpochMillis from, base::EpochMillis to) {
  double sum = 0;
  int count = 0;
  for (auto at = series.lower_bound(from); at != series.lower_bound(to); ++at) {
    if ((at->first / kHour) % 24 != hour_utc) continue;
    sum += at->second;
    ++count;
  }
  return sum / count;
}

TEST(Simulator, ValuesHaveADayAndASeason) {
  SimulatorConfig config{.devices = 10, .duration = hours(24 * 365)};
  config.faults_per_month = config.gaps_per_month = 0;
  const Outcome result = run(config);
  const base::EpochMillis june = config.start_ms + 151 * 24 * kHour;
  const base::EpochMillis july = june + 60 * 24 * kHour;
  const base::EpochMillis march = config.start_ms + 59 * 24 * kHour;
  for (const auto& [device, series] : result.devices) {
    // 20 UTC is early afternoon there, 10 UTC the night.
    const double afternoon = mean_of(series, 20, june, july);
    EXPECT_GT(afternoon, mean_of(series, 10, june, july) + 0.01) << device;
    EXPECT_GT(afternoon, mean_of(series, 20, config.start_ms, march) + 0.01) << device;
  }
}

TEST(Simulator, NeighboursShareTheirWeather) {
  SimulatorConfig config{.devices = 10, .duration = hours(24 * 365)};
  config.faults_per_month = config.gaps_per_month = 0;
  const Outcome result = run(config);
  const auto correlation = [](const Series& a, const Series& b) {
    // Day to day changes at one hour: the season and the day cycle fall out.
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (const auto& [time, value] : a) {
      const auto before = a.find(time - 24 * kHour);
      if (before == a.end() || (time / kHour) % 24 != 20) continue;
      const double da = value - before->second;
      const double db = b.at(time) - b.at(time - 24 * kHour);
      ab += da * db;
      aa += da * da;
      bb += db * db;
    }
    return ab / std::sqrt(aa * bb);
  };
  // Keys sort by state: the first five are one region, the others the next.
  std::vector<const Series*> all;
  for (const auto& [device, series] : result.devices) all.push_back(&series);
  EXPECT_GT(correlation(*all[0], *all[1]), 0.6);
  EXPECT_LT(std::fabs(correlation(*all[0], *all[5])), 0.3);
}

TEST(Simulator, ConfigurationOutOfRangeIsRefused) {
  EXPECT_FALSE(Simulator::create({.devices = 0}).ok());
  EXPECT_FALSE(Simulator::create({.interval = std::chrono::milliseconds(0)}).ok());
  EXPECT_FALSE(Simulator::create({.faults_per_month = -1}).ok());
}

TEST(Simulator, OptionsReadBack) {
  SimulatorConfig config;
  for (const auto& option : describe(config)) {
    EXPECT_TRUE(option.path.starts_with("simulator.")) << option.path;
    EXPECT_TRUE(option.set(option.get()).ok()) << option.path;
    if (option.path == "simulator.start") {
      EXPECT_EQ(option.get().scalar, "2025-01-01T00:00:00.000Z");
      EXPECT_TRUE(option.set(base::OptionNode::make_scalar("1970-01-02")).ok());
      EXPECT_FALSE(option.set(base::OptionNode::make_scalar("soon")).ok());
    }
  }
  EXPECT_EQ(config.start_ms, 24 * kHour);
}

TEST(FaultLabelJson, IsOneObject) {
  EXPECT_EQ(to_json({.device = "06-037-0011-44201-1",
                     .fault = FaultClass::kLevelShift,
                     .start_ms = 0,
                     .end_ms = kHour}),
            "{\"device\":\"06-037-0011-44201-1\",\"class\":\"level_shift\",\"start\":"
            "\"1970-01-01T00:00:00.000Z\",\"end\":\"1970-01-01T01:00:00.000Z\"}");
}

}  // namespace
}  // namespace cortado::generator
