// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "record_builder.h"

#include <array>
#include <cmath>

namespace cortado::record::testing {
namespace {

constexpr std::array<std::string_view, kFieldCount> kOzone = {"GB",
                                                              "033",
                                                              "0682",
                                                              "44201",
                                                              "1",
                                                              "51.522530",
                                                              "-0.154611",
                                                              "WGS84",
                                                              "Ozone",
                                                              "2005-06-13",
                                                              "09:00",
                                                              "2005-06-13",
                                                              "09:00",
                                                              "0.033",
                                                              "Parts per million",
                                                              "",
                                                              "",
                                                              "",
                                                              "",
                                                              "",
                                                              "",
                                                              "England",
                                                              "Westminster",
                                                              "2026-01-01"};

std::optional<double> random_number(base::Random& random) {
  if (random.below(4) == 0) return std::nullopt;
  if (random.below(4) == 0) return 0.0;
  const double mantissa = random.uniform() * 2.0 - 1.0;
  return std::ldexp(mantissa, static_cast<int>(random.below(200)) - 100);
}

void enrich_randomly(base::Random& random, MonitoringRecord& record) {
  Enrichment& enrichment = record.add_enrichment();
  enrichment.device = random_text(random, 30);
  enrichment.sequence = static_cast<std::int64_t>(random.below(1ULL << 53));
  enrichment.score = random_number(random);
  enrichment.status = static_cast<base::ScoreStatus>(random.below(4));
  enrichment.reason = random.below(2) == 0 ? "" : "pattern";
  enrichment.expected_low = random_number(random);
  enrichment.expected_high = random_number(random);
  enrichment.model_age = static_cast<std::int64_t>(random.below(100'000));
  enrichment.model_hash = "0123456789abcdef";
}

}  // namespace

MonitoringRecord ozone_record(std::string_view value) {
  MonitoringRecord record;
  for (std::size_t i = 0; i < kFieldCount; ++i) record.set_text(static_cast<Field>(i), kOzone[i]);
  record.set_text(Field::kSampleMeasurement, value);
  return record;
}

MonitoringRecord enriched_ozone_record() {
  MonitoringRecord record = ozone_record();
  record.scores = {0.031, 0.002, 0.125, 0.034};
  Enrichment& enrichment = record.add_enrichment();
  enrichment.device = "GB-033-0682-44201-1";
  enrichment.sequence = 4711;
  enrichment.score = 0.75;
  enrichment.status = base::ScoreStatus::kAlarm;
  enrichment.reason = "pattern";
  enrichment.expected_low = 0.02;
  enrichment.expected_high = 0.045;
  enrichment.model_age = 4700;
  enrichment.model_hash = "00c0ffee00c0ffee";
  return record;
}

MonitoringRecord random_record(base::Random& random) {
  MonitoringRecord record;
  for (std::size_t i = 0; i < kFieldCount; ++i)
    record.set_text(static_cast<Field>(i), random_text(random, 40));
  record.scores = {random_number(random), random_number(random), random_number(random),
                   random_number(random)};
  if (random.below(2) == 0) record.add_extra("unknown", R"({"a":[1,2.5e3,null],"b":"\u00e9"})");
  if (random.below(3) == 0) record.add_extra("other", "true");
  if (random.below(2) == 0) enrich_randomly(random, record);
  if (random.below(3) == 0) record.add_original("score", "\"mine\"");
  return record;
}

std::string random_text(base::Random& random, std::size_t most) {
  static constexpr std::array<std::string_view, 16> kPieces = {"a",
                                                               "Z",
                                                               "0",
                                                               " ",
                                                               ",",
                                                               "\"",
                                                               "\\",
                                                               "\n",
                                                               "\r\n",
                                                               "\t",
                                                               "\x01",
                                                               "\x7f",
                                                               "\xc3\xa9",
                                                               "\xe2\x82\xac",
                                                               "\xf0\x9f\x98\x80",
                                                               "/"};
  std::string text;
  for (std::size_t count = random.below(most + 1); count > 0; --count)
    text += kPieces[random.below(kPieces.size())];
  return text;
}

}  // namespace cortado::record::testing
