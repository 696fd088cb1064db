// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "settings_hash.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::app {
namespace {

using ::testing::MatchesRegex;

/// The part of a kind, such as "input=0123456789abcdef".
std::string part(const std::string& text, const std::string& kind) {
  const std::size_t begin = text.find(kind + "=");
  return text.substr(begin, text.find(';', begin) - begin);
}

TEST(SettingsHashTest, TellsTheKindsApart) {
  EXPECT_THAT(settings_hash({}, {}),
              MatchesRegex("alerts=[0-9a-f]{16};detector=[0-9a-f]{16};input=[0-9a-f]{16}"));
  const std::string standard = settings_hash({}, {});
  enrich::EnrichConfig enrich;
  enrich.tombstone = enrich::TombstonePolicy::kForget;
  const std::string other = settings_hash(enrich, {});
  EXPECT_EQ(part(other, "alerts"), part(standard, "alerts"));
  EXPECT_EQ(part(other, "detector"), part(standard, "detector"));
  EXPECT_NE(part(other, "input"), part(standard, "input"));
}

TEST(SettingsHashTest, WhatDecidesAboutARecordChangesIt) {
  std::set<std::string> all = {settings_hash({}, {})};
  const auto differs = [&all](const enrich::EnrichConfig& enrich,
                              const detector::DetectorConfig& detector) {
    return all.insert(settings_hash(enrich, detector)).second;
  };
  enrich::EnrichConfig enrich;
  enrich.mapping = {.aqs = false, .device = "/id", .time = "/at", .value = "/v"};
  EXPECT_TRUE(differs(enrich, {})) << "mapping";
  enrich.mapping.value = "/w";
  EXPECT_TRUE(differs(enrich, {})) << "value";
  enrich.late = enrich::Policy::kIgnore;
  EXPECT_TRUE(differs(enrich, {})) << "late";
  detector::DetectorConfig detector;
  detector.alerts.rules.direction = detector::AlertDirection::kUp;
  EXPECT_TRUE(differs({}, detector)) << "direction";
  detector.advanced.cut = 7;
  EXPECT_TRUE(differs({}, detector)) << "cut";
  detector.faults.gap = false;
  EXPECT_TRUE(differs({}, detector)) << "gap";
  detector.overrides.push_back({.device = "pump*", .minimum = 0, .maximum = 1});
  EXPECT_TRUE(differs({}, detector)) << "overrides";
}

TEST(SettingsHashTest, HowOutcomesAreWrittenDoesNot) {
  enrich::EnrichConfig enrich;
  enrich.output_format = record::RecordFormat::kBinary;
  EXPECT_EQ(settings_hash(enrich, {}), settings_hash({}, {}));
}

}  // namespace
}  // namespace cortado::app
