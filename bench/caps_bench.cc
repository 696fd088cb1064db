// rooms: htm base record
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// What a limit on the segments of the preset `seed` does to the raw anomaly score: the same columns
// of one device's rows go through one memory for each limit. Prints a Markdown table, each line
// about the 10,000 records before the record count in its first column; us = CPU time of the memory
// for one of these records.
//
//   caps_bench FILE.csv[.gz] DEVICE_GLOB MINIMUM MAXIMUM [LIMIT...]      0 = no limit, always
//   measured
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <span>
#include <string>
#include <vector>

#include <fnmatch.h>

#include "cortado/htm/anomaly_score.h"
#include "cortado/htm/date_encoder.h"
#include "cortado/htm/scalar_encoder.h"
#include "cortado/htm/spatial_pooler.h"
#include "cortado/htm/temporal_memory.h"
#include "cortado/record/csv_reader.h"

namespace {

using namespace cortado;

constexpr std::size_t kWindow = 10'000;
constexpr std::size_t kReports[] = {26'000, 30'000, 60'000};

struct Reading {
  std::int64_t time;
  double value;
};
using Columns = std::vector<std::vector<std::uint32_t>>;

[[noreturn]] void fail(const base::Error& error) {
  std::fprintf(stderr, "caps_bench: %s\n", error.message().c_str());
  std::exit(1);
}

std::vector<Reading> read(const char* path, const char* device) {
  auto file = record::open_file(path);
  if (!file.ok()) fail(file.error());
  auto reader = record::MonitoringCsvReader::create(std::move(file).value(), {}, {});
  if (!reader.ok()) fail(reader.error());
  std::vector<Reading> readings;
  record::MonitoringRecord row;
  while (true) {
    const auto more = reader->next(row);
    if (!more.ok()) fail(more.error());
    if (!*more) return readings;
    const auto time = record::event_time(row);
    const auto value = record::measurement(row);
    if (!time || !value || ::fnmatch(device, record::device_key(row).get().c_str(), 0) != 0) {
      continue;
    }
    readings.push_back({static_cast<std::int64_t>(*time), *value});
  }
}

Columns pooled(const std::vector<Reading>& readings, double minimum, double maximum) {
  const auto date = htm::DateEncoder::create({}).value();
  const auto scalar = htm::ScalarEncoder::create(
      {.minimum = minimum, .maximum = maximum, .resolution = (maximum - minimum) / 100});
  if (!scalar.ok()) fail(scalar.error());
  htm::SpatialPooler pooler(htm::PoolerBase::create({}).value());
  Columns columns;
  htm::Sdr input;
  htm::Sdr active;
  for (const auto& reading : readings) {
    input.reset(date.size() + scalar->size());
    date.encode(reading.time, 0, input);
    scalar->encode(scalar->bucket(reading.value).index, date.size(), input);
    pooler.compute(input, true, active);
    columns.emplace_back(active.active().begin(), active.active().end());
  }
  return columns;
}

/// The scores of one limit and what the memory was at each report.
struct Run {
  std::int64_t limit;
  std::vector<double> scores;
  struct Size {
    std::uint64_t segments;
    std::uint64_t synapses;
    std::size_t bytes;
    double microseconds;
  };
  std::vector<Size> sizes;
};

Run run(const Columns& columns, std::int64_t limit) {
  auto memory = htm::TemporalMemory::create({.max_segments = limit});
  if (!memory.ok()) fail(memory.error());
  Run result{limit, {}, {}};
  std::clock_t start = std::clock();
  for (const auto& active : columns) {
    result.scores.push_back(htm::anomaly_score(static_cast<std::uint32_t>(active.size()),
                                               memory->compute(active, true)));
    const std::size_t records = result.scores.size();
    if (records % kWindow == 0 || std::ranges::count(kReports, records) > 0) {
      const std::clock_t now = std::clock();
      const double spent = 1e6 * static_cast<double>(now - start) / CLOCKS_PER_SEC;
      if (std::ranges::count(kReports, records) > 0) {
        const auto counts = memory->counts();
        result.sizes.push_back({counts.segments, counts.synapses, memory->bytes(),
                                spent / static_cast<double>((records - 1) % kWindow + 1)});
      }
      if (records % kWindow == 0) start = now;
    }
  }
  return result;
}

double mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double correlation(std::span<const double> a, std::span<const double> b) {
  const double mean_a = mean(a);
  const double mean_b = mean(b);
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

void print(const Run& run, const Run& unlimited) {
  for (std::size_t i = 0; i < run.sizes.size(); ++i) {
    const std::size_t from = kReports[i] - kWindow;
    const auto scores = std::span(run.scores).subspan(from, kWindow);
    const auto zeros = static_cast<double>(std::ranges::count(scores, 0.0));
    const std::string limit = run.limit == 0 ? "none" : std::to_string(run.limit);
    std::printf("| %zu | %s | %.4f | %.3f | %.3f | %llu | %llu | %.0f | %.1f |\n", kReports[i],
                limit.c_str(), mean(scores), zeros / kWindow,
                correlation(scores, std::span(unlimited.scores).subspan(from, kWindow)),
                static_cast<unsigned long long>(run.sizes[i].segments),
                static_cast<unsigned long long>(run.sizes[i].synapses),
                static_cast<double>(run.sizes[i].bytes) / 1024, run.sizes[i].microseconds);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: %s FILE.csv DEVICE_GLOB MINIMUM MAXIMUM [LIMIT...]\n", argv[0]);
    return 2;
  }
  const Columns columns = pooled(read(argv[1], argv[2]), std::atof(argv[3]), std::atof(argv[4]));
  if (columns.size() < kReports[0]) {
    std::fprintf(stderr, "caps_bench: %zu rows are too few\n", columns.size());
    return 1;
  }
  std::printf(
      "| records | limit | mean anomaly | zeros | correlation | segments | synapses | KB | us |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
  const Run unlimited = run(columns, 0);
  for (int i = 5; i < argc; ++i) print(run(columns, std::atoll(argv[i])), unlimited);
  print(unlimited, unlimited);
  return 0;
}
