// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "bench/bench_options.h"
#include "bench/series.h"
#include "cortado/base/result.h"
#include "cortado/detector/detector.h"

namespace cortado::app {

/// One device of a benchmark and where it stands in the series, which is a ring.
struct BenchDevice {
  std::unique_ptr<detector::DeviceModel> model;
  std::size_t at = 0;

  /// Return the device's next observation.
  detector::Observation next(const BenchSeries& series) {
    const BenchReading& reading = series.readings[at];
    if (++at == series.readings.size()) at = 0;
    return {series.device, reading.time, reading.value};
  }
};

/// Make the devices of a benchmark. Each learns `trained` readings from another place of the
/// series on; beyond 50 devices those 50 are restored again and again, and every copy first learns
/// a few readings more than the one before, since copies of one model fed alike would do the same
/// at the same time.
/// **Errors:** those of load_model.
base::Result<std::vector<BenchDevice>> make_fleet(const detector::Detector& detector,
                                                  const BenchSeries& series,
                                                  const BenchOptions& options);

}  // namespace cortado::app
