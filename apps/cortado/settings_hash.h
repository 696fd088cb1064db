// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cortado/detector/detector_config.h"
#include "cortado/enrich/enrich_config.h"

namespace cortado::app {

/// Return the hashes of all settings that decide what a record does to a model and what becomes of
/// it, as stream::Operator::settings_hash wants them: "alerts=...;detector=...;input=...".
std::string settings_hash(enrich::EnrichConfig enrich, detector::DetectorConfig detector);

}  // namespace cortado::app
