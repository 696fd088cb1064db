// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "level_file.h"

#include <chrono>

#include "app_config.h"

namespace cortado::app {

LevelFile::LevelFile(base::LogConfig config, base::FileSystem& files, Start start)
    : config_(std::move(config)), files_(files) {
  if (config_.level_file.empty() || start == Start::kByHand) return;
  look();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

LevelFile::~LevelFile() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void LevelFile::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    if (!stop.stop_requested()) look();
  }
}

void LevelFile::look() {
  const auto read = files_.read_file(config_.level_file);
  std::string text = read.ok() ? *read : std::string();
  if (text == text_) return;
  text_ = std::move(text);
  const auto levels = base::with_levels(config_, text_);
  base::Status done;
  if (!levels.ok()) {
    done = levels.error();
  } else if (done = check_components(*levels); done.ok()) {
    done = base::configure_log(*levels);
  }
  if (done.ok()) {
    base::log_info("log", "levels have changed", {{"file", config_.level_file}});
  } else {
    base::log_warning("log", "the level file has a mistake; levels stay as they are",
                      {{"file", config_.level_file}, {"reason", done.error().message()}});
  }
}

}  // namespace cortado::app
