// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/enrich/enrich_config.h"
#include "cortado/enrich/enricher.h"
#include "fake_detector.h"

namespace cortado::enrich {
namespace {

using base::Outcome;
using base::OutcomeKind;
using ::testing::HasSubstr;

constexpr const char* kOlder = R"({"id":"d","v":1,"ts":"2005-06-13T08:00:00Z"})";
constexpr const char* kNewest = R"({"id":"d","v":1,"ts":"2005-06-13T09:00:00Z"})";
constexpr const char* kNewer = R"({"id":"d","v":1,"ts":"2005-06-13T10:00:00Z"})";

std::unique_ptr<Enricher> enricher_of(Policy late, Policy duplicate) {
  EnrichConfig config;
  config.mapping = {.aqs = false, .device = "/id", .time = "/ts", .value = "/v"};
  config.late = late;
  config.duplicate = duplicate;
  auto enricher = Enricher::create(config, std::make_shared<testing::FakeDetector>());
  EXPECT_TRUE(enricher.ok());
  return std::move(*enricher);
}

Outcome run_one(DeviceEnricher& device, std::string_view value) {
  const base::RawRecord record{.topic = "readings",
                               .partition = base::Partition(0),
                               .offset = base::Offset(0),
                               .timestamp_ms = std::nullopt,
                               .key = std::nullopt,
                               .value = value,
                               .headers = {}};
  Outcome outcome;
  const base::RawRecord* records[] = {&record};
  Outcome* outcomes[] = {&outcome};
  device.run(records, outcomes, 0);
  return outcome;
}

std::string blob_of(const DeviceEnricher& device) {
  std::string blob;
  device.save(blob);
  return blob;
}

/// Expect that the policy drops the reading, with the model untouched.
Outcome expect_dropped(DeviceEnricher& device, std::string_view value, OutcomeKind kind) {
  const std::string before = blob_of(device);
  Outcome outcome = run_one(device, value);
  EXPECT_EQ(outcome.kind, kind);
  EXPECT_EQ(outcome.stage, kind == OutcomeKind::kDeadLetter ? "policy" : "");
  EXPECT_EQ(outcome.device, "d");
  EXPECT_EQ(blob_of(device), before);
  return outcome;
}

TEST(TimePolicy, ProcessScoresLateAndDuplicateReadings) {
  const auto device = enricher_of(Policy::kProcess, Policy::kProcess)->create_device("d");
  for (const auto* value : {kNewest, kOlder, kNewest}) {
    EXPECT_EQ(run_one(*device, value).kind, OutcomeKind::kEnriched);
  }
  EXPECT_THAT(run_one(*device, kNewer).value, HasSubstr("\"sequence\":4"));
}

TEST(TimePolicy, IgnoresLateReadings) {
  const auto device = enricher_of(Policy::kIgnore, Policy::kProcess)->create_device("d");
  run_one(*device, kNewest);
  EXPECT_THAT(expect_dropped(*device, kOlder, OutcomeKind::kIgnored).reason,
              HasSubstr("before its device's newest"));
  EXPECT_THAT(run_one(*device, kNewest).value, HasSubstr("\"sequence\":2"));
}

TEST(TimePolicy, IgnoresDuplicateReadings) {
  const auto device = enricher_of(Policy::kProcess, Policy::kIgnore)->create_device("d");
  run_one(*device, kNewest);
  EXPECT_THAT(expect_dropped(*device, kNewest, OutcomeKind::kIgnored).reason,
              HasSubstr("equals its device's newest"));
  // A late reading that is let through does not make the newest time older.
  EXPECT_THAT(run_one(*device, kOlder).value, HasSubstr("\"sequence\":2"));
  expect_dropped(*device, kNewest, OutcomeKind::kIgnored);
  EXPECT_THAT(run_one(*device, kNewer).value, HasSubstr("\"sequence\":3"));
}

TEST(TimePolicy, ADeadLetterNamesBothTimes) {
  const auto device = enricher_of(Policy::kDeadLetter, Policy::kDeadLetter)->create_device("d");
  run_one(*device, kNewest);
  const Outcome late = expect_dropped(*device, kOlder, OutcomeKind::kDeadLetter);
  EXPECT_THAT(late.reason, HasSubstr("2005-06-13T08:00:00"));
  EXPECT_THAT(late.reason, HasSubstr("2005-06-13T09:00:00"));
  const Outcome duplicate = expect_dropped(*device, kNewest, OutcomeKind::kDeadLetter);
  EXPECT_THAT(duplicate.reason, HasSubstr("equals its device's newest"));
  EXPECT_THAT(run_one(*device, kNewer).value, HasSubstr("\"sequence\":2"));
}

TEST(TimePolicy, TheNewestTimeSurvivesARestore) {
  const auto enricher = enricher_of(Policy::kIgnore, Policy::kDeadLetter);
  const auto first = enricher->create_device("d");
  run_one(*first, kNewest);
  const auto second = enricher->load_device("d", blob_of(*first));
  ASSERT_TRUE(second.ok());
  expect_dropped(**second, kOlder, OutcomeKind::kIgnored);
  expect_dropped(**second, kNewest, OutcomeKind::kDeadLetter);
  EXPECT_EQ(run_one(**second, kNewer).kind, OutcomeKind::kEnriched);
}

TEST(TimePolicy, WithoutAnEventTimeAReadingIsNeither) {
  const auto device = enricher_of(Policy::kDeadLetter, Policy::kDeadLetter)->create_device("d");
  for (const auto* value : {R"({"id":"d","v":1})", kNewest, R"({"id":"d","v":1})"}) {
    EXPECT_EQ(run_one(*device, value).kind, OutcomeKind::kEnriched);
  }
}

TEST(TimePolicy, OnlyReadingsThatReachedTheModelCount) {
  const auto device = enricher_of(Policy::kIgnore, Policy::kIgnore)->create_device("d");
  EXPECT_EQ(run_one(*device, R"({"id":"d","v":"","ts":"2005-06-13T10:00:00Z"})").status,
            base::ScoreStatus::kInvalid);
  EXPECT_EQ(run_one(*device, kNewest).kind, OutcomeKind::kEnriched);
}

}  // namespace
}  // namespace cortado::enrich
