// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluation/report_observer.h"

#include <filesystem>
#include <utility>

#include "cortado/base/file_system.h"
#include "cortado/evaluate/contender.h"
#include "evaluation/contenders.h"

namespace cortado::app {
namespace {

/// The step back at a fault's end is felt for a while, and its label ends there.
constexpr std::size_t kGrace = 6;

/// Give labels to the devices and take them as windows.
void add_labels(const std::vector<evaluate::FaultLabel>& labels, evaluate::ReplayReport& report) {
  std::vector<evaluate::Series> series;
  for (auto& device : report.devices) series.push_back(std::move(device.series));
  evaluate::add_fault_labels(labels, series);
  for (std::size_t i = 0; i < series.size(); ++i) report.devices[i].series = std::move(series[i]);
}

}  // namespace

ReportObserver::ReportObserver(record::Mapping mapping, const detector::DetectorConfig& detector,
                               stream::EngineObserver& next)
    : mapping_(std::move(mapping)), next_(next), has_score_(evaluate::has_score(detector.preset)) {
  report_.preset = preset_name(detector);
  report_.threshold = evaluate::alarm_threshold(detector.preset);
  report_.rules = {.probation = 0, .grace = kGrace};
}

void ReportObserver::committed(const base::TopicPartition& lane,
                               std::span<const base::RawRecord> inputs,
                               std::span<const base::Outcome> outcomes) {
  for (const base::Outcome& outcome : outcomes) {
    if (outcome.kind == base::OutcomeKind::kEnriched &&
        record::decode_view(outcome.value, mapping_, view_).ok())
      add(view_);
  }
  next_.committed(lane, inputs, outcomes);
}

void ReportObserver::add(const record::EnrichedView& view) {
  const record::Enrichment& enrichment = view.enrichment;
  const auto [at, added] =
      devices_.try_emplace(std::string(enrichment.device), report_.devices.size());
  if (added) report_.devices.emplace_back().series.name = enrichment.device;
  if (report_.model_hash.empty()) report_.model_hash = enrichment.model_hash;
  evaluate::ReportDevice& device = report_.devices[at->second];
  const std::size_t row = device.scores.size();
  device.series.readings.push_back({view.event_time, view.value});
  const bool warming = enrichment.status == base::ScoreStatus::kWarming;
  const auto& score = has_score_ ? enrichment.score : view.scores.anomaly;
  device.scores.push_back(warming ? 0 : score.value_or(0));
  if (enrichment.status == base::ScoreStatus::kAlarm)
    device.alarms.push_back({row, std::string(enrichment.reason), view.scores.prediction});
}

base::Status ReportObserver::read_labels(const std::string& path) {
  CORTADO_ASSIGN(const auto text, base::posix_file_system().read_file(path));
  auto labels = evaluate::read_fault_labels(text);
  if (!labels.ok()) return labels.error().with_context(path);
  labels_ = std::move(*labels);
  report_.labelled = true;
  return {};
}

base::Status ReportObserver::write(const std::string& path, const std::string& input,
                                   const Summary& summary) {
  add_labels(labels_, report_);
  report_.input = std::filesystem::path(input).filename().string();
  report_.records = summary.records_in;
  report_.rejected = summary.records_rejected;
  report_.invalid = summary.records_invalid;
  report_.batches = summary.batches;
  report_.elapsed = summary.elapsed;
  report_.batch_ms_p50 = summary.latency.quantile_ms(0.50);
  report_.batch_ms_p99 = summary.latency.quantile_ms(0.99);
  return base::posix_file_system().write_file_atomically(path, evaluate::to_html(report_));
}

}  // namespace cortado::app
