// rooms: config
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads any bytes as a configuration file; what is accepted must print and read back to the same
// text. Exceptions of the YAML library never pass the room's border.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "cortado/config/config.h"
#include "cortado/config/print.h"

namespace {

using namespace cortado;

struct Sample {
  std::int64_t threads = 0;
  std::string group_id = "g";
  std::map<std::string, std::string> properties;
  std::vector<std::string> topics;
  bool json = false;
};

base::Options describe(Sample& sample) {
  return {
      base::bind_string({.path = "kafka.group_id", .help = "a"}, sample.group_id),
      base::bind_string_map({.path = "kafka.properties", .help = "b"}, sample.properties),
      base::bind_string_list({.path = "kafka.topics", .help = "c"}, sample.topics),
      base::bind_integer({.path = "stream.threads", .help = "d"}, sample.threads, 0, 256),
      base::bind_boolean({.path = "log.json", .help = "e"}, sample.json),
  };
}

config::ConfigSources sources_of(const std::string& text) {
  return {.yaml = config::YamlSource{.text = text, .name = "fuzz.yaml"},
          .environment = {{"NAME", "value"}},
          .flags = {},
          .other_variables = {},
          .files = nullptr};
}

/// A secret is printed as a mark that cannot be read back.
bool holds_secret(const Sample& sample, const config::LoadedConfig& loaded) {
  std::vector<std::string> paths = {"kafka.group_id", "stream.threads", "log.json"};
  for (const auto& [name, value] : sample.properties) {
    if (config::is_secret_name(name)) return true;
    paths.push_back("kafka.properties." + name);
  }
  for (std::size_t i = 0; i < sample.topics.size(); ++i)
    paths.push_back("kafka.topics[" + std::to_string(i) + "]");
  for (const auto& path : paths) {
    if (loaded.secret(path)) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Sample first;
  const base::Options options = describe(first);
  const auto loaded = config::load(sources_of(text), options);
  if (!loaded.ok()) {
    if (loaded.error().message().empty()) std::abort();
    return 0;
  }
  const std::string printed = config::print(options, *loaded, {.with_origin = true});
  if (holds_secret(first, *loaded)) return 0;
  Sample second;
  const base::Options again = describe(second);
  if (!config::load(sources_of(printed), again).ok()) std::abort();
  if (config::print(again, config::LoadedConfig()) != config::print(options, *loaded)) std::abort();
  if (first.properties != second.properties || first.topics != second.topics) std::abort();
  return 0;
}
