// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Serves the page with made-up devices: dashboard_demo_server [PORT [DEVICES [RECORDS_PER_S]]]. It
// prints its address, shows so many records of all devices together, in turn, and ends when
// standard input does.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include <poll.h>
#include <unistd.h>

#include "cortado/dashboard/dashboard.h"
#include "synthetic_rows.h"

namespace {

using cortado::dashboard::Dashboard;
using cortado::dashboard::testing::SyntheticFleet;

constexpr int kTickMs = 100;

/// Wait; false if standard input has ended.
bool wait_a_tick(int milliseconds) {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (::poll(&input, 1, milliseconds) == 0) return true;
  std::array<char, 64> bytes{};
  return ::read(STDIN_FILENO, bytes.data(), bytes.size()) > 0;
}

/// Hands out the fleet's rounds in pieces.
class Pieces {
 public:
  explicit Pieces(SyntheticFleet& fleet) : fleet_(fleet) {}
  std::size_t publish(Dashboard& dashboard, std::size_t count) {
    std::size_t done = 0;
    while (done < count) {
      if (left_.empty()) left_ = fleet_.next();
      if (left_.empty()) break;
      const auto piece = left_.first(std::min(count - done, left_.size()));
      dashboard.publish(piece);
      left_ = left_.subspan(piece.size());
      done += piece.size();
    }
    return done;
  }

 private:
  SyntheticFleet& fleet_;
  std::span<const cortado::dashboard::DeviceRow> left_;
};

void serve(Dashboard& dashboard, int devices, int rate) {
  SyntheticFleet fleet(devices, 400);
  const int past = devices > 1000 ? 60 : 600;
  for (int i = 0; i < past; ++i) {
    // The queue takes a bounded number of rows: let it empty now and then.
    dashboard.publish(fleet.next());
    if (devices > 1000 && !wait_a_tick(100)) return;
  }
  dashboard.set_ready(true, "");
  Pieces pieces(fleet);
  for (std::int64_t number = 1; wait_a_tick(kTickMs); ++number) {
    const std::size_t due = static_cast<std::size_t>(rate) * kTickMs / 1000;
    const std::size_t rows = pieces.publish(dashboard, std::max<std::size_t>(1, due));
    auto batch = cortado::dashboard::testing::make_batch(number, static_cast<std::int64_t>(rows));
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
  const int rate = std::clamp(std::atoi(argument(3, "120")), 1, 1'000'000);
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
