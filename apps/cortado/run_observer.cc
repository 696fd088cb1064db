// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "run_observer.h"

#include "cortado/base/log.h"

namespace cortado::app {
namespace {

// A device is called clipped when more than one value in twenty is, judged from a hundred on.
constexpr std::int64_t kClipShare = 20;
constexpr std::int64_t kClipSample = 100;

}  // namespace

void RunObserver::committed(const base::TopicPartition&, std::span<const base::RawRecord> inputs,
                            std::span<const base::Outcome> outcomes) {
  measure(inputs);
  rows_.resize(outcomes.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].kind != base::OutcomeKind::kEnriched) continue;
    const bool clipped = count_clipped(outcomes[i]);
    if (page_ == nullptr || !read_row(inputs[i], outcomes[i], rows_[count])) continue;
    rows_[count++].clipped = clipped;
  }
  if (page_ != nullptr) page_->publish(std::span(rows_).first(count));
}

bool RunObserver::count_clipped(const base::Outcome& outcome) {
  ClipCount& count = clips_[outcome.device];
  if (outcome.status == base::ScoreStatus::kInvalid) return count.excessive;
  ++count.values;
  if (outcome.clipped) ++count.clipped;
  const bool excessive = count.values >= kClipSample && count.clipped * kClipShare > count.values;
  if (excessive && !count.excessive) {
    base::log_warning("detector",
                      "more than 5% of this device's values lie outside its encoder's range; "
                      "give it a range of its own in detector.overrides",
                      {{"device", outcome.device}});
  }
  return count.excessive = excessive;
}

void RunObserver::measure(std::span<const base::RawRecord> inputs) {
  const base::EpochMillis now = clock_.now_ms();
  for (const auto& input : inputs) {
    if (input.timestamp_ms.has_value()) latency_.add((now - *input.timestamp_ms) * 1000);
  }
}

bool RunObserver::read_row(const base::RawRecord& input, const base::Outcome& outcome,
                           dashboard::DeviceRow& row) {
  if (!record::decode_view(outcome.value, mapping_, view_).ok()) return false;
  row.device = view_.enrichment.device;
  row.partition = input.partition;
  row.offset = input.offset;
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

void RunObserver::batch_ended(const stream::BatchReport& report) {
  last_end_ = clock_.steady();
  // Records of a file carry no time of arrival: what they wait for is their batch.
  if (latency_.count() == 0 || from_batches_) {
    from_batches_ = true;
    latency_.add(report.total_delay.count() / 1000, report.input_rows);
  }
  if (!first_start_.has_value()) first_start_ = last_end_ - report.processing_time;
  if (page_ == nullptr) return;
  page_->publish(dashboard::BatchRow{.batch = report.batch,
                                     .time_ms = clock_.now_ms(),
                                     .input_rows = report.input_rows,
                                     .scheduling_delay = report.scheduling_delay,
                                     .processing_time = report.processing_time,
                                     .total_delay = report.total_delay,
                                     .overrun = report.overrun});
}

void RunObserver::devices_changed(const stream::DeviceCounts& counts) {
  if (page_ == nullptr) return;
  page_->publish(dashboard::MemoryRow{
      .resident_devices = counts.resident, .evictions = counts.evictions, .loads = counts.loads});
}

void RunObserver::lanes_changed(std::span<const stream::LaneReport> lanes) {
  if (page_ == nullptr) return;
  std::string reason;
  for (const stream::LaneReport& report : lanes) {
    if (report.state == stream::LaneState::kRunning) continue;
    reason += (reason.empty() ? "" : "; ") + to_string(report.lane) + " is " +
              std::string(to_string(report.state)) +
              (report.reason.empty() ? "" : ": " + report.reason);
  }
  page_->set_ready(reason.empty(), reason);
}

void RunObserver::fill(Summary& summary) const {
  summary.latency = latency_;
  summary.devices = static_cast<std::int64_t>(clips_.size());
  if (first_start_.has_value()) summary.elapsed = last_end_ - *first_start_;
}

void fill(const stream::EngineTotals& totals, Summary& summary) {
  summary.records_in = totals.records_in;
  summary.records_out = totals.enriched;
  summary.records_rejected = totals.dead_letters;
  summary.records_ignored = totals.ignored;
  summary.records_invalid = totals.invalid;
  summary.records_clipped = totals.clipped;
  summary.anomalies = totals.alarms;
  summary.batches = totals.batches;
  summary.overruns = totals.overruns;
}

}  // namespace cortado::app
