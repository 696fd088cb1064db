// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "page_side.h"

namespace cortado::app {
namespace {

/// Where a score begins to be an alarm, as docs/formats/enriched-record.md promises.
constexpr double kAlarmScore = 0.5;

/// The preset's name as the configuration spells it.
std::string preset_name(detector::DetectorConfig config) {
  for (const auto& option : detector::describe(config)) {
    if (option.path == "detector.preset") return option.get().scalar;
  }
  return {};
}

dashboard::DashboardFacts facts_of(const AppConfig& config, const Scoring& scoring,
                                   std::int64_t input_partitions) {
  return {.version = CORTADO_VERSION,
          .preset = preset_name(config.detector),
          .input_topic = config.kafka.input_topic,
          .output_topic = config.kafka.output_topic,
          .warm_up = scoring.detector->warm_up(),
          .batch_interval = config.stream.batch_interval,
          .partitions_owned = 0,
          .partitions_total = input_partitions,
          .threshold = kAlarmScore};
}

}  // namespace

base::Result<std::unique_ptr<PageSide>> PageSide::open(const DetectionRun& run,
                                                       const Scoring& scoring,
                                                       const kafka::TopicLayout& layout) {
  std::unique_ptr<PageSide> side(new PageSide());
  CORTADO_TRY(side->serve(run, scoring, layout));
  return side;
}

base::Status PageSide::serve(const DetectionRun& run, const Scoring& scoring,
                             const kafka::TopicLayout& layout) {
  const AppConfig& config = run.config;
  const dashboard::DashboardFacts facts = facts_of(config, scoring, layout.input_partitions);
  CORTADO_ASSIGN(auto access, admin_access(config.http, base::posix_file_system(), admin_));
  CORTADO_ASSIGN(page_, dashboard::Dashboard::create(config.http, facts, clock_,
                                                     history_store(config), std::move(access)));
  if (run.page_served) run.page_served(page_->url());
  tell(dashboard::JournalKind::kStart, "Cortado " CORTADO_VERSION " started");
  errors_.emplace(*page_, clock_);
  observer_.emplace(clock_, page_.get(), &book_, run.committed);
  CORTADO_ASSIGN(auto ask, ask_broker(config.kafka));
  health_.emplace(*page_, book_, clock_, facts, std::move(ask),
                  [&scoring] { return scoring.operation->model_bytes(); });
  // With other numbers of partitions an output partition holds others' devices too.
  if (config.http.former_records > 0 && layout.output_partitions == layout.input_partitions) {
    CORTADO_ASSIGN(former_, FormerRecords::create(*page_, config));
  }
  return {};
}

void PageSide::tell(dashboard::JournalKind kind, const std::string& message) {
  page_->publish(dashboard::JournalRow{
      .time_ms = clock_.now_ms(), .kind = kind, .partition = {}, .message = message});
}

base::Status PageSide::run(stream::Engine& engine, std::stop_token stop) {
  health_->start();
  base::Status status = engine.run(std::move(stop));
  health_->stop();
  page_->set_ready(false, status.ok() ? "stopped" : status.error().message());
  control_.close();
  page_->stop();
  return status;
}

}  // namespace cortado::app
