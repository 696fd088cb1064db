// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "app_config.h"
#include "cortado/detector/detector.h"
#include "cortado/files/csv_source.h"

namespace cortado::app {

/// How a replay reads its file: what costs least and loses nothing, binary for AQS columns, JSON
/// objects for any others.
files::CsvSourceConfig replay_input(const AppConfig& config, const std::string& path);

/// Check that a CSV of these columns suits the configuration: what input.mapping names is among
/// them, and the detector gets the times that it needs, since a row has no timestamp of Kafka's.
/// **Errors:** kInvalidConfig naming the key and the nearest column.
base::Status check_replay(const enrich::EnrichConfig& config, const detector::Detector& detector,
                          const std::vector<std::string>& columns);

/// Check a file as `replay` would before its first row. **Errors:** those of check_replay and of
/// CsvSource::open.
base::Status check_replay_file(const AppConfig& config, const std::string& path);

}  // namespace cortado::app
