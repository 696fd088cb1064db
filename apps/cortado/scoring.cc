// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "scoring.h"

#include "settings_hash.h"

namespace cortado::app {

base::Result<Scoring> make_scoring(const enrich::EnrichConfig& enrich,
                                   const detector::DetectorConfig& detector, bool explains) {
  Scoring scoring;
  CORTADO_ASSIGN(scoring.detector, detector::Detector::create(detector));
  CORTADO_ASSIGN(scoring.enricher, enrich::Enricher::create(enrich, scoring.detector, explains));
  scoring.operation = std::make_unique<EnrichOperator>(
      *scoring.enricher, scoring.detector->model_hash(), settings_hash(enrich, detector));
  return scoring;
}

}  // namespace cortado::app
