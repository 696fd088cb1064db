// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/config/print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_file_system.h"
#include "sample_config.h"

namespace cortado::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::SampleConfig;

TEST(Print, Defaults) {
  SampleConfig config;
  EXPECT_EQ(print(describe(config), LoadedConfig()),
            "kafka:\n"
            "  group_id: detector_group\n"
            "  properties: {}\n"
            "stream:\n"
            "  batch_interval: 500ms\n"
            "  threads: 0\n"
            "  guarantee: at_least_once\n"
            "  max_batch_bytes: 64MiB\n"
            "detector:\n"
            "  alarm:\n"
            "    threshold: 0.7\n"
            "http:\n"
            "  origins: []\n"
            "  token: \"\"\n"
            "log:\n"
            "  json: false\n");
}

TEST(Locate, SetsThePlaceBeforeWhatIsWrongWithAKey) {
  SampleConfig config;
  const auto loaded =
      load({.yaml = YamlSource{.text = "kafka:\n  group_id: g\n  properties:\n    linger.ms: 5\n"},
            .environment = {},
            .flags = {{.path = "kafka.properties.acks", .value = "all"}},
            .other_variables = {},
            .files = nullptr},
           describe(config));
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  EXPECT_EQ(loaded->locate("kafka.properties: linger.ms is wrong"),
            "cortado.yaml:4: kafka.properties: linger.ms is wrong");
  EXPECT_EQ(loaded->locate("kafka.properties: acks: wrong"),
            "flag --set kafka.properties.acks: kafka.properties: acks: wrong");
  EXPECT_EQ(loaded->locate("kafka.group_id and another differ"),
            "cortado.yaml:2: kafka.group_id and another differ");
  for (const char* text : {"stream.threads: too many", "kafka is far away", "not a key", ""})
    EXPECT_EQ(loaded->locate(text), text);
}

TEST(Print, EveryValueNamesItsOrigin) {
  SampleConfig config;
  const base::Options options = describe(config);
  const auto loaded = load({.yaml = YamlSource{.text = "kafka:\n  properties:\n    linger.ms: 5\n"
                                                       "http: {origins: [a, b]}\n"},
                            .environment = {{"CORTADO_LOG_JSON", "true"}},
                            .flags = {{.path = "kafka.properties.acks", .value = "all"}},
                            .other_variables = {},
                            .files = nullptr},
                           options);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  EXPECT_EQ(print(options, *loaded, {.with_origin = true}),
            "kafka:\n"
            "  group_id: detector_group  # default\n"
            "  properties:\n"
            "    acks: all  # flag --set kafka.properties.acks\n"
            "    linger.ms: 5  # cortado.yaml:3\n"
            "stream:\n"
            "  batch_interval: 500ms  # default\n"
            "  threads: 0  # default\n"
            "  guarantee: at_least_once  # default\n"
            "  max_batch_bytes: 64MiB  # default\n"
            "detector:\n"
            "  alarm:\n"
            "    threshold: 0.7  # default\n"
            "http:\n"
            "  origins:\n"
            "    - a  # cortado.yaml:4\n"
            "    - b  # cortado.yaml:4\n"
            "  token: \"\"  # default\n"
            "log:\n"
            "  json: true  # environment CORTADO_LOG_JSON\n");
}

TEST(Print, SecretsAreShownAsTheirReferenceOrNotAtAll) {
  base::testing::MemoryFileSystem files;
  files.files()["/run/pw"] = "pw-from-file\n";
  SampleConfig config;
  const base::Options options = describe(config);
  const auto loaded = load({.yaml = YamlSource{.text = R"(
kafka:
  group_id: prefix-${file:/run/pw}
  properties:
    sasl.password: ${file:/run/pw}
    ssl.key.password: ${KEY_PW}
    sasl.jaas.config: literal-jaas
    other.secret: ${MISSING:-literal-default}
    acks: ${ACKS}
http: {token: literal-token}
)"},
                            .environment = {{"KEY_PW", "pw-from-env"}, {"ACKS", "all"}},
                            .flags = {},
                            .other_variables = {},
                            .files = &files},
                           options);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  const std::string text = print(options, *loaded, {.with_origin = true});
  EXPECT_THAT(text, Not(HasSubstr("pw-from")));
  EXPECT_THAT(text, Not(HasSubstr("literal-")));
  EXPECT_THAT(text, HasSubstr("sasl.password: \"${file:/run/pw}\""));
  EXPECT_THAT(text, HasSubstr("ssl.key.password: \"${KEY_PW}\""));
  EXPECT_THAT(text, HasSubstr("group_id: \"<redacted>\""));
  EXPECT_THAT(text, HasSubstr("sasl.jaas.config: \"<redacted>\""));
  EXPECT_THAT(text, HasSubstr("token: \"<redacted>\""));
  EXPECT_THAT(text, HasSubstr("acks: all"));
}

TEST(Print, DefaultsThatAreSecretsAreNotShown) {
  SampleConfig config;
  config.token = "built-in";
  config.properties = {{"a.password", "built-in"}, {"b", "c"}};
  const base::Options options = describe(config);
  EXPECT_THAT(print(options, LoadedConfig()), Not(HasSubstr("built-in")));
  EXPECT_THAT(reference_markdown(options), Not(HasSubstr("| `built-in`")));
}

TEST(Print, IsReadBackToTheSameValues) {
  const std::vector<std::string> texts = {"",
                                          "plain",
                                          "two words",
                                          "a: b",
                                          "- x",
                                          "# no comment",
                                          "\"quoted\" 'text'",
                                          "{x}",
                                          "[x]",
                                          "null",
                                          "~",
                                          "true",
                                          "1e3",
                                          "*a",
                                          "&a",
                                          "!tag",
                                          "%d",
                                          "@x",
                                          "`x`",
                                          "tab\there",
                                          "line\nbreak",
                                          "\x01\x7f",
                                          "\\back",
                                          "grün €",
                                          "${X}",
                                          "$${X}",
                                          "$",
                                          "$$",
                                          "trailing ",
                                          " leading",
                                          "-",
                                          "--",
                                          "---",
                                          "...",
                                          "?",
                                          ":",
                                          ",",
                                          "<<",
                                          "=",
                                          "0x10",
                                          "12:30",
                                          "a#b",
                                          "a #b",
                                          "\r\n",
                                          "C:\\path"};
  for (const auto& text : texts) {
    SampleConfig before;
    before.group_id = text;
    before.properties = {{"x", text}, {text + "'", "y"}};
    before.origins = {text, "z"};
    before.threads = 3;
    const std::string printed = print(describe(before), LoadedConfig(), {.with_origin = true});
    SampleConfig after;
    const base::Options options = describe(after);
    const auto loaded = load({.yaml = YamlSource{.text = printed},
                              .environment = {},
                              .flags = {},
                              .other_variables = {},
                              .files = nullptr},
                             options);
    ASSERT_TRUE(loaded.ok()) << printed << loaded.error().message();
    EXPECT_EQ(after.group_id, text);
    EXPECT_EQ(after.properties, before.properties);
    EXPECT_EQ(after.origins, before.origins);
    EXPECT_EQ(after.threads, 3);
  }
}

TEST(Print, NestedValuesOfACustomOptionStayWhole) {
  base::OptionNode stored;
  const base::Options options = {{.path = "detector.overrides",
                                  .type = "list",
                                  .help = "Per device.",
                                  .unit = "",
                                  .range = "",
                                  .choices = {},
                                  .secret = false,
                                  .set =
                                      [&](const base::OptionNode& node) {
                                        stored = node;
                                        return base::Status();
                                      },
                                  .get = [&] { return stored; }}};
  const std::string text =
      "detector:\n"
      "  overrides:\n"
      "    - {device: \"*-42602-*\", encoder: {min: 0, max: 250}}\n";
  ASSERT_TRUE(load({.yaml = YamlSource{.text = text},
                    .environment = {},
                    .flags = {},
                    .other_variables = {},
                    .files = nullptr},
                   options)
                  .ok());
  EXPECT_EQ(print(options, LoadedConfig()), text);
}

TEST(Reference, ListsEveryKeyWithItsDefaultAndRange) {
  SampleConfig config;
  const std::string page = reference_markdown(describe(config));
  EXPECT_THAT(page, HasSubstr("\n## stream\n\n| key | value | default | what it does |\n"));
  EXPECT_THAT(page, HasSubstr("| `stream.batch_interval` | duration, 10ms to 10s | `500ms` | "
                              "Between two batches. |\n"));
  EXPECT_THAT(page,
              HasSubstr("| `stream.guarantee` | `auto`, `at_least_once` | `at_least_once` |"));
  EXPECT_THAT(page, HasSubstr("Alarm at this score \\| above."));
  EXPECT_THAT(page, HasSubstr("| `http.token` | string, secret |  |"));
}

TEST(JsonSchema, DescribesEveryKindOfValue) {
  SampleConfig config;
  const std::string schema = json_schema(describe(config));
  EXPECT_THAT(schema, HasSubstr(R"("$schema": "https://json-schema.org/draft/2020-12/schema")"));
  EXPECT_THAT(schema,
              HasSubstr(R"("threads": {"description": "0 = one a core.", "default": 0, "anyOf": )"
                        R"([{"type": "integer", "minimum": 0, "maximum": 256}, )"
                        R"({"type": "string", "pattern": "\\$\\{"}]})"));
  EXPECT_THAT(schema, HasSubstr(R"({"enum": ["auto", "at_least_once"]})"));
  EXPECT_THAT(schema, HasSubstr(R"("additionalProperties": false)"));
  EXPECT_THAT(schema, HasSubstr(R"("default": "500ms")"));
}

TEST(Print, ASecretMappingSaysWhichOfItsMembersAreShown) {
  SampleConfig config;
  const base::Options options = {testing::describe_guarded(config)};
  const auto loaded =
      load({.yaml = YamlSource{.text = "kafka: {properties: {sasl.pasword: hunter2, "
                                       "ssl.keys: open}}"},
            .environment = {},
            .flags = {},
            .other_variables = {}},
           options);
  ASSERT_TRUE(loaded.ok());
  const std::string text = print(options, *loaded);
  EXPECT_THAT(text, HasSubstr("sasl.pasword: \"<redacted>\""));
  EXPECT_THAT(text, HasSubstr("ssl.keys: open"));
}

}  // namespace
}  // namespace cortado::config
