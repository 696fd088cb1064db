// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// Included by .cc files that may see the client library; nothing of it is seen here.
namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace cortado::dashboard {

// Make metrics without labels.
prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help);
prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help);
prometheus::Histogram& histogram(prometheus::Registry& registry, const char* name, const char* help,
                                 const std::vector<double>& bounds);

/// One counter for each value of one label, in their order.
std::vector<prometheus::Counter*> counters(prometheus::Registry& registry, const char* name,
                                           const char* help, const char* label,
                                           const std::vector<std::string_view>& values);
std::vector<prometheus::Gauge*> gauges(prometheus::Registry& registry, const char* name,
                                       const char* help, const char* label,
                                       const std::vector<std::string_view>& values);

/// Gauges by partition, which come and go.
class PartitionGauges {
 public:
  PartitionGauges(prometheus::Registry& registry, const char* name, const char* help);
  void set(int partition, double value);
  /// End the series that were not set since the last call.
  void drop_others();

 private:
  prometheus::Family<prometheus::Gauge>& family_;
  std::map<int, prometheus::Gauge*> gauges_;
  std::set<int> set_;
};

}  // namespace cortado::dashboard
