// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "cortado/base/outcome.h"
#include "cortado/base/raw_record.h"
#include "cortado/dashboard/rows.h"
#include "cortado/record/enriched_view.h"

namespace cortado::app {

/// Fill `row` with what an enriched outcome says: what read() gets from its bytes, and what these
/// do not tell. The clipping and the time of the commit are the caller's.
void fill_row(const base::RawRecord& place, const base::Outcome& outcome,
              dashboard::DeviceRow& row);

/// Turns enriched records into what the page shows; its memory is reused from record to record.
class DeviceRows {
 public:
  explicit DeviceRows(record::Mapping mapping) : mapping_(std::move(mapping)) {}

  /// Fill `row` from an enriched record and the place of the record that it belongs to; its
  /// `committed_ms` and clipping are the caller's. False if it cannot be read.
  bool read(const base::RawRecord& place, std::string_view enriched, dashboard::DeviceRow& row);

 private:
  record::Mapping mapping_;
  record::EnrichedView view_;
};

}  // namespace cortado::app
