// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"

namespace cortado::detector {

/// Make the preset last_value: the forecast is the last value and nothing is ever anomalous. The
/// baseline that a model has to beat, and the way to measure what everything but the model costs.
std::shared_ptr<const Detector> make_last_value_detector(const DetectorConfig& config);

}  // namespace cortado::detector
