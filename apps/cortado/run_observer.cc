// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "run_observer.h"

#include <map>

#include "cortado/base/log.h"
#include "device_rows.h"
#include "engine_admin.h"

namespace cortado::app {
namespace {

// A device is called clipped when more than one value in twenty is, judged from a hundred on.
constexpr std::int64_t kClipShare = 20;
constexpr std::int64_t kClipSample = 100;

}  // namespace

void RunObserver::committed(const base::TopicPartition& lane,
                            std::span<const base::RawRecord> inputs,
                            std::span<const base::Outcome> outcomes) {
  measure(inputs);
  if (committed_ && !inputs.empty())
    committed_(lane.partition, base::Offset(inputs.back().offset.get() + 1));
  const base::EpochMillis now = clock_.now_ms();
  if (book_ != nullptr) book_->committed(lane, inputs, outcomes, now);
  rows_.resize(outcomes.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].kind != base::OutcomeKind::kEnriched) continue;
    const ClipCount& clips = count_clipped(outcomes[i]);
    if (page_ == nullptr) continue;
    fill_row(inputs[i], outcomes[i], rows_[count]);
    rows_[count].committed_ms = now;
    rows_[count].clipped_share = clips.share();
    rows_[count++].clipped = clips.excessive;
  }
  if (page_ == nullptr) return;
  page_->publish(std::span<const dashboard::DeviceRow>(rows_).first(count));
  tell_dead_letters(lane, outcomes);
}

/// One line a reason, stage and batch.
void RunObserver::tell_dead_letters(const base::TopicPartition& lane,
                                    std::span<const base::Outcome> outcomes) {
  std::map<std::string, std::int64_t> reasons;
  for (const auto& outcome : outcomes) {
    if (outcome.kind == base::OutcomeKind::kDeadLetter)
      ++reasons[outcome.stage + ": " + outcome.reason];
  }
  for (const auto& [reason, count] : reasons)
    page_->publish(dashboard::JournalRow{.time_ms = clock_.now_ms(),
                                         .kind = dashboard::JournalKind::kDeadLetter,
                                         .partition = lane.partition,
                                         .message = reason,
                                         .count = count});
}

const RunObserver::ClipCount& RunObserver::count_clipped(const base::Outcome& outcome) {
  ClipCount& count = clips_[outcome.device];
  if (outcome.status == base::ScoreStatus::kInvalid) return count;
  ++count.values;
  if (outcome.clipped) ++count.clipped;
  const bool excessive = count.values >= kClipSample && count.clipped * kClipShare > count.values;
  if (excessive && !count.excessive) {
    base::log_warning("detector",
                      "more than 5% of this device's values lie outside its encoder's range; "
                      "give it a range of its own in detector.overrides",
                      {{"device", outcome.device}});
  }
  count.excessive = excessive;
  return count;
}

void RunObserver::measure(std::span<const base::RawRecord> inputs) {
  const base::EpochMillis now = clock_.now_ms();
  for (const auto& input : inputs) {
    if (input.timestamp_ms.has_value()) latency_.add((now - *input.timestamp_ms) * 1000);
  }
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
                                     .overrun = report.overrun,
                                     .enriched = report.enriched,
                                     .dead_letters = report.dead_letters,
                                     .ignored = report.ignored,
                                     .invalid = report.invalid,
                                     .alarms = report.alarms,
                                     .poll = report.poll,
                                     .score = report.score,
                                     .produce = report.produce,
                                     .commit = report.commit,
                                     .snapshot = report.snapshot});
}

void RunObserver::devices_changed(const stream::DeviceCounts& counts) {
  if (page_ == nullptr) return;
  page_->publish(dashboard::MemoryRow{.devices = counts.devices,
                                      .resident_devices = counts.resident,
                                      .evictions = counts.evictions,
                                      .loads = counts.loads});
}

void RunObserver::lanes_changed(std::span<const stream::LaneReport> lanes) {
  if (book_ == nullptr) return;
  for (const stream::LaneReport& report : lanes) {
    book_->set_state(report.lane, shown(report.state), report.reason);
    const bool rests =
        report.state == stream::LaneState::kStopped || report.state == stream::LaneState::kPaused;
    if (rests && report.next_offset) book_->positioned(report.lane, *report.next_offset);
    book_->set_devices(report.lane, report.devices, report.resident, clock_.now_ms());
  }
}

void RunObserver::batch_began(std::int64_t batch, std::int64_t rows) {
  if (page_ == nullptr) return;
  page_->publish(
      dashboard::ActiveBatch{.batch = batch, .time_ms = clock_.now_ms(), .input_rows = rows});
}

void RunObserver::snapshot_taken(const stream::SnapshotReport& report) {
  if (page_ == nullptr) return;
  const dashboard::SnapshotRow row{.partition = report.lane.partition,
                                   .bytes = report.bytes,
                                   .devices = report.devices,
                                   .duration = report.duration};
  page_->publish(row);
  if (book_ != nullptr) book_->snapshot(report.lane, row, clock_.now_ms());
}

void RunObserver::devices_evicted(std::span<const std::string_view> names) {
  if (page_ == nullptr) return;
  std::vector<dashboard::ResidencyRow> rows;
  for (const auto name : names) rows.push_back({.device = std::string(name), .resident = false});
  page_->publish(std::span<const dashboard::ResidencyRow>(rows));
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
