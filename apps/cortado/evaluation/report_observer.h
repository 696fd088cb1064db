// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cortado/detector/detector_config.h"
#include "cortado/evaluate/fault_labels.h"
#include "cortado/evaluate/replay_report.h"
#include "cortado/record/enriched_view.h"
#include "cortado/record/mapping.h"
#include "cortado/stream/engine.h"
#include "summary.h"

namespace cortado::app {

/// Keeps what a report of the run needs (about 50 bytes a record) and hands everything on.
class ReportObserver final : public stream::EngineObserver {
 public:
  /// `next` must outlive it.
  ReportObserver(record::Mapping mapping, const detector::DetectorConfig& detector,
                 stream::EngineObserver& next);

  void committed(const base::TopicPartition& lane, std::span<const base::RawRecord> inputs,
                 std::span<const base::Outcome> outcomes) override;
  void batch_ended(const stream::BatchReport& report) override { next_.batch_ended(report); }
  void devices_changed(const stream::DeviceCounts& counts) override {
    next_.devices_changed(counts);
  }

  /// Take a file of fault labels to judge the run by. **Errors:** kCorrupt, kNotFound, kIo.
  base::Status read_labels(const std::string& path);
  /// Write the page. **Errors:** kIo.
  base::Status write(const std::string& path, const std::string& input, const Summary& summary);

 private:
  void add(const record::EnrichedView& view);

  record::Mapping mapping_;
  stream::EngineObserver& next_;
  bool has_score_;
  evaluate::ReplayReport report_;
  std::vector<evaluate::FaultLabel> labels_;
  std::map<std::string, std::size_t, std::less<>> devices_;
  record::EnrichedView view_;
};

}  // namespace cortado::app
