// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "app_config.h"
#include "cortado/enrich/enricher.h"
#include "enrich_operator.h"

namespace cortado::app {

/// The detector, the enricher and the operator of one configuration.
struct Scoring {
  std::shared_ptr<const detector::Detector> detector;
  std::unique_ptr<enrich::Enricher> enricher;
  std::unique_ptr<EnrichOperator> operation;
};

/// If it `explains`, outcomes tell what the models' memories did. **Errors:** kInvalidConfig naming
/// the key.
base::Result<Scoring> make_scoring(const enrich::EnrichConfig& enrich,
                                   const detector::DetectorConfig& detector, bool explains = false);

}  // namespace cortado::app
