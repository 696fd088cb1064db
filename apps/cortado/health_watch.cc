// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "health_watch.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

namespace cortado::app {
namespace {

constexpr std::chrono::seconds kEvery{1};

double cpu_seconds() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t total = 0;
  std::int64_t resident = 0;
  file >> total >> resident;
  return file ? resident * ::sysconf(_SC_PAGESIZE) : 0;
}

std::int64_t open_files() {
  std::error_code error;
  std::int64_t count = 0;
  for (auto i = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && i != std::filesystem::directory_iterator(); i.increment(error))
    ++count;
  return count;
}

}  // namespace

dashboard::ProcessRow read_process(base::EpochMillis now_ms) {
  static const base::EpochMillis start = now_ms;
  return {.resident_bytes = resident_bytes(),
          .cpu_seconds = cpu_seconds(),
          .open_files = open_files(),
          .start_ms = start};
}

HealthWatch::HealthWatch(dashboard::Dashboard& page, LaneBook& book, base::Clock& clock,
                         dashboard::DashboardFacts facts, BrokerQuestion broker,
                         CountModels count_models)
    : page_(page),
      book_(book),
      clock_(clock),
      facts_(std::move(facts)),
      broker_(std::move(broker)),
      count_models_(std::move(count_models)),
      answered_(clock.steady()) {}

void HealthWatch::start() {
  asking_ = std::jthread([this](const std::stop_token& stop) { repeat(stop, &HealthWatch::ask); });
  telling_ =
      std::jthread([this](const std::stop_token& stop) { repeat(stop, &HealthWatch::look); });
}

void HealthWatch::stop() {
  if (!asking_.joinable()) return;
  asking_.request_stop();
  telling_.request_stop();
  if (broker_.give_up) broker_.give_up();
  asking_.join();
  telling_.join();
}

void HealthWatch::repeat(const std::stop_token& stop, void (HealthWatch::*step)()) {
  while (!stop.stop_requested()) {
    (this->*step)();
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, kEvery, [] { return false; });
  }
}

void HealthWatch::ask() {
  const auto ends = broker_.ask();
  if (ends.ok()) book_.set_ends(*ends, clock_.now_ms());
  const std::lock_guard lock(answer_mutex_);
  if (ends.ok()) {
    refusal_.reset();
    answered_ = clock_.steady();
  } else {
    refusal_ = ends.error();
  }
}

void HealthWatch::look() {
  dashboard::ProcessRow process = read_process(clock_.now_ms());
  if (count_models_) process.model_bytes = count_models_();
  page_.publish(process);
  const std::string reason = trouble();
  const auto lanes = book_.rows();
  page_.publish(std::span<const dashboard::LaneRow>(lanes));
  tell_facts(static_cast<std::int64_t>(lanes.size()));
  page_.set_ready(reason.empty(), reason);
}

std::string HealthWatch::trouble() {
  const std::lock_guard lock(answer_mutex_);
  if (refusal_) return refusal_->message();
  const auto silent = clock_.steady() - answered_;
  if (silent <= kLongestSilence) return book_.trouble();
  return "no broker has answered for " +
         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(silent).count()) + " s";
}

void HealthWatch::tell_facts(std::int64_t owned) {
  if (facts_.partitions_owned == owned) return;
  facts_.partitions_owned = owned;
  page_.set_facts(facts_);
}

}  // namespace cortado::app
