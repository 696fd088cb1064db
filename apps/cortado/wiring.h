// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "app_config.h"
#include "cortado/base/ids.h"
#include "summary.h"

namespace cortado::app {

/// What `detect` and `demo` differ in.
struct DetectionRun {
  const AppConfig& config;
  bool until_end = false;
  bool embedded_broker = false;  ///< it has no transactions
  /// Called with the page's address once it is served.
  std::function<void(const std::string& url)> page_served;
  /// Called on the engine's thread when the records of a partition below `next` are committed.
  std::function<void(base::Partition partition, base::Offset next)> committed = {};
};

/// Wire source, lanes, models, sinks and page together and run until stopped. `summary` is filled
/// as far as the run came, also on an error. **Errors:** of any part.
base::Status run_detection(const DetectionRun& run, std::stop_token stop, Summary& summary);

/// Check what run_detection would refuse before its first record, but make nothing and read none.
/// Without `environment` neither the broker nor this machine's files are asked. **Errors:** as
/// run_detection.
base::Status check_detection(const AppConfig& config, bool environment);

}  // namespace cortado::app
