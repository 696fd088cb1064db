// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "wiring.h"

#include <cstdlib>
#include <memory>
#include <random>

#include "broker_side.h"
#include "cortado/base/log.h"
#include "cortado/kafka/group_admin.h"
#include "crash_points.h"
#include "page_side.h"
#include "run_settings.h"
#include "scoring.h"
#include "state_folder.h"
#include "until_end_source.h"
#include "watched_source.h"

namespace cortado::app {
namespace {

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

/// The operation with the faults that a recovery test asks for; null: with none.
std::unique_ptr<stream::Operator> with_faults(const stream::Operator& operation) {
  const char* const poison = std::getenv(kPoisonVariable);
  return poison == nullptr ? nullptr : poisoned(operation, poison);
}

/// Make the engine between the broker and the page, and run it to its end.
base::Status run_engine(const DetectionRun& run, const Scoring& scoring, CrashPoints& crash,
                        BrokerSide& broker, PageSide& page, std::stop_token stop,
                        Summary& summary) {
  const AppConfig& config = run.config;
  UntilEndSource until_end(*broker.source);
  WatchedSource watched(
      run.until_end ? static_cast<stream::PartitionedSource&>(until_end) : *broker.source,
      page.book(), [&page](const std::string& message) { page.rebalanced(message); });
  const std::uint64_t run_id = draw_run_id();
  const auto journal = crash_journal(config, run_id);
  const auto faulty = with_faults(*scoring.operation);
  const auto stepped = crash.wrap(base::posix_file_system());
  CORTADO_ASSIGN(auto engine, stream::Engine::create(
                                  config.stream, config.state,
                                  {.source = watched,
                                   .logs = *broker.logs,
                                   .operation = faulty ? *faulty : *scoring.operation,
                                   .observer = page.observer(),
                                   .clock = base::system_clock(),
                                   .files = crash.armed() ? *stepped : base::posix_file_system(),
                                   .cluster_id = broker.layout.cluster_id,
                                   .group_id = config.kafka.group_id,
                                   .stores = broker.stores.get(),
                                   .crashes = journal.get(),
                                   .run_id = run_id,
                                   .control = &page.control()}));
  const base::Status status = page.run(*engine, std::move(stop));
  fill(engine->totals(), summary);
  page.fill(summary);
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
  CORTADO_ASSIGN(const bool transactional, check_settings(run, true));
  CORTADO_ASSIGN(const Scoring scoring, make_scoring(run.config.enrich, run.config.detector, true));
  CrashPoints crash(std::getenv(CrashPoints::kVariable));
  CORTADO_ASSIGN(BrokerSide broker, make_broker_side(run, transactional, crash));
  CORTADO_ASSIGN(const auto page, PageSide::open(run, scoring, broker.layout.input_partitions));
  return run_engine(run, scoring, crash, broker, *page, std::move(stop), summary);
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
