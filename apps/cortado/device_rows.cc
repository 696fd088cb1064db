// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "device_rows.h"

namespace cortado::app {

void fill_row(const base::RawRecord& place, const base::Outcome& outcome,
              dashboard::DeviceRow& row) {
  const base::ScoredReading& reading = outcome.reading;
  row.device = outcome.device;
  row.partition = place.partition;
  row.offset = place.offset;
  row.log_time_ms = place.timestamp_ms;
  row.sequence = reading.sequence;
  row.event_time_ms = reading.event_time;
  row.value = reading.value;
  row.prediction = reading.prediction;
  row.error = reading.error;
  row.anomaly = reading.anomaly;
  row.prediction_next = reading.prediction_next;
  row.score = reading.score;
  row.status = outcome.status;
  row.reason = reading.reason;
  row.expected_low = reading.expected_low;
  row.expected_high = reading.expected_high;
  row.model_age = reading.model_age;
  row.model_bytes = outcome.model_bytes;
  row.activity = outcome.activity;
}

bool DeviceRows::read(const base::RawRecord& place, std::string_view enriched,
                      dashboard::DeviceRow& row) {
  if (!record::decode_view(enriched, mapping_, view_).ok()) return false;
  row.device = view_.enrichment.device;
  row.partition = place.partition;
  row.offset = place.offset;
  row.log_time_ms = place.timestamp_ms;
  row.sequence = view_.enrichment.sequence;
  row.event_time_ms = view_.event_time;
  row.value = view_.value;
  row.prediction = view_.scores.prediction;
  row.error = view_.scores.error;
  row.anomaly = view_.scores.anomaly;
  row.prediction_next = view_.scores.prediction_next;
  row.score = view_.enrichment.score;
  row.status = view_.enrichment.status;
  row.reason = view_.enrichment.reason;
  row.expected_low = view_.enrichment.expected_low;
  row.expected_high = view_.enrichment.expected_high;
  row.model_age = view_.enrichment.model_age;
  return true;
}

}  // namespace cortado::app
