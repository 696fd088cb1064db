// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// rooms: config record detector
//
// How far one-step forecasts are off: the mean absolute error of the last value, of the original's
// classifier and of the forecaster of changes, over every device of EPA files (*.csv.gz or a header
// that begins with "State Code") and over files of "timestamp,value" rows (the Numenta Anomaly
// Benchmark), whose range is that of all their values. Prints a Markdown table; last its summary.
//
//   forecast_bench CONFIG.yaml FILE...
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "cortado/base/calendar.h"
#include "cortado/base/file_system.h"
#include "cortado/config/config.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"
#include "cortado/record/csv_reader.h"

namespace {

using namespace cortado;
using detector::Forecaster;

struct Reading {
  std::optional<base::EpochMillis> time;
  std::optional<double> value;
};
using Series = std::map<std::string, std::vector<Reading>>;

[[noreturn]] void fail(const std::string& text) {
  std::fprintf(stderr, "forecast_bench: %s\n", text.c_str());
  std::exit(1);
}

Series read_devices(const std::string& path) {
  auto file = record::open_file(path);
  if (!file.ok()) fail(file.error().message());
  auto reader = record::MonitoringCsvReader::create(std::move(file).value(), {}, {});
  if (!reader.ok()) fail(reader.error().message());
  Series series;
  record::MonitoringRecord row;
  while (true) {
    const auto more = reader->next(row);
    if (!more.ok()) fail(more.error().message());
    if (!*more) return series;
    series[record::device_key(row).get()].push_back(
        {record::event_time(row), record::measurement(row)});
  }
}

/// Return the readings under the file's name without its end.
Series read_pairs(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::vector<Reading> readings;
  for (std::getline(in, line); std::getline(in, line);) {
    const auto comma = line.find(',');
    if (comma == std::string::npos) fail(path + ": a row without a comma");
    readings.push_back({base::parse_iso_8601(line.substr(0, comma)),
                        std::strtod(line.c_str() + comma + 1, nullptr)});
  }
  const auto name = path.find_last_of('/') + 1;
  return {{path.substr(name, path.size() - name - 4), std::move(readings)}};
}

bool holds_devices(const std::string& path) {
  std::string line;
  std::getline(std::ifstream(path) >> std::ws, line);
  return path.ends_with(".gz") || line.find("State Code") < 2;
}

detector::DetectorConfig read_config(const std::string& path) {
  auto text = base::posix_file_system().read_file(path);
  if (!text.ok()) fail(text.error().message());
  detector::DetectorConfig config;
  config::ConfigSources sources;
  sources.yaml = config::YamlSource{std::move(text).value(), path};
  if (auto loaded = config::load(sources, detector::describe(config)); !loaded.ok())
    fail(loaded.error().message());
  return config;
}

/// Set the range of a device's values to that of its readings.
void fit_range(const std::string& device, const std::vector<Reading>& readings,
               detector::DetectorConfig& config) {
  double low = *readings.front().value;
  double high = low;
  for (const auto& reading : readings) {
    low = std::min(low, *reading.value);
    high = std::max(high, *reading.value);
  }
  config.overrides = {{device, low, high > low ? high : low + 1}};
}

/// Return the mean absolute error of a forecaster from the third reading on: the two before it are
/// compared with the zeros that a device begins with.
double mean_error(const detector::DetectorConfig& config, const std::string& device,
                  const std::vector<Reading>& readings) {
  const auto detector = detector::Detector::create(config);
  if (!detector.ok()) fail(detector.error().message());
  const auto model = (*detector)->create_model(device);
  double total = 0;
  std::int64_t count = 0;
  for (const auto& reading : readings) {
    const auto score = model->update({device, reading.time, reading.value});
    if (!score.prediction.has_value()) continue;
    if (count++ >= 2) total += *score.error;
  }
  return total / static_cast<double>(std::max<std::int64_t>(count - 2, 1));
}

struct Row {
  std::string name;
  std::size_t records;
  double last_value;
  double classifier;
  double change;
};

Row judge(detector::DetectorConfig config, const std::string& device,
          const std::vector<Reading>& readings) {
  Row row{device, readings.size(), 0, 0, 0};
  config.preset = detector::Preset::kLastValue;
  row.last_value = mean_error(config, device, readings);
  config.preset = detector::Preset::kSeed;
  config.forecaster = Forecaster::kSdrClassifier;
  row.classifier = mean_error(config, device, readings);
  config.forecaster = Forecaster::kChange;
  row.change = mean_error(config, device, readings);
  return row;
}

void print(const Row& row) {
  std::printf("| %s | %zu | %.5g | %.5g | %.5g | %.4f |\n", row.name.c_str(), row.records,
              row.last_value, row.classifier, row.change,
              row.last_value > 0 ? row.change / row.last_value : 1.0);
  std::fflush(stdout);
}

void print_summary(const std::vector<Row>& rows) {
  std::vector<double> change;
  std::size_t better = 0;
  std::size_t equal = 0;
  for (const auto& row : rows) {
    const double ratio = row.last_value > 0 ? row.change / row.last_value : 1.0;
    change.push_back(ratio);
    if (ratio < 1) ++better;
    if (ratio == 1) ++equal;
  }
  std::sort(change.begin(), change.end());
  std::printf(
      "\n%zu series: change / last value median %.4f, best %.4f, worst %.4f; better on "
      "%zu, equal on %zu\n",
      rows.size(), change[change.size() / 2], change.front(), change.back(), better, equal);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s CONFIG.yaml FILE...\n", argv[0]);
    return 2;
  }
  const auto config = read_config(argv[1]);
  std::vector<Row> rows;
  std::printf(
      "| series | records | last value | sdr_classifier | change | change / last value |\n");
  std::printf("| --- | --- | --- | --- | --- | --- |\n");
  for (int i = 2; i < argc; ++i) {
    const bool devices = holds_devices(argv[i]);
    for (const auto& [name, readings] : devices ? read_devices(argv[i]) : read_pairs(argv[i])) {
      auto ranged = config;
      if (!devices) fit_range(name, readings, ranged);
      rows.push_back(judge(ranged, name, readings));
      print(rows.back());
    }
  }
  print_summary(rows);
  return 0;
}
