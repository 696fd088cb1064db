// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "wiring.h"

#include <memory>
#include <random>
#include <stop_token>
#include <vector>

#include "broker_side.h"
#include "cortado/base/log.h"
#include "cortado/kafka/group_admin.h"
#include "crash_points.h"
#include "environment.h"
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

std::vector<base::TopicPartition> all_lanes(const AppConfig& config, const BrokerSide& broker) {
  std::vector<base::TopicPartition> lanes;
  for (int i = 0; i < broker.layout.input_partitions; ++i)
    lanes.push_back({config.kafka.input_topic, base::Partition(i)});
  return lanes;
}

/// Remembers deaths in the state folder, whatever the store; without one nothing is remembered.
std::unique_ptr<stream::CrashJournal> crash_journal(const AppConfig& config, std::uint64_t run_id,
                                                    const BrokerSide& broker) {
  if (config.state.dir.empty() || config.stream.max_crashes == 0) return nullptr;
  // No topic has such a name.
  auto journal =
      stream::make_crash_journal(config.state.dir + "/@crash", run_id, broker.stores.get());
  if (!journal.ok()) {
    base::log_warning(
        "cortado", "records that end the process will not be found: " + journal.error().message());
    return nullptr;
  }
  // Before any lane opens, here or elsewhere: whoever gets a partition is to know.
  const base::Status told = (*journal)->publish(all_lanes(config, broker));
  if (!told.ok())
    base::log_warning("cortado",
                      "other workers do not hear of records that ended processes here: " +
                          told.error().message());
  return std::move(journal).value();
}

/// The operation with the faults that a recovery test asks for; null: with none.
std::unique_ptr<stream::Operator> with_faults(const stream::Operator& operation) {
  const char* const poison = variable(kPoisonVariable);
  return poison == nullptr ? nullptr : poisoned(operation, poison);
}

/// Make the engine between the broker and the page, and run it to its end.
base::Status run_engine(const DetectionRun& run, const Scoring& scoring, CrashPoints& crash,
                        BrokerSide& broker, PageSide& page, base::Patience& patience,
                        std::stop_token stop, Summary& summary) {
  const AppConfig& config = run.config;
  UntilEndSource until_end(*broker.source);
  WatchedSource watched(
      run.until_end ? static_cast<stream::PartitionedSource&>(until_end) : *broker.source,
      page.book(), [&page](const std::string& message) { page.rebalanced(message); },
      [&page](std::span<const base::TopicPartition> partitions) { page.arrived(partitions); });
  const std::uint64_t run_id = draw_run_id();
  const auto journal = crash_journal(config, run_id, broker);
  const auto faulty = with_faults(*scoring.operation);
  const auto stepped = crash.wrap(base::posix_file_system());
  const auto stepped_source = crash.wrap(watched);
  const auto stepped_observer = crash.wrap(page.observer());
  CORTADO_ASSIGN(auto engine, stream::Engine::create(
                                  config.stream, config.state,
                                  {.source = crash.armed() ? *stepped_source : watched,
                                   .logs = *broker.logs,
                                   .operation = faulty ? *faulty : *scoring.operation,
                                   .observer = crash.armed() ? *stepped_observer : page.observer(),
                                   .clock = base::system_clock(),
                                   .files = crash.armed() ? *stepped : base::posix_file_system(),
                                   .cluster_id = broker.layout.cluster_id,
                                   .group_id = config.kafka.group_id,
                                   .stores = broker.stores.get(),
                                   .crashes = journal.get(),
                                   .run_id = run_id,
                                   .control = &page.control(),
                                   .patience = &patience}));
  base::Status status = page.run(*engine, std::move(stop));
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
  CrashPoints crash(variable(CrashPoints::kVariable));
  base::Patience patience;
  // From now on, not only once the engine runs.
  const std::stop_callback hurry(stop, [&] { patience.end_in(run.config.stream.drain_timeout); });
  CORTADO_ASSIGN(BrokerSide broker, make_broker_side(run, transactional, crash, patience));
  CORTADO_ASSIGN(const auto page, PageSide::open(run, scoring, broker.layout));
  return run_engine(run, scoring, crash, broker, *page, patience, std::move(stop), summary);
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
