// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "engine_board.h"
#include "engine_views.h"
#include "metric_families.h"

namespace cortado::dashboard {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

const std::vector<double> kSeconds = {.001, .0025, .005, .01, .025, .05, .1,
                                      .25,  .5,    1,    2.5, 5,    10};
const std::vector<double> kLongSeconds = {.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 3600};
const std::vector<double> kShares = {.1, .2, .3, .4, .5, .6, .7, .8, .9, 1};
constexpr std::array<std::string_view, 7> kReasons = {"pattern", "range", "level", "flat",
                                                      "gap",     "clock", "other"};

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

std::vector<std::string_view> device_states() {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kDeviceStates; ++i)
    names.push_back(to_text(static_cast<DeviceState>(i)));
  return names;
}

std::vector<std::string_view> lane_states() {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(LaneState::kStopped); ++i)
    names.push_back(to_text(static_cast<LaneState>(i)));
  return names;
}

void raise(Counter& counter, double to) {
  if (to > counter.Value()) counter.Increment(to - counter.Value());
}

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  std::mutex lanes_mutex;  ///< guards the gauges by partition

  // Records.
  std::vector<Counter*> records =
      counters(registry, "cortado_records_total",
               "Enriched records, by the state that they report of their device.", "status",
               {"warming", "ok", "alarm", "invalid"});
  Counter& alarms =
      counter(registry, "cortado_alarms_total", "Enriched records with status alarm.");
  std::vector<Counter*> reasons =
      counters(registry, "cortado_alarms_by_reason_total", "Alarms by what the detector saw.",
               "reason", {kReasons.begin(), kReasons.end()});
  Counter& input =
      counter(registry, "cortado_input_records_total", "Input records that were committed.");
  Counter& dead = counter(registry, "cortado_dead_letters_total",
                          "Input records that went to the dead-letter topic.");
  Counter& ignored = counter(registry, "cortado_ignored_records_total",
                             "Input records that a policy let pass without a score.");
  Histogram& delay =
      histogram(registry, "cortado_record_delay_seconds",
                "Time from a record's Kafka timestamp to the commit of its score.", kLongSeconds);
  Histogram& scores = histogram(registry, "cortado_score",
                                "Scores of the records, of which .5 and more are alarms.", kShares);

  // Batches.
  Counter& batches =
      counter(registry, "cortado_batches_total", "Batches that had at least one record.");
  Counter& overruns = counter(registry, "cortado_batch_overruns_total",
                              "Batches that took longer than the batch interval.");
  Histogram& processing = histogram(registry, "cortado_batch_processing_seconds",
                                    "Time from the start of a batch to its commit.", kSeconds);
  Histogram& scheduling =
      histogram(registry, "cortado_batch_scheduling_delay_seconds",
                "Time from the planned start of a batch to the real one.", kSeconds);
  std::vector<Counter*> stages =
      counters(registry, "cortado_batch_stage_seconds_total", "Time of the batches by stage.",
               "stage", {"poll", "score", "produce", "commit", "snapshot"});
  Gauge& interval =
      gauge(registry, "cortado_batch_interval_seconds", "The batch interval that is configured.");

  // Devices.
  Gauge& devices =
      gauge(registry, "cortado_devices", "Devices with at least one record on the page.");
  std::vector<Gauge*> states =
      gauges(registry, "cortado_devices_by_state", "Devices by what their chip on the page says.",
             "state", device_states());
  Gauge& resident = gauge(registry, "cortado_devices_resident",
                          "Devices whose model is in memory; the others are evicted.");
  Gauge& model_bytes =
      gauge(registry, "cortado_model_bytes", "Memory of the models in memory, by their own count.");
  Counter& evictions = counter(registry, "cortado_device_evictions_total",
                               "Models that left memory, idle or beyond the bound.");
  Counter& loads =
      counter(registry, "cortado_device_loads_total", "Evicted models that came back.");

  // Lanes.
  Gauge& partitions =
      gauge(registry, "cortado_partitions_owned", "Input partitions that this process works on.");
  Gauge& partitions_total = gauge(registry, "cortado_partitions", "Partitions of the input topic.");
  std::vector<Gauge*> lanes =
      gauges(registry, "cortado_lanes", "Lanes by where they stand in their life.", "state",
             lane_states());
  PartitionGauges lag{registry, "cortado_partition_lag_records",
                      "Input records that are not committed yet, by owned partition."};
  PartitionGauges lag_time{registry, "cortado_partition_lag_seconds",
                           "Age of the newest committed record while others wait, else 0."};
  PartitionGauges snapshot_age{registry, "cortado_snapshot_age_seconds",
                               "Time since the newest snapshot, by owned partition."};
  PartitionGauges snapshot_bytes{registry, "cortado_snapshot_bytes",
                                 "What the newest snapshot wrote, by owned partition."};
  Counter& snapshots =
      counter(registry, "cortado_snapshots_total", "Snapshots that became durable.");
  Histogram& snapshot_time = histogram(registry, "cortado_snapshot_duration_seconds",
                                       "Time that a snapshot took.", kSeconds);
  Counter& rebalances =
      counter(registry, "cortado_rebalances_total", "Times that partitions came or went.");
  Counter& errors =
      counter(registry, "cortado_errors_total", "Warnings and errors that were logged.");

  // The server and the process.
  Gauge& ready = gauge(registry, "cortado_ready", "1 while /readyz answers 200, else 0.");
  Gauge& streams = gauge(registry, "cortado_http_streams", "Live event streams open now.");
  Counter& refused = counter(registry, "cortado_http_streams_refused_total",
                             "Event streams refused because http.max_streams were open.");
  Counter& lost = counter(registry, "cortado_page_rows_lost_total",
                          "Records that the page never showed because its queue was full.");
  Gauge& memory = gauge(registry, "process_resident_memory_bytes", "Resident memory.");
  Counter& cpu = counter(registry, "process_cpu_seconds_total", "User and system CPU time.");
  Gauge& files = gauge(registry, "process_open_fds", "Open file descriptors.");
  Gauge& start =
      gauge(registry, "process_start_time_seconds", "Start of the process, seconds since 1970.");
};

Metrics::Metrics(const DashboardFacts& facts) : families_(std::make_unique<Families>()) {
  prometheus::BuildGauge()
      .Name("cortado_build_info")
      .Help("1, with the program's version and preset as labels.")
      .Register(families_->registry)
      .Add({{"version", facts.version}, {"preset", facts.preset}})
      .Set(1);
  families_->interval.Set(seconds(facts.batch_interval));
  set_partitions(facts);
}

Metrics::~Metrics() = default;

void Metrics::count(const DeviceRow& row) {
  Families& all = *families_;
  all.records[static_cast<std::size_t>(row.status)]->Increment();
  if (row.score) all.scores.Observe(*row.score);
  if (row.log_time_ms && row.committed_ms >= *row.log_time_ms)
    all.delay.Observe(static_cast<double>(row.committed_ms - *row.log_time_ms) / 1000);
  if (row.status != base::ScoreStatus::kAlarm) return;
  all.alarms.Increment();
  const auto* const known = std::find(kReasons.begin(), kReasons.end() - 1, row.reason);
  all.reasons[static_cast<std::size_t>(known - kReasons.begin())]->Increment();
}

void Metrics::count(const BatchRow& row) {
  Families& all = *families_;
  all.batches.Increment();
  all.input.Increment(static_cast<double>(row.input_rows));
  all.dead.Increment(static_cast<double>(row.dead_letters));
  all.ignored.Increment(static_cast<double>(row.ignored));
  if (row.overrun) all.overruns.Increment();
  all.processing.Observe(seconds(row.processing_time));
  all.scheduling.Observe(seconds(row.scheduling_delay));
  const std::array stages = {row.poll, row.score, row.produce, row.commit, row.snapshot};
  for (std::size_t i = 0; i < stages.size(); ++i) all.stages[i]->Increment(seconds(stages[i]));
}

void Metrics::count(const SnapshotRow& row) {
  families_->snapshots.Increment();
  families_->snapshot_time.Observe(seconds(row.duration));
}

void Metrics::count(const JournalRow& row) {
  const auto count = static_cast<double>(row.count);
  if (row.kind == JournalKind::kRebalance) families_->rebalances.Increment(count);
  if (row.kind == JournalKind::kError) families_->errors.Increment(count);
}

void Metrics::count_lost_rows(std::size_t rows) {
  families_->lost.Increment(static_cast<double>(rows));
}

void Metrics::count_refused_stream() { families_->refused.Increment(); }

void Metrics::set_devices(const StateCounts& states) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < states.size(); ++i) {
    families_->states[i]->Set(static_cast<double>(states[i]));
    sum += states[i];
  }
  families_->devices.Set(static_cast<double>(sum));
}

void Metrics::set_memory(const MemoryRow& row) {
  families_->resident.Set(static_cast<double>(row.resident_devices));
  raise(families_->evictions, static_cast<double>(row.evictions));
  raise(families_->loads, static_cast<double>(row.loads));
}

void Metrics::set_process(const ProcessRow& row) {
  families_->memory.Set(static_cast<double>(row.resident_bytes));
  raise(families_->cpu, row.cpu_seconds);
  families_->model_bytes.Set(static_cast<double>(row.model_bytes.value_or(0)));
  families_->files.Set(static_cast<double>(row.open_files));
  families_->start.Set(static_cast<double>(row.start_ms) / 1000);
}

void Metrics::set_lanes(std::span<const LaneRow> lanes, base::EpochMillis now_ms) {
  Families& all = *families_;
  std::array<int, static_cast<std::size_t>(LaneState::kStopped) + 1> states{};
  const std::lock_guard lock(all.lanes_mutex);
  for (const LaneRow& lane : lanes) {
    const int partition = lane.partition.get();
    ++states[static_cast<std::size_t>(lane.state)];
    if (const auto lag = lag_records(lane)) all.lag.set(partition, static_cast<double>(*lag));
    if (const auto lag = lag_seconds(lane, now_ms)) all.lag_time.set(partition, *lag);
    const auto since = lane.snapshot_time_ms ? lane.snapshot_time_ms : lane.devices_since_ms;
    if (since) all.snapshot_age.set(partition, static_cast<double>(now_ms - *since) / 1000);
    if (lane.snapshot_time_ms)
      all.snapshot_bytes.set(partition, static_cast<double>(lane.snapshot_bytes));
  }
  for (PartitionGauges* gauges : {&all.lag, &all.lag_time, &all.snapshot_age, &all.snapshot_bytes})
    gauges->drop_others();
  for (std::size_t i = 0; i < states.size(); ++i) all.lanes[i]->Set(states[i]);
}

void Metrics::set_streams(std::size_t streams) {
  families_->streams.Set(static_cast<double>(streams));
}

void Metrics::set_partitions(const DashboardFacts& facts) {
  families_->partitions.Set(static_cast<double>(facts.partitions_owned));
  families_->partitions_total.Set(static_cast<double>(facts.partitions_total));
}

void Metrics::set_ready(bool ready) { families_->ready.Set(ready ? 1 : 0); }

std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace cortado::dashboard
