// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cortado/dashboard/dashboard.h"
#include "synthetic_rows.h"
#include "test_client.h"

namespace cortado::dashboard::testing {

/// A dashboard on a port of its own, for tests that ask it over HTTP.
class ServedDashboard : public ::testing::Test {
 protected:
  void serve(HttpConfig config = {}, HistoryStore store = {}, AdminAccess admin = {}) {
    if (!config.listen.ends_with(":0")) config.listen = "127.0.0.1:0";
    config.refresh = std::chrono::milliseconds(20);
    auto made = Dashboard::create(config,
                                  {.version = "1.2.3",
                                   .preset = "seed",
                                   .input_topic = "in",
                                   .output_topic = "out",
                                   .warm_up = 400,
                                   .batch_interval = std::chrono::milliseconds(500),
                                   .partitions_owned = 2,
                                   .partitions_total = 2,
                                   .threshold = 0.5},
                                  base::system_clock(), std::move(store), std::move(admin));
    ASSERT_TRUE(made.ok()) << made.error().message();
    dashboard = std::move(made).value();
  }

  HttpAnswer ask(const std::string& path) { return fetch(dashboard->url(), path); }

  /// Ask until the answer holds `text`.
  HttpAnswer fetch_until(const std::string& path, const std::string& text) {
    HttpAnswer answer;
    for (int i = 0; i < 6000; ++i) {
      answer = ask(path);
      if (answer.body.find(text) != std::string::npos) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));  // polls for up to a minute
    }
    return answer;
  }

  void publish(const std::string& device, std::int64_t from, std::int64_t to) {
    for (std::int64_t i = from; i <= to; ++i) publish(make_row(device, i));
  }
  void publish(const DeviceRow& row) { dashboard->publish(std::vector<DeviceRow>{row}); }

  std::unique_ptr<Dashboard> dashboard;
};

}  // namespace cortado::dashboard::testing
