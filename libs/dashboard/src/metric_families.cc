// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "metric_families.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace cortado::dashboard {

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Histogram& histogram(prometheus::Registry& registry, const char* name, const char* help,
                                 const std::vector<double>& bounds) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, bounds);
}

std::vector<prometheus::Counter*> counters(prometheus::Registry& registry, const char* name,
                                           const char* help, const char* label,
                                           const std::vector<std::string_view>& values) {
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  std::vector<prometheus::Counter*> all;
  for (const auto value : values) all.push_back(&family.Add({{label, std::string(value)}}));
  return all;
}

std::vector<prometheus::Gauge*> gauges(prometheus::Registry& registry, const char* name,
                                       const char* help, const char* label,
                                       const std::vector<std::string_view>& values) {
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  std::vector<prometheus::Gauge*> all;
  for (const auto value : values) all.push_back(&family.Add({{label, std::string(value)}}));
  return all;
}

PartitionGauges::PartitionGauges(prometheus::Registry& registry, const char* name, const char* help)
    : family_(prometheus::BuildGauge().Name(name).Help(help).Register(registry)) {}

void PartitionGauges::set(int partition, double value) {
  prometheus::Gauge*& one = gauges_[partition];
  if (one == nullptr) one = &family_.Add({{"partition", std::to_string(partition)}});
  one->Set(value);
  set_.insert(partition);
}

void PartitionGauges::drop_others() {
  for (auto i = gauges_.begin(); i != gauges_.end();) {
    if (set_.contains(i->first)) {
      ++i;
      continue;
    }
    family_.Remove(i->second);
    i = gauges_.erase(i);
  }
  set_.clear();
}

}  // namespace cortado::dashboard
