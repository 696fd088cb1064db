// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cortado/detector/detector_config.h"
#include "cortado/evaluate/contender.h"

namespace cortado::app {

/// Return the word that chooses a configuration's preset.
std::string preset_name(detector::DetectorConfig config);

/// One contender, and the seed that it was made with.
struct SeededContender {
  std::int64_t seed = 0;
  std::unique_ptr<evaluate::Contender> contender;
};
using Contenders = std::vector<SeededContender>;

/// Make the configured detector with detector.seed and the numbers after it. **Errors:**
/// kInvalidConfig.
base::Result<Contenders> make_contenders(detector::DetectorConfig config, std::int64_t seeds);

/// The same pipeline without its HTM; empty for a preset that is nothing without.
base::Result<Contenders> make_contenders_without_htm(detector::DetectorConfig config,
                                                     std::int64_t seeds);

/// Make the baseline of that name. Precondition: there is one.
Contenders make_baseline_contender(const std::string& name);

std::vector<const evaluate::Contender*> pointers(const Contenders& contenders);

}  // namespace cortado::app
