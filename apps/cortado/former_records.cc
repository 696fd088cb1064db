// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "former_records.h"

#include <algorithm>
#include <utility>

#include "cortado/base/log.h"
#include "cortado/kafka/source_headers.h"

namespace cortado::app {
namespace {

constexpr std::size_t kRowsAtOnce = 500;
/// Between two such lots: the page takes what is published some times a second, and holds so much.
constexpr std::chrono::milliseconds kPause{20};

}  // namespace

base::Result<std::unique_ptr<FormerRecords>> FormerRecords::create(dashboard::Dashboard& page,
                                                                   const AppConfig& config) {
  CORTADO_ASSIGN(auto mapping, enrich::make_mapping(config.enrich));
  CORTADO_ASSIGN(auto reader,
                 kafka::TopicReader::create(config.kafka, kafka::Isolation::kReadCommitted));
  return std::unique_ptr<FormerRecords>(
      new FormerRecords(page, config, std::move(mapping), std::move(reader)));
}

FormerRecords::FormerRecords(dashboard::Dashboard& page, const AppConfig& config,
                             record::Mapping mapping, std::unique_ptr<kafka::TopicReader> reader)
    : page_(page),
      topic_(config.kafka.output_topic),
      most_(config.http.former_records),
      reader_(std::move(reader)),
      rows_(std::move(mapping)),
      batch_(kRowsAtOnce) {
  reader_->set_patience(&patience_);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

FormerRecords::~FormerRecords() {
  thread_.request_stop();
  patience_.end_in(std::chrono::milliseconds(0));
  thread_.join();
}

void FormerRecords::want(std::span<const base::TopicPartition> lanes) {
  const std::lock_guard lock(mutex_);
  wanted_.insert(wanted_.end(), lanes.begin(), lanes.end());
  wake_.notify_one();
}

void FormerRecords::run(const std::stop_token& stop) {
  while (true) {
    std::unique_lock lock(mutex_);
    if (!wake_.wait(lock, stop, [this] { return !wanted_.empty(); })) return;
    const base::TopicPartition lane = std::move(wanted_.front());
    wanted_.pop_front();
    lock.unlock();
    const base::Status shown = show(lane, stop);
    if (shown.ok() || stop.stop_requested()) continue;
    base::log_info("cortado", "the page begins without former records: " + shown.error().message(),
                   {{"lane", to_string(lane)}});
  }
}

base::Status FormerRecords::show(const base::TopicPartition& lane, const std::stop_token& stop) {
  CORTADO_ASSIGN(kafka::OffsetRange range, reader_->range({topic_, lane.partition}));
  range.begin = base::Offset(std::max(range.begin.get(), range.end.get() - most_));
  CORTADO_TRY(reader_->read({&range, 1}, [&](const base::RawRecord& output) {
    take(lane, output);
    if (count_ == batch_.size()) publish(stop);
    return !stop.stop_requested();
  }));
  publish(stop);
  return {};
}

void FormerRecords::take(const base::TopicPartition& lane, const base::RawRecord& output) {
  const auto offset = kafka::source_offset(output, lane);
  if (!offset || !output.value) return;  // not ours: another detector's, or of another topic
  base::RawRecord input = output;
  input.offset = *offset;
  dashboard::DeviceRow& row = batch_[count_];
  if (!rows_.read(input, *output.value, row)) return;
  const base::EpochMillis now = base::system_clock().now_ms();
  row.committed_ms = std::min(output.timestamp_ms.value_or(now), now);
  row.former = true;
  ++count_;
}

void FormerRecords::publish(const std::stop_token& stop) {
  page_.publish(std::span<const dashboard::DeviceRow>(batch_).first(count_));
  count_ = 0;
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, kPause, [] { return false; });
}

}  // namespace cortado::app
