// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "synthetic_rows.h"

#include <algorithm>
#include <cmath>

#include "cortado/base/math.h"

namespace cortado::dashboard::testing {
namespace {

constexpr base::EpochMillis kStart = 883'612'800'000;  // 1998-01-01
constexpr int kLateRounds = 450;
constexpr base::EpochMillis kHour = 3'600'000;
constexpr double kHoursToRadians = 3.14159265358979 / 12;

double daily_cycle(std::int64_t hour, int number) {
  const double phase = static_cast<double>((hour + number) % 24) * kHoursToRadians;
  const double level = 0.018 + 0.002 * (number % 5);
  return level + 0.014 * base::sin(phase - 2.2);
}

}  // namespace

DeviceRow make_row(const std::string& device, std::int64_t sequence) {
  DeviceRow row;
  row.device = device;
  row.partition = base::Partition(3);
  row.offset = base::Offset(sequence - 1);
  row.sequence = sequence;
  row.event_time_ms = kStart + sequence * kHour;
  row.value = static_cast<double>(sequence) / 4;
  row.prediction = static_cast<double>(sequence) / 2;
  row.error = static_cast<double>(sequence) / 4;
  row.anomaly = 0.25;
  row.prediction_next = static_cast<double>(sequence + 1) / 2;
  row.status = base::ScoreStatus::kOk;
  row.model_age = sequence;
  return row;
}

BatchRow make_batch(std::int64_t number, std::int64_t input_rows) {
  using std::chrono::milliseconds;
  return {.batch = number,
          .time_ms = kStart + number * 500,
          .input_rows = input_rows,
          .scheduling_delay = milliseconds(2),
          .processing_time = milliseconds(40),
          .total_delay = milliseconds(42),
          .overrun = false};
}

SyntheticFleet::SyntheticFleet(int devices, std::int64_t warm_up) : warm_up_(warm_up), random_(42) {
  for (int i = 0; i < devices; ++i) {
    DeviceRow row;
    const std::string site = std::to_string(1000 + 37 * i);
    row.device = "06-037-" + site + "-44201-1";
    row.partition = base::Partition(i % 10);
    row.prediction_next = daily_cycle(row.sequence, i);
    rows_.push_back(row);
  }
}

std::span<const DeviceRow> SyntheticFleet::next() {
  // The last fifth of the devices came later and is still warming up.
  const std::size_t late = rows_.size() / 5;
  const std::size_t shown = ++round_ > kLateRounds ? rows_.size() : rows_.size() - late;
  for (std::size_t i = 0; i < shown; ++i) advance(rows_[i], static_cast<int>(i));
  return std::span(rows_).first(shown);
}

void SyntheticFleet::advance(DeviceRow& row, int number) {
  ++row.sequence;
  row.offset = base::Offset(row.sequence - 1);
  row.event_time_ms =
      number % 7 == 6 ? std::optional<base::EpochMillis>() : kStart + row.sequence * kHour;
  const bool fault = number % 3 == 0 && random_.below(60) == 0;
  const bool unreadable = number % 6 == 5 && random_.below(8) == 0;
  row.reason.clear();
  row.prediction = row.prediction_next;
  if (unreadable) {
    row.value = row.prediction = row.error = row.anomaly = row.score = std::nullopt;
    row.status = base::ScoreStatus::kInvalid;
    return;
  }
  const double noise = 0.002 * (random_.uniform() - 0.5);
  const double spike = fault ? 0.03 + 0.02 * random_.uniform() : 0;
  row.value = std::max(0.0, daily_cycle(row.sequence, number) + noise + spike);
  row.error = row.prediction ? std::optional(std::abs(*row.value - *row.prediction)) : std::nullopt;
  row.prediction_next = daily_cycle(row.sequence + 1, number) + 0.003 * (random_.uniform() - 0.5);
  ++row.model_age;
  const bool warming = row.model_age <= warm_up_;
  row.anomaly = fault ? 0.8 + 0.2 * random_.uniform()
                      : (warming ? 0.5 : 0.12) * random_.uniform() * random_.uniform();
  row.status = warming ? base::ScoreStatus::kWarming
                       : (fault ? base::ScoreStatus::kAlarm : base::ScoreStatus::kOk);
  if (row.status == base::ScoreStatus::kAlarm) row.reason = "pattern";
}

}  // namespace cortado::dashboard::testing
