// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "config_file.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include <pybind11/stl.h>

#include "cortado/base/log.h"
#include "cortado/config/config.h"
#include "cortado/dashboard/http_config.h"
#include "cortado/detector/detector_config.h"
#include "cortado/enrich/enrich_config.h"
#include "cortado/generator/pacing.h"
#include "cortado/generator/simulator.h"
#include "cortado/kafka/kafka_config.h"
#include "cortado/stream/engine.h"
#include "errors.h"
#include "options.h"

namespace py = pybind11;

namespace cortado::python {
namespace {

/// The configurations of all rooms, as the program joins them.
struct WholeConfig {
  kafka::KafkaConfig kafka;
  enrich::EnrichConfig enrich;
  detector::DetectorConfig detector;
  stream::StreamConfig stream;
  stream::StateConfig state;
  dashboard::HttpConfig http;
  generator::GeneratorConfig generator;
  generator::SimulatorConfig simulator;
  base::LogConfig log;

  base::Options describe() {
    base::Options all = kafka::describe_own(kafka);
    const auto add = [&all](base::Options options) {
      for (auto& option : options) all.push_back(std::move(option));
    };
    // Whose property a name is, the clients say that will be given it.
    all.push_back(base::bind_string_map(
        {.path = "kafka.properties", .help = "For Kafka's client.", .secret = true},
        kafka.properties));
    add(enrich::describe(enrich));
    add(detector::describe(detector));
    add(stream::describe(stream));
    add(stream::describe(state));
    add(dashboard::describe(http));
    add(generator::describe(generator));
    add(generator::describe(simulator));
    add(base::describe(log));
    return all;
  }
};

base::Options told(base::Options options, const config::LoadedConfig& loaded) {
  std::erase_if(options, [&loaded](const base::Option& option) {
    return loaded.origin(option.path) == "default";
  });
  return options;
}

py::tuple read_config(std::optional<std::string> text, std::string name,
                      std::map<std::string, std::string> environment) {
  WholeConfig config;
  config::ConfigSources sources;
  if (text) sources.yaml = config::YamlSource{std::move(*text), std::move(name)};
  sources.environment = std::move(environment);
  sources.other_variables = {"CORTADO_KERNELS", "CORTADO_CRASH_AT", "CORTADO_POISON"};
  sources.files = &base::posix_file_system();
  const base::Options options = config.describe();
  const auto loaded = value_or_throw(config::load(sources, options));
  throw_if_failed(base::check_levels(config.log));
  return py::make_tuple(effective(told(options, loaded)), loaded.warnings());
}

}  // namespace

void bind_config_file(py::module_& module) {
  module.def("read_config", &read_config, py::arg("text"), py::arg("name"), py::arg("environment"));
}

}  // namespace cortado::python
