// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Serves the page with made-up devices: dashboard_demo_server [PORT [DEVICES [RECORDS_PER_S]]]. It
// prints its address, shows a record a device at that rate, and ends when standard input does.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <poll.h>
#include <unistd.h>

#include "cortado/dashboard/dashboard.h"
#include "synthetic_rows.h"

namespace {

using cortado::dashboard::Dashboard;
using cortado::dashboard::testing::SyntheticFleet;

/// Wait; false if standard input has ended.
bool wait_a_tick(int milliseconds) {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (::poll(&input, 1, milliseconds) == 0) return true;
  std::array<char, 64> bytes{};
  return ::read(STDIN_FILENO, bytes.data(), bytes.size()) > 0;
}

void serve(Dashboard& dashboard, int devices, int rate) {
  SyntheticFleet fleet(devices, 400);
  for (int i = 0; i < 600; ++i) dashboard.publish(fleet.next());
  dashboard.set_ready(true, "");
  for (std::int64_t number = 1; wait_a_tick(1000 / rate); ++number) {
    dashboard.publish(fleet.next());
    auto batch = cortado::dashboard::testing::make_batch(number, devices);
    batch.processing_time = std::chrono::microseconds(700 + 90 * (number % 17));
    batch.scheduling_delay = std::chrono::microseconds(40 + 11 * (number % 7));
    batch.total_delay = batch.processing_time + batch.scheduling_delay;
    batch.time_ms = cortado::base::system_clock().now_ms();
    dashboard.publish(batch);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, const char* text) { return argc > i ? argv[i] : text; };
  cortado::dashboard::HttpConfig config;
  config.listen = std::string("127.0.0.1:") + argument(1, "0");
  const int devices = std::atoi(argument(2, "12"));
  const int rate = std::clamp(std::atoi(argument(3, "5")), 1, 1000);
  auto dashboard = Dashboard::create(config, {.version = "0.1.0",
                                              .preset = "seed",
                                              .input_topic = "monitoring20",
                                              .output_topic = "monitoringEnriched2",
                                              .warm_up = 400,
                                              .batch_interval = std::chrono::milliseconds(500),
                                              .partitions_owned = 10,
                                              .partitions_total = 10});
  if (!dashboard.ok()) {
    std::fprintf(stderr, "%s\n", dashboard.error().message().c_str());
    return 1;
  }
  std::printf("%s\n", (*dashboard)->url().c_str());
  std::fflush(stdout);
  serve(**dashboard, devices, rate);
  (*dashboard)->stop();
  return 0;
}
