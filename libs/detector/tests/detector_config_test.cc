// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/detector/detector_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::detector {
namespace {

using base::OptionNode;
using ::testing::HasSubstr;

OptionNode mapping(std::vector<std::pair<std::string, OptionNode>> fields) {
  OptionNode node;
  node.kind = OptionNode::Kind::kMapping;
  node.fields = std::move(fields);
  node.origin = "cortado.yaml:7";
  return node;
}

OptionNode list(std::vector<OptionNode> items) {
  OptionNode node;
  node.kind = OptionNode::Kind::kSequence;
  node.items = std::move(items);
  return node;
}

OptionNode text(const std::string& value) { return OptionNode::make_scalar(value); }

base::Status set_overrides(DetectorConfig& config, const OptionNode& node) {
  for (const auto& option : describe(config)) {
    if (option.path == "detector.overrides") return option.set(node);
  }
  return base::Error(base::ErrorCode::kInternal, "no such option");
}

TEST(DetectorConfig, ReadsOverrides) {
  DetectorConfig config;
  const auto item = mapping({{"device", text("*-42602-*")},
                             {"encoder", mapping({{"min", text("0")}, {"max", text("250")}})}});
  ASSERT_TRUE(set_overrides(config, list({item})).ok());
  ASSERT_EQ(config.overrides.size(), 1U);
  EXPECT_EQ(config.overrides[0].device, "*-42602-*");
  EXPECT_EQ(config.overrides[0].maximum, 250);
}

TEST(DetectorConfig, PrintsOverridesAsItReadsThem) {
  DetectorConfig config;
  config.overrides = {{"a", -1.5, 2}, {"b?", 0, 3}};
  DetectorConfig copy;
  for (const auto& option : describe(config)) {
    if (option.path == "detector.overrides") {
      ASSERT_TRUE(set_overrides(copy, option.get()).ok());
    }
  }
  ASSERT_EQ(copy.overrides.size(), 2U);
  EXPECT_EQ(copy.overrides[0].minimum, -1.5);
  EXPECT_EQ(copy.overrides[1].device, "b?");
}

TEST(DetectorConfig, NamesWhatIsWrongAndWhere) {
  const auto range = mapping({{"min", text("0")}, {"max", text("250")}});
  const std::vector<std::pair<OptionNode, std::string>> cases = {
      {text("x"), "must be a list"},
      {list({text("x")}), "each item is a mapping"},
      {list({mapping({{"encoder", range}})}), "needs device"},
      {list({mapping({{"device", text("a")}})}), "needs device and encoder"},
      {list({mapping({{"device", text("a")}, {"encoder", range}, {"colour", text("red")}})}),
       "colour"},
      {list({mapping({{"device", text("a")}, {"encoder", mapping({{"min", text("0")}})}})}),
       "min and max"},
      {list({mapping({{"device", text("a")},
                      {"encoder", mapping({{"min", text("2")}, {"max", text("1")}})}})}),
       "cortado.yaml:7"},
      {list({mapping({{"device", text("a")}, {"encoder", mapping({{"min", text("low")}})}})}),
       "must be a number"},
  };
  for (const auto& [node, expected] : cases) {
    DetectorConfig config;
    const auto status = set_overrides(config, node);
    ASSERT_FALSE(status.ok()) << expected;
    EXPECT_EQ(status.error().code(), base::ErrorCode::kInvalidConfig);
    EXPECT_THAT(status.error().message(), HasSubstr(expected));
    EXPECT_TRUE(config.overrides.empty());
  }
}

TEST(DetectorConfig, TheWarmUpIsThePresetsOwnUnlessSet) {
  DetectorConfig config;
  EXPECT_EQ(warm_up_of(config), 100);
  config.preset = Preset::kSeed;
  EXPECT_EQ(warm_up_of(config), 400);
  for (const auto& option : describe(config)) {
    if (option.path != "detector.warm_up") continue;
    EXPECT_EQ(option.get().scalar, "");
    ASSERT_TRUE(option.set(OptionNode::make_scalar("7")).ok());
    EXPECT_EQ(option.get().scalar, "7");
    EXPECT_EQ(warm_up_of(config), 7);
    for (const char* wrong : {"-1", "many", "1000001"}) {
      EXPECT_FALSE(option.set(OptionNode::make_scalar(wrong)).ok()) << wrong;
    }
    EXPECT_EQ(warm_up_of(config), 7);
    ASSERT_TRUE(option.set(OptionNode::make_scalar("")).ok());
  }
  EXPECT_EQ(warm_up_of(config), 400);
}

TEST(DetectorConfig, EveryKeyIsUnderDetectorOrAlertsAndHasHelp) {
  DetectorConfig config;
  for (const auto& option : describe(config)) {
    EXPECT_TRUE(option.path.starts_with("detector.") || option.path.starts_with("alerts."))
        << option.path;
    EXPECT_FALSE(option.help.empty()) << option.path;
  }
}

}  // namespace
}  // namespace cortado::detector
