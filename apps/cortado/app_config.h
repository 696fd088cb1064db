// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command_line.h"
#include "cortado/base/log.h"
#include "cortado/base/option.h"
#include "cortado/base/result.h"
#include "cortado/config/config.h"
#include "cortado/dashboard/http_config.h"
#include "cortado/detector/detector_config.h"
#include "cortado/enrich/enrich_config.h"
#include "cortado/generator/pacing.h"
#include "cortado/generator/simulator.h"
#include "cortado/kafka/kafka_config.h"
#include "cortado/stream/engine.h"
#include "exit_code.h"

namespace cortado::app {

/// The environment variable that forces a kernel set; no key, since it changes no result.
inline constexpr const char* kKernelsVariable = "CORTADO_KERNELS";

/// The configurations of all rooms. The Python module joins them once more, without a Kafka client
/// (ADR 90).
struct AppConfig {
  kafka::KafkaConfig kafka;
  enrich::EnrichConfig enrich;
  detector::DetectorConfig detector;
  stream::StreamConfig stream;
  stream::StateConfig state;
  dashboard::HttpConfig http;
  generator::GeneratorConfig generator;
  generator::SimulatorConfig simulator;
  base::LogConfig log;
};

/// Describe every key of the program, in the order of the reference page.
base::Options describe(AppConfig& config);

/// Fill `config` (whose values are the defaults) from the file, the environment and the flags, and
/// let the log follow it. **Errors:** kInvalidConfig, one line a mistake; kNotFound, kIo of the
/// file.
base::Result<config::LoadedConfig> load_app_config(const CommandLine& line, AppConfig& config);

/// **Errors:** kInvalidConfig: a component that nothing logs as, with the nearest.
base::Status check_components(const base::LogConfig& log);

/// report() of an error that came after loading: what is wrong with a key names its place.
ExitCode report(const base::Error& error, const config::LoadedConfig& loaded);

/// Check what single keys cannot, for a command that talks to Kafka. **Errors:** kInvalidConfig.
base::Status check_kafka_command(const AppConfig& config);

}  // namespace cortado::app
