// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cortado/base/random.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::record::testing {

/// An hourly ozone record of one device, all fields as EPA writes them.
MonitoringRecord ozone_record(std::string_view value = "0.033");

/// The same with scores and every field of the enrichment.
MonitoringRecord enriched_ozone_record();

/// A record of random texts (quotes, line breaks, control characters, many scripts), scores,
/// members and enrichment.
MonitoringRecord random_record(base::Random& random);

/// A random UTF-8 text of up to `most` characters.
std::string random_text(base::Random& random, std::size_t most);

}  // namespace cortado::record::testing
