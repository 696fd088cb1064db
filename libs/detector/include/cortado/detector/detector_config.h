// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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
  Preset preset = Preset::kSeed;
  Forecaster forecaster = Forecaster::kSdrClassifier;
  std::int64_t seed = 42;
  std::int64_t warm_up = 400;  ///< valid observations until a network leaves `warming`
  bool reject_negative = false;
  std::vector<EncoderOverride> overrides;
  MultiscaleConfig advanced;  ///< this and what follows: of the preset multiscale
  FaultConfig faults;
  AlertConfig alerts;
};

/// Describe the keys under "detector" and "alerts".
base::Options describe(DetectorConfig& config);

}  // namespace cortado::detector
