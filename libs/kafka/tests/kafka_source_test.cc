// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// KafkaSource against the embedded broker (librdkafka's mock cluster), not a real Kafka: what only
// a real one shows stands in tests/integration.
#include "cortado/kafka/kafka_source.h"

#include <array>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/kafka/embedded_broker.h"
#include "cortado/kafka/producer_core.h"
#include "source_recorder.h"

namespace cortado::kafka {
namespace {

using base::ErrorCode;
using base::Offset;
using base::Partition;
using base::TopicPartition;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::SourceRecorder;
using ::testing::UnorderedElementsAre;

constexpr int kPartitions = 3;

std::vector<std::int64_t> range(std::int64_t from, std::int64_t to) {
  std::vector<std::int64_t> result(static_cast<std::size_t>(to - from));
  std::iota(result.begin(), result.end(), from);
  return result;
}

TopicPartition input(int partition) { return {"input", Partition(partition)}; }

class KafkaSourceTest : public ::testing::TestWithParam<AssignmentStrategy> {
 protected:
  void SetUp() override {
    const std::array<EmbeddedTopic, 1> topics = {EmbeddedTopic{"input", kPartitions}};
    auto broker = EmbeddedBroker::create(topics);
    ASSERT_TRUE(broker.ok()) << broker.error().message();
    broker_ = std::move(*broker);
    config_.bootstrap_servers = broker_->bootstrap_servers();
    config_.input_topic = "input";
    config_.assignment_strategy = GetParam();
  }

  std::unique_ptr<KafkaSource> make_source() {
    auto source = KafkaSource::create(config_);
    EXPECT_TRUE(source.ok()) << source.error().message();
    return std::move(*source);
  }

  /// Write `count` records to each partition, their values being their offsets.
  void fill(std::int64_t count) {
    auto producer = ProducerCore::create(config_);
    ASSERT_TRUE(producer.ok());
    for (int p = 0; p < kPartitions; ++p) {
      for (std::int64_t i = 0; i < count; ++i) {
        const std::string value = std::to_string(written_ + i);
        const auto status = (*producer)->send(
            {.topic = "input", .partition = Partition(p), .key = "k", .value = value}, nullptr);
        ASSERT_TRUE(status.ok()) << status.error().message();
      }
    }
    ASSERT_TRUE((*producer)->flush(std::chrono::seconds(60)).ok());
    written_ += count;
  }

  /// Poll both members of the group until the second has a part of the partitions.
  static bool poll_until_shared(SourceRecorder& ours, KafkaSource& second, SourceRecorder& theirs) {
    return ours.poll_until([&] {
      EXPECT_TRUE(second.poll(std::chrono::milliseconds(10), 100, theirs).ok());
      return ours.owned().size() + theirs.owned().size() == kPartitions && !theirs.owned().empty();
    });
  }

  std::unique_ptr<EmbeddedBroker> broker_;
  KafkaConfig config_;
  std::int64_t written_ = 0;
};

TEST_P(KafkaSourceTest, DeliversEachPartitionInOrderFromWhereItWasSought) {
  fill(200);
  const auto source = make_source();
  SourceRecorder recorder(*source,
                          [](const TopicPartition& p) { return Offset(50 * p.partition.get()); });
  ASSERT_TRUE(source->start(recorder).ok());
  ASSERT_TRUE(recorder.poll_until([&] { return recorder.records().size() >= 450; }));
  for (int p = 0; p < kPartitions; ++p)
    EXPECT_EQ(recorder.offsets(Partition(p)), range(50 * p, 200));
  for (const auto& record : recorder.records())
    EXPECT_EQ(record.value, std::to_string(record.offset));
  EXPECT_EQ(source->counts().records, 450);
  EXPECT_EQ(source->counts().gaps, 0);
  source->close();
  EXPECT_EQ(recorder.events().back(), "revoked 3");
  EXPECT_THAT(recorder.owned(), IsEmpty());
}

TEST_P(KafkaSourceTest, FetchesNothingThatWasNotSought) {
  fill(10);
  const auto source = make_source();
  SourceRecorder recorder(*source, [](const TopicPartition& p) {
    return p.partition == Partition(1) ? std::nullopt : std::optional(Offset(0));
  });
  ASSERT_TRUE(source->start(recorder).ok());
  ASSERT_TRUE(recorder.poll_until([&] { return recorder.records().size() >= 20; }));
  fill(10);
  ASSERT_TRUE(recorder.poll_until([&] { return recorder.records().size() >= 40; }));
  EXPECT_THAT(recorder.offsets(Partition(1)), IsEmpty());
  ASSERT_TRUE(source->seek(input(1), Offset(4)).ok());
  ASSERT_TRUE(recorder.poll_until([&] { return recorder.records().size() >= 56; }));
  EXPECT_EQ(recorder.offsets(Partition(1)), range(4, 20));
  EXPECT_EQ(recorder.offsets(Partition(0)), range(0, 20));
}

TEST_P(KafkaSourceTest, SeeksBackWhileRecordsFlow) {
  fill(100);
  const auto source = make_source();
  SourceRecorder recorder(*source);
  ASSERT_TRUE(source->start(recorder).ok());
  ASSERT_TRUE(recorder.poll_until([&] { return recorder.records().size() >= 300; }));
  const auto sought = source->seek(input(2), Offset(90));
  ASSERT_TRUE(sought.ok()) << sought.error().message();
  ASSERT_TRUE(recorder.poll_until([&] { return recorder.records().size() >= 310; }));
  auto expected = range(0, 100);
  for (const auto offset : range(90, 100)) expected.push_back(offset);
  EXPECT_EQ(recorder.offsets(Partition(2)), expected);
}

TEST_P(KafkaSourceTest, PausesAndResumesWithoutLossOrRepetition) {
  fill(100);
  const auto source = make_source();
  SourceRecorder recorder(*source);
  ASSERT_TRUE(source->start(recorder).ok());
  ASSERT_TRUE(recorder.poll_until([&] { return recorder.records().size() >= 300; }));
  ASSERT_TRUE(source->pause(input(0)).ok());
  ASSERT_TRUE(source->pause(input(0)).ok());
  ASSERT_TRUE(source->resume(input(1)).ok()) << "it is not paused: nothing happens";
  fill(100);
  ASSERT_TRUE(recorder.poll_until([&] { return recorder.records().size() >= 500; }));
  EXPECT_EQ(recorder.offsets(Partition(0)), range(0, 100));
  ASSERT_TRUE(source->resume(input(0)).ok());
  ASSERT_TRUE(recorder.poll_until([&] { return recorder.records().size() >= 600; }));
  for (int p = 0; p < kPartitions; ++p) EXPECT_EQ(recorder.offsets(Partition(p)), range(0, 200));
}

// An older partition may be sought while new ones are being assigned: no later assignment tells of
// it again.
TEST_P(KafkaSourceTest, FetchesAnOlderPartitionThatIsSoughtDuringAnAssignment) {
  fill(10);
  const auto first = make_source();
  const SourceRecorder* heard = nullptr;
  bool late = false;
  SourceRecorder ours(*first, [&](const TopicPartition&) -> std::optional<Offset> {
    if (!late) return std::nullopt;
    for (const auto& owned : heard->owned()) EXPECT_TRUE(first->seek(owned, Offset(0)).ok());
    return Offset(0);
  });
  heard = &ours;
  ASSERT_TRUE(first->start(ours).ok());
  ASSERT_TRUE(ours.poll_until([&] { return ours.owned().size() == kPartitions; }));
  const auto second = make_source();
  SourceRecorder theirs(*second);
  ASSERT_TRUE(second->start(theirs).ok());
  ASSERT_TRUE(poll_until_shared(ours, *second, theirs));
  late = true;
  second->close();
  ASSERT_TRUE(ours.poll_until([&] { return ours.records().size() >= 10 * kPartitions; }));
  for (int p = 0; p < kPartitions; ++p) EXPECT_EQ(ours.offsets(Partition(p)), range(0, 10));
}

INSTANTIATE_TEST_SUITE_P(Strategies, KafkaSourceTest,
                         ::testing::Values(AssignmentStrategy::kRange,
                                           AssignmentStrategy::kCooperativeSticky),
                         [](const auto& param) {
                           return param.param == AssignmentStrategy::kRange ? "Range"
                                                                            : "CooperativeSticky";
                         });

// What the way of sharing partitions has no part in.
using KafkaSourceInRange = KafkaSourceTest;

TEST_P(KafkaSourceInRange, RefusesAnOffsetThatTheLogDoesNotHold) {
  fill(5);
  const auto source = make_source();
  SourceRecorder recorder(*source);
  ASSERT_TRUE(source->start(recorder).ok());
  ASSERT_TRUE(recorder.poll_until([&] { return recorder.owned().size() == kPartitions; }));
  const auto beyond = source->seek(input(0), Offset(6));
  ASSERT_FALSE(beyond.ok());
  EXPECT_EQ(beyond.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(beyond.error().message(), HasSubstr("it holds 0 to 5"));
  EXPECT_TRUE(source->seek(input(0), Offset(5)).ok());
  const auto foreign = source->seek({"input", Partition(77)}, Offset(0));
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().code(), ErrorCode::kInvalidArgument);
}

TEST_P(KafkaSourceInRange, TellsWatermarksAndThePartitionCount) {
  fill(7);
  const auto source = make_source();
  const auto marks = source->watermarks(input(1));
  ASSERT_TRUE(marks.ok()) << marks.error().message();
  EXPECT_EQ(marks->low, Offset(0));
  EXPECT_EQ(marks->high, Offset(7));
  const auto count = source->partition_count();
  ASSERT_TRUE(count.ok()) << count.error().message();
  EXPECT_EQ(*count, kPartitions);
}

TEST_P(KafkaSourceInRange, KeepsTheCommittedOffsetAndPointerOfTheGroup) {
  fill(5);
  const auto source = make_source();
  SourceRecorder recorder(*source);
  ASSERT_TRUE(source->start(recorder).ok());
  ASSERT_TRUE(recorder.poll_until([&] { return recorder.records().size() >= 15; }));
  const auto before = source->committed(input(0));
  ASSERT_TRUE(before.ok()) << before.error().message();
  EXPECT_FALSE(before->next_offset);
  const auto committed = source->commit(input(0), Offset(4), "v1;m=7;h=abc;lw=2");
  ASSERT_TRUE(committed.ok()) << committed.error().message();
  EXPECT_EQ(*committed, stream::CommitResult::kCommitted);
  const auto after = source->committed(input(0));
  EXPECT_EQ(after->next_offset, Offset(4));
  EXPECT_EQ(after->pointer, "v1;m=7;h=abc;lw=2");
}

TEST_P(KafkaSourceInRange, SharesThePartitionsAmongItsMembers) {
  fill(20);
  const auto first = make_source();
  SourceRecorder ours(*first);
  ASSERT_TRUE(first->start(ours).ok());
  ASSERT_TRUE(ours.poll_until([&] { return ours.records().size() >= 60; }));
  const auto second = make_source();
  SourceRecorder theirs(*second);
  ASSERT_TRUE(second->start(theirs).ok());
  ASSERT_TRUE(poll_until_shared(ours, *second, theirs));
  EXPECT_THAT(ours.events(), AllOf(::testing::Contains("revoked 3")));
  second->close();
  EXPECT_THAT(theirs.owned(), IsEmpty());
  ASSERT_TRUE(ours.poll_until([&] { return ours.owned().size() == kPartitions; }));
}

INSTANTIATE_TEST_SUITE_P(Range, KafkaSourceInRange, ::testing::Values(AssignmentStrategy::kRange));

}  // namespace
}  // namespace cortado::kafka
