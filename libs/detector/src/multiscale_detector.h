// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"

namespace cortado::detector {

/// Make the preset multiscale (docs/detection.md). **Errors:** kInvalidConfig naming the key.
base::Result<std::shared_ptr<const Detector>> make_multiscale_detector(
    const DetectorConfig& config);

}  // namespace cortado::detector
