// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "app_config.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/nearest_name.h"
#include "crash_points.h"
#include "environment.h"

namespace cortado::app {
namespace {

/// Who logs; tests/integration/documents_test.py compares it with the sources.
const std::vector<std::string>& log_components() {
  static const std::vector<std::string> names = {
      "checkpoint", "config", "cortado", "dashboard", "demo", "detector", "kafka", "log", "stream"};
  return names;
}

}  // namespace

base::Status check_components(const base::LogConfig& log) {
  const auto& names = log_components();
  for (const auto& [component, level] : log.components) {
    if (std::find(names.begin(), names.end(), component) != names.end()) continue;
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    return base::Error(base::ErrorCode::kInvalidConfig, "log.components: nothing logs as " +
                                                            component + "; components are " + all +
                                                            base::nearest_hint(component, names));
  }
  return {};
}

base::Options describe(AppConfig& config) {
  base::Options all;
  const auto add = [&all](base::Options options) {
    for (auto& option : options) all.push_back(std::move(option));
  };
  add(kafka::describe(config.kafka));
  add(enrich::describe(config.enrich));
  add(detector::describe(config.detector));
  add(stream::describe(config.stream));
  add(stream::describe(config.state));
  add(dashboard::describe(config.http));
  add(generator::describe(config.generator));
  add(generator::describe(config.simulator));
  add(base::describe(config.log));
  return all;
}

base::Result<config::LoadedConfig> load_app_config(const CommandLine& line, AppConfig& config) {
  config::ConfigSources sources;
  sources.environment = environment();
  sources.other_variables = {kKernelsVariable, CrashPoints::kVariable, kPoisonVariable};
  sources.files = &base::posix_file_system();
  if (!line.config_file.empty()) {
    CORTADO_ASSIGN(auto text, base::posix_file_system().read_file(line.config_file));
    sources.yaml = config::YamlSource{std::move(text), line.config_file};
  }
  for (const auto& setting : line.settings) {
    sources.flags.push_back({setting.path, setting.value, setting.flag});
  }
  CORTADO_ASSIGN(auto loaded, config::load(sources, describe(config)));
  CORTADO_TRY(check_components(config.log));
  CORTADO_TRY(base::configure_log(config.log));
  for (const auto& warning : loaded.warnings()) base::log_warning("config", warning);
  return loaded;
}

ExitCode report(const base::Error& error, const config::LoadedConfig& loaded) {
  return error.code() == base::ErrorCode::kInvalidConfig
             ? report({error.code(), loaded.locate(error.message())})
             : report(error);
}

base::Status check_kafka_command(const AppConfig& config) {
  CORTADO_TRY(kafka::validate(config.kafka));
  return dashboard::validate(config.http);
}

}  // namespace cortado::app
