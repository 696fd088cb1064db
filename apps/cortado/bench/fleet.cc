// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/fleet.h"

#include <algorithm>
#include <string>

#include <malloc.h>

namespace cortado::app {
namespace {

constexpr std::size_t kDifferent = 50;     ///< devices that are trained
constexpr std::size_t kDeviceShift = 997;  ///< readings between two devices' starts
constexpr std::size_t kCopyLead = 3;  ///< readings that a copy learned more than the one before

BenchDevice train(const detector::Detector& detector, const BenchSeries& series, std::size_t number,
                  std::int64_t records) {
  BenchDevice device{detector.create_model(series.device),
                     number * kDeviceShift % series.readings.size()};
  for (std::int64_t i = 0; i < records; ++i) device.model->update(device.next(series));
  return device;
}

/// A model's bytes in place of the model.
struct Trained {
  std::string blob;
  std::size_t at;
};

Trained freeze(const BenchDevice& device) {
  Trained trained{{}, device.at};
  device.model->save(trained.blob);
  return trained;
}

base::Result<BenchDevice> copy_of(const detector::Detector& detector, const BenchSeries& series,
                                  const Trained& trained, std::size_t copy) {
  BenchDevice device{nullptr, trained.at};
  CORTADO_ASSIGN(device.model, detector.load_model(series.device, trained.blob));
  for (std::size_t i = 0; i < copy * kCopyLead; ++i) device.model->update(device.next(series));
  return device;
}

}  // namespace

base::Result<std::vector<BenchDevice>> make_fleet(const detector::Detector& detector,
                                                  const BenchSeries& series,
                                                  const BenchOptions& options) {
  const auto count = static_cast<std::size_t>(options.devices);
  std::vector<BenchDevice> fleet;
  fleet.reserve(count);
  if (count <= kDifferent || options.trained == 0) {
    for (std::size_t i = 0; i < count; ++i) {
      fleet.push_back(train(detector, series, i, options.trained));
    }
    return fleet;
  }
  std::vector<Trained> different;
  for (std::size_t i = 0; i < kDifferent; ++i) {
    different.push_back(freeze(train(detector, series, i, options.trained)));
  }
  ::malloc_trim(0);
  for (std::size_t i = 0; i < count; ++i) {
    const Trained& trained = different[i % kDifferent];
    CORTADO_ASSIGN(auto device, copy_of(detector, series, trained, i / kDifferent));
    fleet.push_back(std::move(device));
  }
  // What the training took is no part of what the fleet holds.
  different.clear();
  ::malloc_trim(0);
  return fleet;
}

}  // namespace cortado::app
