// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics.h"

#include <array>
#include <chrono>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace cortado::dashboard {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {.001, .0025, .005, .01, .025, .05, .1,
                                                          .25,  .5,    1,    2.5, 5,    10};

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Histogram& histogram(prometheus::Registry& registry, const char* name,
                                 const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, kSeconds);
}

/// One counter for each ScoreStatus, in its order.
std::array<prometheus::Counter*, 4> by_status(prometheus::Registry& registry) {
  auto& family = prometheus::BuildCounter()
                     .Name("cortado_records_total")
                     .Help("Enriched records, by the state that they report of their device.")
                     .Register(registry);
  return {&family.Add({{"status", "warming"}}), &family.Add({{"status", "ok"}}),
          &family.Add({{"status", "alarm"}}), &family.Add({{"status", "invalid"}})};
}

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  std::array<prometheus::Counter*, 4> records = by_status(registry);
  prometheus::Counter& alarms =
      counter(registry, "cortado_alarms_total", "Enriched records with status alarm.");
  prometheus::Counter& batches =
      counter(registry, "cortado_batches_total", "Batches that had at least one record.");
  prometheus::Counter& overruns = counter(registry, "cortado_batch_overruns_total",
                                          "Batches that took longer than the batch interval.");
  prometheus::Histogram& processing = histogram(registry, "cortado_batch_processing_seconds",
                                                "Time from the start of a batch to its commit.");
  prometheus::Histogram& scheduling =
      histogram(registry, "cortado_batch_scheduling_delay_seconds",
                "Time from the planned start of a batch to the real one.");
  prometheus::Gauge& devices =
      gauge(registry, "cortado_devices", "Devices with at least one record on the page.");
  prometheus::Gauge& resident = gauge(registry, "cortado_devices_resident",
                                      "Devices whose model is in memory; the others are evicted.");
  prometheus::Counter& evictions = counter(registry, "cortado_device_evictions_total",
                                           "Models that left memory, idle or beyond the bound.");
  prometheus::Counter& loads =
      counter(registry, "cortado_device_loads_total", "Evicted models that came back.");
  prometheus::Gauge& partitions =
      gauge(registry, "cortado_partitions_owned", "Input partitions that this process works on.");
  prometheus::Gauge& ready =
      gauge(registry, "cortado_ready", "1 while /readyz answers 200, else 0.");
  prometheus::Gauge& streams =
      gauge(registry, "cortado_http_streams", "Live event streams open now.");
  prometheus::Counter& refused =
      counter(registry, "cortado_http_streams_refused_total",
              "Event streams refused because http.max_streams were open.");
  prometheus::Counter& lost =
      counter(registry, "cortado_page_rows_lost_total",
              "Records that the page never showed because its queue was full.");
};

Metrics::Metrics(const DashboardFacts& facts) : families_(std::make_unique<Families>()) {
  prometheus::BuildGauge()
      .Name("cortado_build_info")
      .Help("1, with the program's version and preset as labels.")
      .Register(families_->registry)
      .Add({{"version", facts.version}, {"preset", facts.preset}})
      .Set(1);
  set_partitions(facts);
}

Metrics::~Metrics() = default;

void Metrics::count(const DeviceRow& row) {
  families_->records[static_cast<std::size_t>(row.status)]->Increment();
  if (row.status == base::ScoreStatus::kAlarm) families_->alarms.Increment();
}

void Metrics::count(const BatchRow& row) {
  families_->batches.Increment();
  if (row.overrun) families_->overruns.Increment();
  families_->processing.Observe(seconds(row.processing_time));
  families_->scheduling.Observe(seconds(row.scheduling_delay));
}

void Metrics::count_lost_rows(std::size_t rows) {
  families_->lost.Increment(static_cast<double>(rows));
}

void Metrics::count_refused_stream() { families_->refused.Increment(); }

void Metrics::set_devices(std::size_t devices) {
  families_->devices.Set(static_cast<double>(devices));
}

void Metrics::set_memory(const MemoryRow& row) {
  families_->resident.Set(static_cast<double>(row.resident_devices));
  const auto raise = [](prometheus::Counter& counter, std::int64_t to) {
    counter.Increment(static_cast<double>(to) - counter.Value());
  };
  raise(families_->evictions, row.evictions);
  raise(families_->loads, row.loads);
}

void Metrics::set_streams(std::size_t streams) {
  families_->streams.Set(static_cast<double>(streams));
}

void Metrics::set_partitions(const DashboardFacts& facts) {
  families_->partitions.Set(static_cast<double>(facts.partitions_owned));
}

void Metrics::set_ready(bool ready) { families_->ready.Set(ready ? 1 : 0); }

std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace cortado::dashboard
