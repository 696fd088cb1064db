// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "cortado/detector/multiscale_config.h"

namespace cortado::detector {

/// What each channel says of one record, in powers of ten of improbability.
struct Evidence {
  double anomaly = 0;  ///< raw score of the finest scale, 0 to 1
  double short_scale = 0;
  double middle_scale = 0;
  double long_scale = 0;
  double range = 0;
  double residual = 0;
  double level = 0;
  double change = 0;
  double unrest = 0;  ///< of the change, whatever came before: bounds the range
};

/// What each channel claims: its evidence within limits and by its weight.
struct Claims {
  double event = 0;          ///< range and pattern of single records
  bool range_leads = false;  ///< the range has the larger part in it
  double blocks = 0;
  double residual = 0;
  double level = 0;
  double change = 0;
};

Claims claims_of(const Evidence& evidence, const MultiscaleConfig& config);

/// The channels' claims as one number, and which of them spoke loudest.
struct Combined {
  double total = 0;
  std::string_view reason;  ///< pattern | range | level
};

Combined combine(const Claims& claims);

}  // namespace cortado::detector
