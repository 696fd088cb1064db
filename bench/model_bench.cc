// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// rooms: config record detector
//
// The models alone: all rows of a CSV are read first, then every device's model learns and scores
// its rows, devices spread over threads. Prints one JSON object.
//
//   model_bench FILE.csv[.gz] CONFIG.yaml THREADS [PRESET]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fnmatch.h>

#include "cortado/base/file_system.h"
#include "cortado/config/config.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"
#include "cortado/record/csv_reader.h"

namespace {

using namespace cortado;

struct Reading {
  std::optional<base::EpochMillis> time;
  std::optional<double> value;
};
using Series = std::map<std::string, std::vector<Reading>>;

struct DeviceResult {
  std::string device;
  std::int64_t records = 0;
  std::int64_t clipped = 0;
  double anomaly_sum = 0;
};

[[noreturn]] void fail(const base::Error& error) {
  std::fprintf(stderr, "model_bench: %s\n", error.message().c_str());
  std::exit(1);
}

Series read_series(const std::string& path) {
  auto file = record::open_file(path);
  if (!file.ok()) fail(file.error());
  auto reader = record::MonitoringCsvReader::create(std::move(file).value(), {}, {});
  if (!reader.ok()) fail(reader.error());
  Series series;
  record::MonitoringRecord row;
  while (true) {
    const auto more = reader->next(row);
    if (!more.ok()) fail(more.error());
    if (!*more) return series;
    series[record::device_key(row).get()].push_back(
        {record::event_time(row), record::measurement(row)});
  }
}

detector::DetectorConfig read_config(const std::string& path, const std::string& preset) {
  auto text = base::posix_file_system().read_file(path);
  if (!text.ok()) fail(text.error());
  detector::DetectorConfig config;
  config::ConfigSources sources;
  sources.yaml = config::YamlSource{std::move(text).value(), path};
  sources.flags.push_back({"detector.preset", preset});
  if (auto loaded = config::load(sources, detector::describe(config)); !loaded.ok())
    fail(loaded.error());
  return config;
}

DeviceResult run_device(const detector::Detector& detector, const std::string& device,
                        const std::vector<Reading>& readings) {
  DeviceResult result{.device = device};
  const auto model = detector.create_model(device);
  for (const auto& reading : readings) {
    const auto score = model->update({device, reading.time, reading.value});
    ++result.records;
    if (score.clipped) ++result.clipped;
    result.anomaly_sum += score.anomaly.value_or(0);
  }
  return result;
}

std::vector<DeviceResult> run_all(const detector::Detector& detector, const Series& series,
                                  int threads) {
  std::vector<const Series::value_type*> devices;
  for (const auto& entry : series) devices.push_back(&entry);
  std::vector<DeviceResult> results(devices.size());
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> pool;
  for (int i = 0; i < threads; ++i) {
    pool.emplace_back([&] {
      for (std::size_t at = next++; at < devices.size(); at = next++)
        results[at] = run_device(detector, devices[at]->first, devices[at]->second);
    });
  }
  pool.clear();
  return results;
}

/// How many of the encoder's buckets a device's values reach.
std::size_t distinct_buckets(const detector::DetectorConfig& config, const std::string& device,
                             const std::vector<Reading>& readings) {
  double low = 0;
  double high = 0.1;
  for (const auto& item : config.overrides) {
    if (::fnmatch(item.device.c_str(), device.c_str(), 0) != 0) continue;
    low = item.minimum;
    high = item.maximum;
    break;
  }
  std::set<double> buckets;
  for (const auto& reading : readings) {
    const double share = (reading.value.value_or(low) - low) / (high - low);
    buckets.insert(std::floor(std::clamp(share, 0.0, 1.0) * 100 + 0.5));
  }
  return buckets.size();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: %s FILE.csv CONFIG.yaml THREADS [PRESET]\n", argv[0]);
    return 2;
  }
  const Series series = read_series(argv[1]);
  const auto config = read_config(argv[2], argc > 4 ? argv[4] : "seed");
  const auto detector = detector::Detector::create(config);
  if (!detector.ok()) fail(detector.error());
  const auto start = std::chrono::steady_clock::now();
  const auto cpu_start = std::clock();
  const auto results = run_all(**detector, series, std::atoi(argv[3]));
  const double cpu_seconds = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::int64_t records = 0;
  for (const auto& result : results) records += result.records;
  std::printf(
      "{\"threads\":%s,\"records\":%lld,\"seconds\":%.3f,\"cpu_seconds\":%.3f,\"records_per_s\":%."
      "0f,"
      "\"devices\":[",
      argv[3], static_cast<long long>(records), seconds, cpu_seconds,
      static_cast<double>(records) / seconds);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto& one = results[i];
    const auto count = static_cast<double>(one.records);
    std::printf(
        "%s{\"device\":\"%s\",\"records\":%lld,\"clipped\":%lld,\"clipped_share\":%.5f,"
        "\"distinct_buckets\":%zu,\"mean_anomaly\":%.5f}",
        i == 0 ? "" : ",", one.device.c_str(), static_cast<long long>(one.records),
        static_cast<long long>(one.clipped), static_cast<double>(one.clipped) / count,
        distinct_buckets(config, one.device, series.at(one.device)), one.anomaly_sum / count);
  }
  std::printf("]}\n");
  return 0;
}
