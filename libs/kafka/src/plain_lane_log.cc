// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "lane_logs.h"

namespace cortado::kafka {
namespace {

// Longer than a record may wait for its delivery by librdkafka's default of five minutes.
constexpr std::chrono::minutes kDeliveryLimit{10};
constexpr std::chrono::seconds kAbortLimit{10};

class PlainLog final : public stream::LaneLog {
 public:
  PlainLog(ProducerCore& producer, KafkaSource& source, const LaneTargets& targets,
           base::TopicPartition lane, DeliveryTracker& tracker)
      : producer_(producer),
        source_(source),
        lane_(std::move(lane)),
        tracker_(tracker),
        records_(producer, targets, tracker) {}

  base::Result<stream::LanePosition> position() override {
    auto position = source_.committed(lane_);
    if (position.ok() || position.error().code() != base::ErrorCode::kUnavailable) return position;
    // This guarantee has no transaction of the lane's to end it by.
    return base::Error(position.error().code(),
                       position.error().message() +
                           " Or a transaction without an end holds this offset: a start with "
                           "stream.guarantee exactly_once ends it");
  }

  base::Status begin() override {
    static_cast<void>(tracker_.take_failure());
    return {};
  }

  base::Status append(const base::RawRecord& input, const base::Outcome& outcome) override {
    return records_.append(input, outcome);
  }

  base::Status discard(std::span<const std::string> keys) override {
    return records_.discard(keys, lane_.partition);
  }

  base::Result<stream::CommitResult> commit(base::Offset next, std::string_view pointer) override {
    CORTADO_TRY(producer_.wait(tracker_, kDeliveryLimit));
    return source_.commit(lane_, next, pointer);
  }

  base::Status abort() override {
    // What is on its way cannot be called back; at least once, it may be written again.
    static_cast<void>(producer_.wait(tracker_, kAbortLimit));
    return {};
  }

 private:
  ProducerCore& producer_;
  KafkaSource& source_;
  base::TopicPartition lane_;
  DeliveryTracker& tracker_;
  LaneRecords records_;
};

}  // namespace

std::unique_ptr<stream::LaneLog> make_plain_log(ProducerCore& producer, KafkaSource& source,
                                                const LaneTargets& targets,
                                                const base::TopicPartition& lane,
                                                DeliveryTracker& tracker) {
  return std::make_unique<PlainLog>(producer, source, targets, lane, tracker);
}

}  // namespace cortado::kafka
