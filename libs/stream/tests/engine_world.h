// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cortado/stream/engine.h"
#include "faulty_file_system.h"
#include "hash_operator.h"
#include "manual_clock.h"
#include "memory_file_system.h"
#include "memory_log.h"
#include "memory_source.h"
#include "memory_topic.h"
#include "poison_operator.h"
#include "recording_observer.h"

namespace cortado::stream::testing {

/// What outlives an engine - topic, disk, output log - and a way to run one engine after another.
struct World {
  explicit World(int partitions) : topic("in", static_cast<std::size_t>(partitions)) {
    config.threads = 1;
    state.dir = "state";
  }

  base::Result<std::unique_ptr<Engine>> make_engine(MemorySource& source) {
    return Engine::create(config, state,
                          {.source = source,
                           .logs = logs,
                           .operation = *operation_in_use,
                           .observer = observer,
                           .clock = clock,
                           .files = *files,
                           .cluster_id = cluster_id,
                           .background = background,
                           .crashes = crashes,
                           .control = control});
  }

  /// Run one engine until all lanes run, then let its process die.
  base::Status run_and_die() {
    MemorySource source(topic, clock, source_options);
    CORTADO_ASSIGN(const auto engine, make_engine(source));
    CORTADO_TRY(engine->start());
    const auto runs = [](const LaneReport& lane) { return lane.state == LaneState::kRunning; };
    const auto& lanes = observer.lanes;
    while (lanes.empty() || !std::all_of(lanes.begin(), lanes.end(), runs)) {
      CORTADO_TRY(engine->turn(stop.get_token()));
    }
    return {};
  }

  /// Run one engine from start to end.
  base::Status run() {
    MemorySource source(topic, clock, source_options);
    auto engine = make_engine(source);
    if (!engine.ok()) return engine.error();
    const base::Status status = (*engine)->run(stop.get_token());
    totals = (*engine)->totals();
    closed = source.closed();
    seeks = source.seeks();
    pauses += source.pauses();
    return status;
  }

  /// The process died, a new one finds what it left on disk and in the logs.
  void reboot(base::Random& random) {
    logs.crash(random);
    files = std::make_unique<base::testing::FaultyFileSystem>(disk);
  }

  /// Every outcome that each offset ever had, by partition.
  std::map<std::int64_t, std::vector<LoggedOutcome>> outcomes(int partition) {
    std::map<std::int64_t, std::vector<LoggedOutcome>> result;
    for (const auto& outcome : logs.lanes()[topic.at(partition)].outcomes) {
      result[outcome.offset].push_back(outcome);
    }
    return result;
  }

  MemoryTopic topic;
  base::testing::ManualClock clock;
  base::testing::MemoryFileSystem disk;
  std::unique_ptr<base::testing::FaultyFileSystem> files =
      std::make_unique<base::testing::FaultyFileSystem>(disk);
  MemoryLogs logs;
  HashOperator operation;
  const Operator* operation_in_use = &operation;
  CrashJournal* crashes = nullptr;
  RecordingObserver observer;
  StreamConfig config;
  StateConfig state;
  MemorySource::Options source_options;
  EngineControl* control = nullptr;
  Background* background = nullptr;
  std::string cluster_id = "cluster";
  std::stop_source stop;
  EngineTotals totals;
  bool closed = false;
  std::int64_t pauses = 0;
  std::vector<std::pair<int, std::int64_t>> seeks;
};

/// Add records of devices d0, d1, ...; a device stays on its partition.
inline void fill(World& world, int records, int devices) {
  for (int i = 0; i < records; ++i) {
    const int device = i % devices;
    const int partition = device % static_cast<int>(world.topic.partitions.size());
    world.topic.add(partition, {.key = "d" + std::to_string(device),
                                .value = "v" + std::to_string(i),
                                .header = i % 3 == 0 ? "header" + std::to_string(i) : ""});
  }
}

/// The outcomes that a partition must have: one pass over its records, in order, by one thread;
/// without those that were `refused` since another partition had their device.
inline std::vector<LoggedOutcome> expected_outcomes(
    const World& world, int partition, const std::map<std::int64_t, LoggedOutcome>& refused = {}) {
  std::vector<LoggedOutcome> result;
  std::map<std::string, std::unique_ptr<DeviceProcessor>> processors;
  std::int64_t offset = 0;
  for (const auto& input : world.topic.partitions[static_cast<std::size_t>(partition)]) {
    if (const auto found = refused.find(offset); found != refused.end()) {
      result.push_back(found->second);
      ++offset;
      continue;
    }
    base::RawRecord record;
    record.key = input.key;
    record.value = input.value;
    const base::RawHeader header{"h", input.header};
    if (!input.header.empty()) record.headers = std::span(&header, 1);
    std::string device;
    base::Outcome outcome;
    bool ran = false;
    if (is_poison(input.value) || is_toxic(input.value)) {
      outcome.kind = base::OutcomeKind::kDeadLetter;
      outcome.reason = "every process that scored this record died at it";
    } else if (world.operation.route(record, device, outcome)) {
      auto& processor = processors[device];
      if (!processor) processor = world.operation.create(device).value();
      const base::RawRecord* const records[] = {&record};
      base::Outcome* const outcomes[] = {&outcome};
      processor->run(records, outcomes, 0);
      ran = true;
    }
    result.push_back({.offset = offset++,
                      .kind = outcome.kind,
                      .device = outcome.device,
                      .value = outcome.value,
                      .reason = outcome.reason});
    if (ran) result.back().device = device;
  }
  return result;
}

}  // namespace cortado::stream::testing
