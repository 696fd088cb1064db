// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/enrich/enricher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/enrich/enrich_config.h"
#include "cortado/record/enriched_view.h"
#include "fake_detector.h"
#include "record_builder.h"

namespace cortado::enrich {
namespace {

using base::Outcome;
using base::OutcomeKind;
using base::ScoreStatus;
using ::testing::HasSubstr;

base::RawRecord raw(std::optional<std::string_view> value,
                    std::optional<base::EpochMillis> timestamp = std::nullopt) {
  return {.topic = "monitoring20",
          .partition = base::Partition(0),
          .offset = base::Offset(0),
          .timestamp_ms = timestamp,
          .key = std::nullopt,
          .value = value,
          .headers = {}};
}

std::string json(const record::MonitoringRecord& record) {
  std::string out;
  record::encode(record::RecordFormat::kJson, record, out);
  return out;
}

std::unique_ptr<Enricher> enricher_of(const EnrichConfig& config, bool uses_time = false) {
  auto enricher = Enricher::create(config, std::make_shared<testing::FakeDetector>(uses_time));
  EXPECT_TRUE(enricher.ok());
  return std::move(*enricher);
}

EnrichConfig generic_config() {
  EnrichConfig config;
  config.mapping = {.aqs = false, .device = "/id", .time = "/ts", .value = "/v"};
  return config;
}

Outcome run_one(DeviceEnricher& device, const base::RawRecord& record) {
  Outcome outcome;
  const base::RawRecord* records[] = {&record};
  Outcome* outcomes[] = {&outcome};
  device.run(records, outcomes, 0);
  return outcome;
}

TEST(Enricher, RoutesARecordToItsDevice) {
  const auto enricher = enricher_of({});
  std::string device;
  Outcome immediate;
  EXPECT_TRUE(enricher->route(raw(json(record::testing::ozone_record())), device, immediate));
  EXPECT_EQ(device, "GB-033-0682-44201-1");
  std::string binary;
  record::encode(record::RecordFormat::kBinary, record::testing::ozone_record(), binary);
  device.clear();
  EXPECT_TRUE(enricher->route(raw(binary), device, immediate));
  EXPECT_EQ(device, "GB-033-0682-44201-1");
}

TEST(Enricher, SendsWhatHasNoDeviceToTheDeadLetters) {
  const auto enricher = enricher_of({});
  std::string device;
  Outcome immediate;
  EXPECT_FALSE(enricher->route(raw("not json"), device, immediate));
  EXPECT_EQ(immediate.kind, OutcomeKind::kDeadLetter);
  EXPECT_EQ(immediate.stage, "decode");
  EXPECT_THAT(immediate.reason, HasSubstr("not valid JSON"));
  immediate.clear();
  EXPECT_FALSE(enricher->route(raw("{\"stateCode\":\"GB\"}"), device, immediate));
  EXPECT_EQ(immediate.stage, "map");
  EXPECT_THAT(immediate.reason, HasSubstr("the device cannot be told"));
  immediate.clear();
  EXPECT_FALSE(enricher_of(generic_config())->route(raw("{\"id\":[]}"), device, immediate));
  EXPECT_EQ(immediate.stage, "map");
  EXPECT_THAT(immediate.reason, HasSubstr("/id"));
}

TEST(Enricher, CountsOrKeepsTombstones) {
  std::string device;
  Outcome immediate;
  EXPECT_FALSE(enricher_of({})->route(raw(std::nullopt), device, immediate));
  EXPECT_EQ(immediate.kind, OutcomeKind::kIgnored);
  EXPECT_THAT(immediate.reason, HasSubstr("tombstone"));
  immediate.clear();
  const auto strict = enricher_of({.tombstone = TombstonePolicy::kDeadLetter});
  EXPECT_FALSE(strict->route(raw(std::nullopt), device, immediate));
  EXPECT_EQ(immediate.kind, OutcomeKind::kDeadLetter);
  EXPECT_EQ(immediate.stage, "policy");
}

TEST(Enricher, TellsARecordWithoutTheMeasurementsFieldFromASensorThatFails) {
  const auto generic = enricher_of(generic_config());
  const auto unmeasured = [](const Enricher& enricher, std::string_view record) {
    const auto device = enricher.create_device("d");
    const Outcome outcome = run_one(*device, raw(record));
    EXPECT_EQ(outcome.kind, OutcomeKind::kEnriched) << record;
    EXPECT_EQ(outcome.status, ScoreStatus::kInvalid) << record;
    return outcome.unmeasured;
  };
  EXPECT_TRUE(unmeasured(*generic, R"({"id":"d","ts":1,"w":3.5})"));
  for (const char* const failing : {R"({"id":"d","ts":1,"v":null})", R"({"id":"d","ts":1,"v":""})",
                                    R"({"id":"d","ts":1,"v":"NaN"})", R"({"id":"d","v":[1]})"}) {
    EXPECT_FALSE(unmeasured(*generic, failing)) << failing;
  }
  const auto aqs = enricher_of({});
  const std::string device =
      R"("stateCode":"GB","countyCode":"1","siteNum":"2","parameterCode":"3","poc":"1")";
  EXPECT_TRUE(unmeasured(*aqs, "{" + device + R"(,"measurement":"3.5"})"));
  EXPECT_FALSE(unmeasured(*aqs, "{" + device + R"(,"sampleMeasurement":""})"));
}

base::RawRecord tombstone(std::optional<std::string_view> key) {
  base::RawRecord record = raw(std::nullopt);
  record.key = key;
  return record;
}

TEST(Enricher, SendsATombstoneThatForgetsToTheDeviceOfItsKey) {
  const auto enricher = enricher_of({.tombstone = TombstonePolicy::kForget});
  std::string device;
  Outcome immediate;
  EXPECT_TRUE(enricher->route(tombstone("GB-033-0682-44201-1"), device, immediate));
  EXPECT_EQ(device, "GB-033-0682-44201-1");
  for (const auto key : {std::optional<std::string_view>(), std::optional<std::string_view>("")}) {
    immediate.clear();
    EXPECT_FALSE(enricher->route(tombstone(key), device, immediate));
    EXPECT_EQ(immediate.kind, OutcomeKind::kDeadLetter);
    EXPECT_EQ(immediate.stage, "map");
    EXPECT_THAT(immediate.reason, HasSubstr("no key"));
  }
}

TEST(Enricher, ForgetsADeviceAtTheTombstonesPlace) {
  const auto enricher =
      enricher_of({.tombstone = TombstonePolicy::kForget, .late = Policy::kDeadLetter});
  const std::string name = "GB-033-0682-44201-1";
  const std::string first = json(record::testing::ozone_record("1"));
  const auto device = enricher->create_device(name);
  const std::string fresh = run_one(*device, raw(first)).value;
  EXPECT_NE(run_one(*device, raw(first)).value, fresh);
  const Outcome forgotten = run_one(*device, tombstone(name));
  EXPECT_EQ(forgotten.kind, OutcomeKind::kIgnored);
  EXPECT_THAT(forgotten.reason, HasSubstr("forgotten"));
  EXPECT_EQ(run_one(*device, raw(first)).value, fresh) << "as if never seen";
}

TEST(Enricher, AForgottenDeviceStaysForgottenInASnapshot) {
  const auto enricher = enricher_of({.tombstone = TombstonePolicy::kForget});
  const std::string name = "GB-033-0682-44201-1";
  const std::string value = json(record::testing::ozone_record("1"));
  const auto device = enricher->create_device(name);
  const std::string fresh = run_one(*device, raw(value)).value;
  run_one(*device, tombstone(name));
  std::string blob;
  device->save(blob);
  EXPECT_EQ(blob, "");
  const auto loaded = enricher->load_device(name, blob);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  EXPECT_EQ(run_one(**loaded, raw(value)).value, fresh);
}

TEST(Enricher, BinaryInputTakesNothingElse) {
  const auto enricher = enricher_of({.input_format = record::RecordFormat::kBinary});
  std::string device;
  Outcome immediate;
  EXPECT_FALSE(enricher->route(raw(json(record::testing::ozone_record())), device, immediate));
  EXPECT_EQ(immediate.stage, "decode");
}

TEST(Enricher, EnrichesInOrder) {
  const auto enricher = enricher_of({});
  const auto device = enricher->create_device("GB-033-0682-44201-1");
  std::vector<std::string> values;
  for (const auto* value : {"1", "1.5", "", "9"})
    values.push_back(json(record::testing::ozone_record(value)));
  std::vector<base::RawRecord> raws;
  for (const auto& value : values) raws.push_back(raw(value));
  std::vector<Outcome> outcomes(raws.size());
  std::vector<const base::RawRecord*> records;
  std::vector<Outcome*> places;
  for (std::size_t i = 0; i < raws.size(); ++i) {
    records.push_back(&raws[i]);
    places.push_back(&outcomes[i]);
  }
  device->run(records, places, 0);
  const ScoreStatus statuses[] = {ScoreStatus::kOk, ScoreStatus::kOk, ScoreStatus::kInvalid,
                                  ScoreStatus::kAlarm};
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    ASSERT_EQ(outcomes[i].kind, OutcomeKind::kEnriched);
    EXPECT_EQ(outcomes[i].status, statuses[i]);
    EXPECT_EQ(outcomes[i].device, "GB-033-0682-44201-1");
    record::EnrichedView view;
    ASSERT_TRUE(record::decode_view(outcomes[i].value, record::Mapping(), view).ok());
    EXPECT_EQ(view.enrichment.sequence, static_cast<std::int64_t>(i + 1));
    EXPECT_EQ(view.enrichment.status, statuses[i]);
    EXPECT_EQ(view.enrichment.model_hash, "fa4efa4efa4efa4e");
  }
  EXPECT_THAT(outcomes[0].value,
              HasSubstr(R"("prediction":0,"error":0,"anomaly":0,"predictionNext":0,)"));
  EXPECT_THAT(outcomes[1].value,
              HasSubstr(R"("prediction":1,"error":0.5,"anomaly":0,"predictionNext":1.5,)"));
  EXPECT_THAT(
      outcomes[2].value,
      HasSubstr(R"("prediction":null,"error":null,"anomaly":null,"predictionNext":null,)"
                R"("device":"GB-033-0682-44201-1","sequence":3,"status":"invalid","modelAge":2,)"));
  EXPECT_THAT(outcomes[3].value,
              HasSubstr(R"("score":0.9,"status":"alarm","reason":"pattern","modelAge":3,)"));
}

TEST(Enricher, OverwritesTheFourNumbersAndKeepsTheRest) {
  const auto device = enricher_of({})->create_device("d");
  record::MonitoringRecord input = record::testing::ozone_record();
  input.scores = {7.0, 7.0, 7.0, 7.0};
  input.add_extra("note", "[1,2]");
  input.add_extra("status", "\"mine\"");
  const Outcome outcome = run_one(*device, raw(json(input)));
  EXPECT_THAT(outcome.value, HasSubstr(R"("note":[1,2],"prediction":0,)"));
  EXPECT_THAT(outcome.value, HasSubstr(R"("original":{"status":"mine"}})"));
}

TEST(Enricher, WritesBinaryWhereAsked) {
  const auto device =
      enricher_of({.output_format = record::RecordFormat::kBinary})->create_device("d");
  const Outcome outcome = run_one(*device, raw(json(record::testing::ozone_record("2"))));
  EXPECT_EQ(outcome.value.substr(0, 2), "\xc0\x52");
  record::MonitoringRecord back;
  ASSERT_TRUE(record::decode_enriched(outcome.value, back).ok());
  ASSERT_NE(back.enrichment(), nullptr);
  EXPECT_EQ(back.enrichment()->sequence, 1);
  EXPECT_EQ(back.text(record::Field::kSampleMeasurement), "2");
}

TEST(Enricher, TakesAnyObject) {
  const auto enricher = enricher_of(generic_config());
  const std::string value = R"({"id":"s1","v":"150","ts":1118653200})";
  std::string name;
  Outcome immediate;
  ASSERT_TRUE(enricher->route(raw(value), name, immediate));
  EXPECT_EQ(name, "s1");
  const auto device = enricher->create_device(name);
  const Outcome outcome = run_one(*device, raw(value));
  EXPECT_TRUE(outcome.clipped);
  EXPECT_EQ(
      outcome.value,
      R"({"id":"s1","v":"150","ts":1118653200,"prediction":0,"error":0,"anomaly":0,)"
      R"("predictionNext":0,"device":"s1","sequence":1,"score":0.1,"status":"ok","modelAge":1,)"
      R"("modelHash":"fa4efa4efa4efa4e","schemaVersion":1})");
  EXPECT_EQ(run_one(*device, raw(R"({"id":"s1","v":{}})")).status, ScoreStatus::kInvalid);
}

TEST(Enricher, ARecordWithoutATimeIsInvalidOnlyWhereTimeIsUsed) {
  record::MonitoringRecord input = record::testing::ozone_record();
  input.set_text(record::Field::kTimeGmt, "noon");
  for (const bool uses_time : {false, true}) {
    const auto device = enricher_of({}, uses_time)->create_device("d");
    EXPECT_EQ(run_one(*device, raw(json(input))).status,
              uses_time ? ScoreStatus::kInvalid : ScoreStatus::kOk);
  }
  EnrichConfig config = generic_config();
  config.mapping.time.clear();  // then the log's timestamp counts
  const auto device = enricher_of(config, true)->create_device("d");
  EXPECT_EQ(run_one(*device, raw(R"({"id":"d","v":1})", 7)).status, ScoreStatus::kOk);
  EXPECT_EQ(run_one(*device, raw(R"({"id":"d","v":1})")).status, ScoreStatus::kInvalid);
}

TEST(Enricher, ReadingsFromTheFutureFollowTheirPolicy) {
  const std::string value = json(record::testing::ozone_record());  // 2005-06-13T09:00Z
  const base::EpochMillis time = 1118653200000;
  for (const Policy policy : {Policy::kProcess, Policy::kIgnore, Policy::kDeadLetter}) {
    const auto device = enricher_of({.future = policy})->create_device("d");
    EXPECT_EQ(run_one(*device, raw(value, time)).kind, OutcomeKind::kEnriched);
    EXPECT_EQ(run_one(*device, raw(value)).kind, OutcomeKind::kEnriched);
    const Outcome outcome = run_one(*device, raw(value, time - 1));
    const OutcomeKind kinds[] = {OutcomeKind::kEnriched, OutcomeKind::kIgnored,
                                 OutcomeKind::kDeadLetter};
    EXPECT_EQ(outcome.kind, kinds[static_cast<std::size_t>(policy)]);
    EXPECT_EQ(outcome.stage, policy == Policy::kDeadLetter ? "policy" : "");
    EXPECT_EQ(outcome.device, "d");
    const Outcome next = run_one(*device, raw(value, time));
    EXPECT_THAT(next.value,
                HasSubstr(policy == Policy::kProcess ? "\"sequence\":4" : "\"sequence\":3"));
  }
}

TEST(Enricher, GoesOnFromItsBlobAsIfNeverStopped) {
  const auto enricher = enricher_of({});
  const auto first = enricher->create_device("d");
  run_one(*first, raw(json(record::testing::ozone_record("5"))));
  std::string blob;
  first->save(blob);
  auto second = enricher->load_device("d", blob);
  ASSERT_TRUE(second.ok());
  const std::string next = json(record::testing::ozone_record("5.5"));
  EXPECT_EQ(run_one(*first, raw(next)).value, run_one(**second, raw(next)).value);
  EXPECT_FALSE(enricher->load_device("d", "junk").ok());
}

TEST(Enricher, ADeviceMayOutliveItsEnricher) {
  auto enricher = enricher_of({});
  const auto device = enricher->create_device("d");
  enricher.reset();
  EXPECT_EQ(run_one(*device, raw(json(record::testing::ozone_record()))).kind,
            OutcomeKind::kEnriched);
}

/// Run a 1 and nines after it, in one call or as a crash journal wants it.
std::vector<Outcome> run_nines(DeviceEnricher& device, std::size_t count, bool one_by_one) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(json(record::testing::ozone_record(i == 0 ? "1" : "9")));
  std::vector<base::RawRecord> raws;
  for (const std::string& value : values) raws.push_back(raw(value));
  std::vector<Outcome> made(count);
  std::vector<const base::RawRecord*> records;
  std::vector<Outcome*> outcomes;
  for (std::size_t i = 0; i < count; ++i) {
    records.push_back(&raws[i]);
    outcomes.push_back(&made[i]);
  }
  if (!one_by_one) {
    device.run(records, outcomes, 0);
    return made;
  }
  for (std::size_t i = 0; i < count; ++i) {
    device.run(std::span(records).subspan(i, 1), std::span(outcomes).subspan(i, 1), count - i - 1);
  }
  return made;
}

TEST(Enricher, ExplainsAlarmsAndTheNewestRecordsWhereThatIsWanted) {
  for (const bool explains : {true, false}) {
    for (const bool one_by_one : {true, false}) {
      auto enricher = Enricher::create({}, std::make_shared<testing::FakeDetector>(), explains);
      const auto device = (*enricher)->create_device("d");
      EXPECT_EQ(device->bytes(), 0U);
      const std::vector<Outcome> made = run_nines(*device, 12, one_by_one);
      EXPECT_GT(device->bytes(), 0U);
      EXPECT_EQ(made[1].status, ScoreStatus::kAlarm);
      for (std::size_t i = 0; i < made.size(); ++i) {
        const bool told = explains && (i == 1 || i >= 4);
        ASSERT_EQ(made[i].activity.empty(), !told) << i;
        if (told) {
          EXPECT_EQ(made[i].activity.active(0)[0].number, i + 1);
        }
      }
    }
  }
}

TEST(Enricher, RefusesAConfigurationThatCannotWork) {
  EnrichConfig config = generic_config();
  config.output_format = record::RecordFormat::kBinary;
  const auto enricher = Enricher::create(config, std::make_shared<testing::FakeDetector>());
  ASSERT_FALSE(enricher.ok());
  EXPECT_EQ(enricher.error().code(), base::ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace cortado::enrich
