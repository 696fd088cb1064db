// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/base/result.h"
#include "cortado/record/mapping.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::record {

/// The numbers of an enriched record that pages and tools show.
struct EnrichedView {
  std::optional<base::EpochMillis> event_time;
  std::optional<double> value;
  Scores scores;
  Enrichment enrichment;
};

/// Read an enriched record, JSON or binary. `mapping` says where time and value stand; it is the
/// one that the enriching program was given. **Errors:** kCorrupt, kUnsupported.
base::Status decode_view(std::string_view enriched, const Mapping& mapping, EnrichedView& view);

}  // namespace cortado::record
