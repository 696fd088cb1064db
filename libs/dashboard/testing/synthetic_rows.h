// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cortado/base/random.h"
#include "cortado/dashboard/rows.h"

namespace cortado::dashboard::testing {

/// A row of a device as a fixed test wants it: everything present and derived from the sequence.
DeviceRow make_row(const std::string& device, std::int64_t sequence);
BatchRow make_batch(std::int64_t number, std::int64_t input_rows);

/// Made-up hourly ozone readings of a few devices with forecasts, now and then an anomaly, some
/// still warming up, one without event times and one with unreadable values: what a page must show.
class SyntheticFleet {
 public:
  explicit SyntheticFleet(int devices, std::int64_t warm_up);
  /// One more record of every device that has begun.
  std::span<const DeviceRow> next();

 private:
  void advance(DeviceRow& row, int number);

  std::int64_t warm_up_;
  int round_ = 0;
  base::Random random_;
  std::vector<DeviceRow> rows_;
};

}  // namespace cortado::dashboard::testing
