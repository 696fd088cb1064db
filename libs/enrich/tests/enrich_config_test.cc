// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/enrich/enrich_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::enrich {
namespace {

using base::OptionNode;
using ::testing::HasSubstr;

const base::Option& option(const base::Options& options, const std::string& path) {
  for (const auto& candidate : options) {
    if (candidate.path == path) return candidate;
  }
  throw std::logic_error("no option " + path);
}

OptionNode mapping_node(std::vector<std::pair<std::string, std::string>> fields) {
  OptionNode node;
  node.kind = OptionNode::Kind::kMapping;
  for (auto& [name, text] : fields) node.fields.emplace_back(name, OptionNode::make_scalar(text));
  return node;
}

TEST(EnrichConfig, DescribesItsKeysAndDefaults) {
  EnrichConfig config;
  std::vector<std::string> described;
  for (const auto& item : describe(config))
    described.push_back(item.path + "=" + item.get().scalar);
  EXPECT_THAT(described, ::testing::ElementsAre("input.format=json", "input.mapping=aqs",
                                                "input.time_format=", "input.tombstone=ignore",
                                                "input.late=process", "input.duplicate=process",
                                                "input.future=process", "output.format=json"));
}

TEST(EnrichConfig, TakesAMappingAndGivesItBack) {
  EnrichConfig config;
  const auto options = describe(config);
  const auto& mapping = option(options, "input.mapping");
  ASSERT_TRUE(
      mapping.set(mapping_node({{"device", "/sensor/id"}, {"time", "/ts"}, {"value", "/v"}})).ok());
  EXPECT_FALSE(config.mapping.aqs);
  EXPECT_EQ(config.mapping.device, "/sensor/id");
  const OptionNode back = mapping.get();
  ASSERT_EQ(back.fields.size(), 3U);
  EXPECT_EQ(back.find("time")->scalar, "/ts");
  ASSERT_TRUE(mapping.set(OptionNode::make_scalar("aqs")).ok());
  EXPECT_TRUE(config.mapping.aqs);
}

TEST(EnrichConfig, SaysWhatIsWrongWithAMapping) {
  EnrichConfig config;
  const auto options = describe(config);
  const auto& mapping = option(options, "input.mapping");
  EXPECT_THAT(mapping.set(mapping_node({{"devise", "/d"}})).error().message(),
              HasSubstr("did you mean device?"));
  EXPECT_THAT(mapping.set(mapping_node({{"device", "/d"}})).error().message(),
              HasSubstr("input.mapping.value"));
  EXPECT_THAT(mapping.set(mapping_node({{"device", "d"}, {"value", "/v"}})).error().message(),
              HasSubstr("input.mapping.device must be a JSON pointer"));
  EXPECT_FALSE(mapping.set(OptionNode::make_scalar("epa")).ok());
  EXPECT_TRUE(config.mapping.aqs);
}

TEST(EnrichConfig, ChecksWhatBelongsTogether) {
  EnrichConfig config;
  EXPECT_TRUE(make_mapping(config)->aqs);
  config.time_format = "%Y-%m-%d";
  EXPECT_THAT(make_mapping(config).error().message(), HasSubstr("input.time_format"));
  config.mapping = {.aqs = false, .device = "/d", .time = "/t", .value = "/v"};
  const auto mapping = make_mapping(config);
  ASSERT_TRUE(mapping.ok());
  EXPECT_EQ(mapping->time_format.pattern(), "%Y-%m-%d");
  config.time_format = "%Q";
  EXPECT_THAT(make_mapping(config).error().message(), HasSubstr("input.time_format"));
  config.time_format.clear();
  config.output_format = record::RecordFormat::kBinary;
  EXPECT_THAT(make_mapping(config).error().message(), HasSubstr("need input.mapping: aqs"));
}

}  // namespace
}  // namespace cortado::enrich
