// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/kafka_lane_log.h"

#include <array>
#include <list>
#include <utility>
#include <vector>

#include "cortado/base/log.h"
#include "cortado/kafka/partitioner.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

// Longer than a record may wait for its delivery by librdkafka's default of five minutes.
constexpr std::chrono::minutes kDeliveryLimit{10};
constexpr std::chrono::seconds kAbortLimit{10};

/// Where outcomes go.
struct Target {
  std::string topic;
  int partitions = 0;
};

/// The input's partition where the counts are equal, so that a partition stays together; else the
/// one of the device, or of the key where no device could be told.
base::Partition target_partition(const Target& target, int input_partitions,
                                 const base::RawRecord& input, const base::Outcome& outcome) {
  if (target.partitions == input_partitions) return input.partition;
  const std::string_view key =
      outcome.device.empty() ? input.key.value_or(std::string_view()) : outcome.device;
  return partition_of_key(key, target.partitions);
}

class KafkaLaneLog final : public stream::LaneLog {
 public:
  struct Shared {
    ProducerCore& producer;
    KafkaSource& source;
    const Target& output;
    const Target& dead_letters;
    int input_partitions;
  };

  KafkaLaneLog(Shared shared, base::TopicPartition lane, DeliveryTracker& tracker)
      : shared_(shared), lane_(std::move(lane)), tracker_(tracker) {}

  base::Result<stream::LanePosition> open() override { return shared_.source.committed(lane_); }

  base::Status begin() override {
    static_cast<void>(tracker_.take_failure());
    return {};
  }

  base::Status append(const base::RawRecord& input, const base::Outcome& outcome) override {
    if (outcome.kind == base::OutcomeKind::kIgnored) return {};
    if (outcome.kind == base::OutcomeKind::kDeadLetter)
      return send_dead_letter(input, outcome, outcome.reason);
    const auto status = send_enriched(input, outcome);
    if (status.ok() || status.error().code() != ErrorCode::kInvalidArgument) return status;
    // Too large for the topic: that is the record's fault, and no reason to stop.
    base::Outcome refused = outcome;
    refused.stage = "write";
    return send_dead_letter(input, refused,
                            "the enriched record is too large: " + status.error().message());
  }

  base::Result<stream::CommitResult> commit(base::Offset next, std::string_view pointer) override {
    CORTADO_TRY(shared_.producer.wait(tracker_, kDeliveryLimit));
    shared_.source.commit_for_display(lane_, next, pointer);
    return stream::CommitResult::kCommitted;
  }

  base::Status abort() override {
    // What is on its way cannot be called back; at least once, it may be written again.
    static_cast<void>(shared_.producer.wait(tracker_, kAbortLimit));
    return {};
  }

 private:
  base::Status send_enriched(const base::RawRecord& input, const base::Outcome& outcome) {
    const std::string partition = std::to_string(input.partition.get());
    const std::string offset = std::to_string(input.offset.get());
    headers_.assign(input.headers.begin(), input.headers.end());
    headers_.push_back({"cortado-source-topic", input.topic});
    headers_.push_back({"cortado-source-partition", partition});
    headers_.push_back({"cortado-source-offset", offset});
    return shared_.producer.send(
        {.topic = shared_.output.topic,
         .partition = target_partition(shared_.output, shared_.input_partitions, input, outcome),
         .key = input.key,
         .value = outcome.value,
         .timestamp_ms = input.timestamp_ms,
         .headers = headers_},
        &tracker_);
  }

  base::Status send_dead_letter(const base::RawRecord& input, const base::Outcome& outcome,
                                const std::string& reason) {
    const std::string partition = std::to_string(input.partition.get());
    const std::string offset = std::to_string(input.offset.get());
    headers_.assign(input.headers.begin(), input.headers.end());
    headers_.push_back({"cortado-reason", reason});
    headers_.push_back({"cortado-stage", outcome.stage});
    headers_.push_back({"cortado-topic", input.topic});
    headers_.push_back({"cortado-partition", partition});
    headers_.push_back({"cortado-offset", offset});
    OutgoingRecord record{.topic = shared_.dead_letters.topic,
                          .partition = target_partition(shared_.dead_letters,
                                                        shared_.input_partitions, input, outcome),
                          .key = input.key,
                          .value = input.value,
                          .timestamp_ms = input.timestamp_ms,
                          .headers = headers_};
    const auto status = shared_.producer.send(record, &tracker_);
    if (status.ok() || status.error().code() != ErrorCode::kInvalidArgument) return status;
    base::log_warning("kafka", "a dead letter is too large to be kept whole; its place remains",
                      {{"partition", base::to_string(lane_)}, {"offset", offset}});
    record.value.reset();
    return shared_.producer.send(record, &tracker_);
  }

  Shared shared_;
  base::TopicPartition lane_;
  DeliveryTracker& tracker_;
  std::vector<base::RawHeader> headers_;
};

}  // namespace

struct KafkaLaneLogFactory::Impl {
  explicit Impl(KafkaSource& kafka_source) : source(kafka_source) {}

  KafkaSource& source;
  Target output;
  Target dead_letters;
  int input_partitions = 0;
  // Trackers outlive the producer, which reports to them until its end.
  std::list<DeliveryTracker> trackers;
  std::unique_ptr<ProducerCore> producer;
};

KafkaLaneLogFactory::KafkaLaneLogFactory(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KafkaLaneLogFactory::~KafkaLaneLogFactory() = default;

base::Result<std::unique_ptr<KafkaLaneLogFactory>> KafkaLaneLogFactory::create(
    const KafkaConfig& config, const TopicLayout& layout, KafkaSource& source) {
  CORTADO_TRY(validate(config));
  auto impl = std::make_unique<Impl>(source);
  impl->output = {config.output_topic, layout.output_partitions};
  impl->dead_letters = {dead_letter_topic(config), layout.dead_letter_partitions};
  impl->input_partitions = layout.input_partitions;
  CORTADO_ASSIGN(impl->producer, ProducerCore::create(config));
  impl->producer->expect(impl->output.topic);
  impl->producer->expect(impl->dead_letters.topic);
  return std::unique_ptr<KafkaLaneLogFactory>(new KafkaLaneLogFactory(std::move(impl)));
}

base::Result<std::unique_ptr<stream::LaneLog>> KafkaLaneLogFactory::create(
    const base::TopicPartition& partition) {
  DeliveryTracker& tracker = impl_->trackers.emplace_back();
  return std::unique_ptr<stream::LaneLog>(
      new KafkaLaneLog({*impl_->producer, impl_->source, impl_->output, impl_->dead_letters,
                        impl_->input_partitions},
                       partition, tracker));
}

ProducerTotals KafkaLaneLogFactory::totals() const { return impl_->producer->totals(); }

}  // namespace cortado::kafka
