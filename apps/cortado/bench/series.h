// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cortado/base/clock.h"
#include "cortado/base/result.h"

namespace cortado::app {

struct BenchReading {
  base::EpochMillis time;
  double value;
};

/// The usable readings of one device in their order.
struct BenchSeries {
  std::string device;
  std::vector<BenchReading> readings;
};

/// Read a CSV's readings of a device, the first one's if `device` is empty. **Errors:** those of
/// the file; kNotFound if it has no usable reading of the device.
base::Result<BenchSeries> read_series(const std::string& path, const std::string& device);

/// Simulate so many hourly ozone readings of one sensor with faults and gaps; always the same.
base::Result<BenchSeries> simulate_series(std::int64_t count);

}  // namespace cortado::app
