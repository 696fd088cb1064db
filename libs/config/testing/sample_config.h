// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cortado/base/option.h"

namespace cortado::config::testing {

enum class Guarantee { kAuto, kAtLeastOnce };

/// One option of every kind.
struct SampleConfig {
  std::int64_t threads = 0;
  std::chrono::milliseconds batch_interval{500};
  Guarantee guarantee = Guarantee::kAtLeastOnce;
  std::int64_t max_batch_bytes = 64LL << 20;
  std::string group_id = "detector_group";
  std::string token;
  std::map<std::string, std::string> properties;
  std::vector<std::string> origins;
  double threshold = 0.7;
  bool json = false;
};

inline base::Options describe(SampleConfig& config) {
  using std::chrono::milliseconds;
  return {
      base::bind_string({.path = "kafka.group_id", .help = "The consumer group."}, config.group_id),
      base::bind_string_map(
          {.path = "kafka.properties", .help = "Passed through to the client library."},
          config.properties),
      base::bind_duration({.path = "stream.batch_interval", .help = "Between two batches."},
                          config.batch_interval, milliseconds(10), milliseconds(10'000)),
      base::bind_integer({.path = "stream.threads", .help = "0 = one a core."}, config.threads, 0,
                         256),
      base::bind_choice({.path = "stream.guarantee", .help = "What a restart may repeat."},
                        config.guarantee, {"auto", "at_least_once"}),
      base::bind_bytes({.path = "stream.max_batch_bytes", .help = "Closes a batch early."},
                       config.max_batch_bytes, 1, 1LL << 40),
      base::bind_number(
          {.path = "detector.alarm.threshold", .help = "Alarm at this score | above."},
          config.threshold, 0, 1),
      base::bind_string_list({.path = "http.origins", .help = "Who may embed the page."},
                             config.origins),
      base::bind_string({.path = "http.token", .help = "Asked of clients.", .secret = true},
                        config.token),
      base::bind_boolean({.path = "log.json", .help = "One object a line."}, config.json),
  };
}

/// kafka.properties as a mapping of secrets, all but one.
inline base::Option describe_guarded(SampleConfig& config) {
  base::Option option = base::bind_string_map(
      {.path = "kafka.properties", .help = "Passed through.", .secret = true}, config.properties);
  option.choices = {"ssl.keys"};
  return option;
}

}  // namespace cortado::config::testing
