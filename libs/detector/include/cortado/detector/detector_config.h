// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cortado/base/option.h"
#include "cortado/detector/alert_config.h"
#include "cortado/detector/fault_config.h"
#include "cortado/detector/multiscale_config.h"

namespace cortado::detector {

enum class Preset { kSeed, kNupic, kLastValue, kMultiscale };

/// Which part of a network forecasts the next value.
enum class Forecaster { kSdrClassifier, kChange };

/// The range of the value encoder for the devices that a pattern names.
struct EncoderOverride {
  std::string device;  ///< glob: * any characters, ? one; the first override that matches wins
  double minimum = 0;
  double maximum = 0.1;
};

struct DetectorConfig {
  Preset preset = Preset::kMultiscale;
  Forecaster forecaster = Forecaster::kSdrClassifier;
  std::int64_t seed = 42;
  std::optional<std::int64_t> warm_up;  ///< none: as the preset needs, see warm_up_of()
  bool reject_negative = false;
  std::vector<EncoderOverride> overrides;
  MultiscaleConfig advanced;  ///< this and what follows: of the preset multiscale
  FaultConfig faults;
  AlertConfig alerts;
};

/// Return the valid observations until a device leaves `warming`: what is configured, else 100 for
/// multiscale and 400 for the others.
std::int64_t warm_up_of(const DetectorConfig& config);

/// Describe the keys under "detector" and "alerts".
base::Options describe(DetectorConfig& config);

}  // namespace cortado::detector
