// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <string>

#include "bench/measure.h"
#include "cortado/checkpoint/blob.h"

namespace cortado::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kRounds = 25;

/// Stores and restores one device after the other, with buffers that are held as a lane holds them.
class Store {
 public:
  Store(const detector::Detector& detector, const BenchSeries& series)
      : detector_(detector), series_(series) {}

  base::Result<StorageRun> round(const BenchDevice& device) {
    StorageRun run;
    raw_.clear();
    auto start = SteadyClock::now();
    device.model->save(raw_);
    run.save_ms = milliseconds_since(start);
    start = SteadyClock::now();
    CORTADO_TRY(checkpoint::compress(raw_, stored_));
    run.compress_ms = milliseconds_since(start);
    CORTADO_ASSIGN(run.restore_ms, restore(device.at));
    start = SteadyClock::now();
    BenchDevice fresh{detector_.create_model(series_.device), device.at};
    fresh.model->update(fresh.next(series_));
    run.new_device_ms = milliseconds_since(start);
    run.raw_bytes = static_cast<double>(raw_.size());
    run.stored_bytes = static_cast<double>(stored_.bytes.size());
    return run;
  }

 private:
  base::Result<double> restore(std::size_t at) const {
    const auto start = SteadyClock::now();
    CORTADO_ASSIGN(const std::string raw,
                   checkpoint::decompress(stored_.bytes, stored_.raw_size, stored_.crc32c));
    BenchDevice device{nullptr, at};
    CORTADO_ASSIGN(device.model, detector_.load_model(series_.device, raw));
    device.model->update(device.next(series_));
    return milliseconds_since(start);
  }

  const detector::Detector& detector_;
  const BenchSeries& series_;
  std::string raw_;
  checkpoint::CompressedBlob stored_;
};

/// Take every field's median.
StorageRun medians_of(const std::vector<StorageRun>& rounds) {
  StorageRun result;
  for (double StorageRun::*field :
       {&StorageRun::save_ms, &StorageRun::compress_ms, &StorageRun::restore_ms,
        &StorageRun::new_device_ms, &StorageRun::raw_bytes, &StorageRun::stored_bytes}) {
    std::vector<double> values;
    for (const StorageRun& round : rounds) values.push_back(round.*field);
    std::sort(values.begin(), values.end());
    result.*field = values[values.size() / 2];
  }
  return result;
}

}  // namespace

base::Result<StorageRun> store(const detector::Detector& detector,
                               const std::vector<BenchDevice>& fleet, const BenchSeries& series) {
  Store store(detector, series);
  // The first round only brings the buffers to their size.
  CORTADO_TRY(store.round(fleet.front()));
  std::vector<StorageRun> rounds;
  for (std::size_t i = 0; i < kRounds; ++i) {
    CORTADO_ASSIGN(const StorageRun round, store.round(fleet[i * fleet.size() / kRounds]));
    rounds.push_back(round);
  }
  return medians_of(rounds);
}

}  // namespace cortado::app
