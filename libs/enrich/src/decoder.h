// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/outcome.h"
#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"
#include "cortado/detector/score.h"
#include "cortado/enrich/enrich_config.h"
#include "cortado/record/generic_record.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::enrich {

/// What all devices of one configuration share.
struct Settings {
  record::Mapping mapping;
  record::RecordFormat input_format = record::RecordFormat::kJson;
  record::RecordFormat output_format = record::RecordFormat::kJson;
  TombstonePolicy tombstone = TombstonePolicy::kIgnore;
  Policy late = Policy::kProcess;
  Policy duplicate = Policy::kProcess;
  Policy future = Policy::kProcess;
  std::string model_hash;
  bool needs_time = false;
  bool explains = false;  ///< outcomes tell what the memories did
};

/// Reads one raw record after another by a mapping, and writes it again with its score. Reused:
/// grown once, it allocates no more.
class Decoder {
 public:
  /// Read the bytes. **Errors:** kCorrupt, kUnsupported.
  base::Status decode(const Settings& settings, const base::RawRecord& raw);
  /// Tell the device of the record just read; false with one sentence in `reason`.
  bool device(const Settings& settings, std::string& device, std::string& reason);
  /// Find time and value in the record just read.
  void observe(const Settings& settings, const base::RawRecord& raw);
  /// The reading's time, or the log's where none is mapped.
  std::optional<base::EpochMillis> event_time() const { return event_time_; }
  std::optional<double> value() const { return value_; }
  /// False if the record just read has no such field as the measurement's.
  bool measured() const { return measured_; }
  /// What whoever reads the enriched record will read there: `score`, and of the time only one that
  /// the record itself has.
  void tell(const Settings& settings, const detector::Score& score,
            base::ScoredReading& reading) const;
  /// Append the enriched record.
  void encode(const Settings& settings, std::string_view device, const detector::Score& score,
              std::string& out);

 private:
  record::MonitoringRecord aqs_;
  record::GenericRecord generic_;
  record::Enrichment enrichment_;
  std::optional<base::EpochMillis> event_time_;
  std::optional<double> value_;
  bool measured_ = false;
};

}  // namespace cortado::enrich
