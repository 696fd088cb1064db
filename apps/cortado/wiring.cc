// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "wiring.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>

#include "cortado/base/log.h"
#include "cortado/dashboard/dashboard.h"
#include "cortado/kafka/client_check.h"
#include "cortado/kafka/group_admin.h"
#include "cortado/kafka/kafka_lane_log.h"
#include "cortado/kafka/kafka_source.h"
#include "cortado/kafka/topic_store.h"
#include "cortado/kafka/topics.h"
#include "cortado/stream/validate.h"
#include "crash_points.h"
#include "engine_admin.h"
#include "lane_book.h"
#include "page_support.h"
#include "run_observer.h"
#include "scoring.h"
#include "state_folder.h"
#include "until_end_source.h"
#include "watched_source.h"

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
                                   const kafka::TopicLayout& layout) {
  return {.version = CORTADO_VERSION,
          .preset = preset_name(config.detector),
          .input_topic = config.kafka.input_topic,
          .output_topic = config.kafka.output_topic,
          .warm_up = scoring.detector->warm_up(),
          .batch_interval = config.stream.batch_interval,
          .partitions_owned = 0,
          .partitions_total = layout.input_partitions,
          .threshold = kAlarmScore};
}

/// Let the broker gather records for a tenth of a batch interval (or 64 KiB): batches need no more
/// than a few fetches each, and a busy broker spends its time on records. What the user set stays.
kafka::KafkaConfig fetch_by_batch(const AppConfig& app, bool until_end) {
  kafka::KafkaConfig config = app.kafka;
  const std::chrono::milliseconds interval = app.stream.batch_interval;
  const auto wait =
      std::clamp(interval / 10, std::chrono::milliseconds(2), std::chrono::milliseconds(100));
  config.properties.emplace("fetch.wait.max.ms", std::to_string(wait.count()));
  config.properties.emplace("fetch.min.bytes", "65536");
  // The end of a log may be a transaction's end, which no record tells.
  if (until_end) config.properties["enable.partition.eof"] = "true";
  return config;
}

base::Result<bool> exactly_once(const DetectionRun& run) {
  const stream::Guarantee wanted = run.config.stream.guarantee;
  if (!run.embedded_broker) return wanted != stream::Guarantee::kAtLeastOnce;
  if (wanted != stream::Guarantee::kExactlyOnce) return false;
  return base::Error(
      base::ErrorCode::kInvalidConfig,
      "stream.guarantee: exactly_once needs a real Kafka: the embedded broker only "
      "pretends to have transactions (aborted records stay visible); name a broker in "
      "kafka.bootstrap_servers or use at_least_once");
}

kafka::LogOptions log_options(const AppConfig& config, bool transactional, CrashPoints& crash) {
  kafka::LogOptions options{.exactly_once = transactional,
                            .batch_interval = config.stream.batch_interval};
  if (config.state.store == stream::StateStore::kKafka) {
    options.state_topic = kafka::state_topic(config.kafka);
  }
  if (crash.armed()) {
    options.at_step = [&crash](std::string_view step) { crash.reached(step); };
  }
  return options;
}

base::Status embedded_broker_can(const DetectionRun& run) {
  if (!run.embedded_broker || run.config.state.store != stream::StateStore::kKafka) return {};
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "state.store: kafka needs a real Kafka: the embedded broker forgets all at "
                     "exit and compacts no topic; name a broker in kafka.bootstrap_servers or use "
                     "directory");
}

/// Check how the settings go together before anything is made; returns whether there are
/// transactions.
base::Result<bool> check_settings(const DetectionRun& run, bool local_files) {
  const AppConfig& config = run.config;
  CORTADO_TRY(check_kafka_command(config));
  CORTADO_TRY(stream::validate(config.stream, config.state));
  CORTADO_TRY(embedded_broker_can(run));
  CORTADO_ASSIGN(const bool transactional, exactly_once(run));
  CrashPoints none(nullptr);
  CORTADO_TRY(kafka::check_clients(fetch_by_batch(config, run.until_end), config.kafka,
                                   log_options(config, transactional, none), local_files));
  return transactional;
}

/// Different each time and on each machine: names of snapshots are made from it.
std::uint64_t draw_run_id() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

/// Remembers deaths in the state folder, whatever the store; without one nothing is remembered.
std::unique_ptr<stream::CrashJournal> crash_journal(const AppConfig& config, std::uint64_t run_id) {
  if (config.state.dir.empty() || config.stream.max_crashes == 0) return nullptr;
  // No topic has such a name.
  auto journal = stream::make_crash_journal(config.state.dir + "/@crash", run_id);
  if (journal.ok()) return std::move(journal).value();
  base::log_warning("cortado",
                    "records that end the process will not be found: " + journal.error().message());
  return nullptr;
}

/// The engine runs while /readyz is kept true.
base::Status run_engine(stream::Engine& engine, HealthWatch& health, dashboard::Dashboard& page,
                        std::stop_token stop) {
  health.start();
  const base::Status status = engine.run(std::move(stop));
  health.stop();
  page.set_ready(false, status.ok() ? "stopped" : status.error().message());
  return status;
}

/// Ask for a committed offset, for which a right to the group is needed.
base::Status check_group(const kafka::KafkaConfig& config) {
  CORTADO_ASSIGN(const auto admin, kafka::KafkaAdmin::create(config));
  CORTADO_ASSIGN(const auto found, admin->partition_count(config.input_topic));
  if (!found) return {};
  CORTADO_ASSIGN(const auto group, kafka::GroupAdmin::create(config));
  const base::TopicPartition first{config.input_topic, base::Partition(0)};
  CORTADO_TRY(group->committed({&first, 1}));
  return {};
}

}  // namespace

base::Status run_detection(const DetectionRun& run, std::stop_token stop, Summary& summary) {
  const AppConfig& config = run.config;
  base::Clock& clock = base::system_clock();
  CORTADO_ASSIGN(const bool transactional, check_settings(run, true));
  CORTADO_ASSIGN(const Scoring scoring, make_scoring(config.enrich, config.detector, true));
  CORTADO_ASSIGN(const kafka::TopicLayout layout, kafka::ensure_topics(config.kafka));
  if (!run.embedded_broker) kafka::warn_of_compaction(config.kafka);
  CORTADO_ASSIGN(auto source, kafka::KafkaSource::create(fetch_by_batch(config, run.until_end)));
  std::unique_ptr<kafka::TopicStores> topic_stores;
  if (config.state.store == stream::StateStore::kKafka) {
    CORTADO_ASSIGN(topic_stores, kafka::TopicStores::create(config.kafka, layout.input_partitions));
  }
  CrashPoints crash(std::getenv(CrashPoints::kVariable));
  CORTADO_ASSIGN(auto logs,
                 kafka::KafkaLaneLogFactory::create(
                     config.kafka, layout, log_options(config, transactional, crash), *source));
  const dashboard::DashboardFacts facts = facts_of(config, scoring, layout);
  stream::EngineControl control;
  EngineAdmin admin(control);
  CORTADO_ASSIGN(auto access, admin_access(config.http, base::posix_file_system(), admin));
  CORTADO_ASSIGN(auto page, dashboard::Dashboard::create(config.http, facts, clock,
                                                         history_store(config), std::move(access)));
  if (run.page_served) run.page_served(page->url());
  const ErrorsOnPage errors(*page, clock);

  LaneBook book;
  RunObserver observer(clock, page.get(), &book);
  CORTADO_ASSIGN(auto ask, ask_broker(config.kafka));
  HealthWatch health(*page, book, clock, facts, std::move(ask),
                     [&scoring] { return scoring.operation->model_bytes(); });
  UntilEndSource until_end(*source);
  WatchedSource watched(
      run.until_end ? static_cast<stream::PartitionedSource&>(until_end) : *source, book,
      [&](const std::string& message) {
        page->publish(dashboard::JournalRow{.time_ms = clock.now_ms(),
                                            .kind = dashboard::JournalKind::kRebalance,
                                            .partition = {},
                                            .message = message});
      });
  const std::uint64_t run_id = draw_run_id();
  const auto journal = crash_journal(config, run_id);
  const char* const poison = std::getenv(kPoisonVariable);
  const auto operation =
      poison == nullptr ? nullptr : poisoned(*scoring.operation, std::string(poison));
  const auto stepped = crash.wrap(base::posix_file_system());
  CORTADO_ASSIGN(auto engine, stream::Engine::create(
                                  config.stream, config.state,
                                  {.source = watched,
                                   .logs = *logs,
                                   .operation = operation ? *operation : *scoring.operation,
                                   .observer = observer,
                                   .clock = clock,
                                   .files = crash.armed() ? *stepped : base::posix_file_system(),
                                   .cluster_id = layout.cluster_id,
                                   .group_id = config.kafka.group_id,
                                   .stores = topic_stores.get(),
                                   .crashes = journal.get(),
                                   .run_id = run_id,
                                   .control = &control}));
  const base::Status status = run_engine(*engine, health, *page, std::move(stop));
  control.close();
  page->stop();
  fill(engine->totals(), summary);
  observer.fill(summary);
  return status;
}

base::Status check_detection(const AppConfig& config, bool environment) {
  CORTADO_TRY(check_settings({.config = config, .page_served = {}}, environment));
  CORTADO_TRY(enrich::make_mapping(config.enrich));
  CORTADO_TRY(make_scoring(config.enrich, config.detector));
  if (!environment) return {};
  CORTADO_TRY(check_state_folder(config.state));
  CORTADO_ASSIGN(const kafka::TopicLayout layout, kafka::check_topics(config.kafka));
  if (config.state.store == stream::StateStore::kKafka) {
    CORTADO_TRY(kafka::TopicStores::check(config.kafka, layout.input_partitions));
  }
  return check_group(config.kafka);
}

}  // namespace cortado::app
