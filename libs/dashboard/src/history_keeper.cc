// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "history_keeper.h"

#include "cortado/base/log.h"

namespace cortado::dashboard {
namespace {

constexpr std::chrono::seconds kEvery{10};

}  // namespace

void HistoryKeeper::start() {
  if (store_.files == nullptr) return;
  load();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void HistoryKeeper::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  save();
}

void HistoryKeeper::load() {
  const auto bytes = store_.files->read_file(path());
  if (!bytes.ok()) return;  // the first start
  const std::lock_guard lock(board_.mutex);
  if (const auto loaded = board_.timeline.load(*bytes); !loaded.ok()) {
    base::log_warning("dashboard", "the history of batches begins anew",
                      {{"file", path()}, {"reason", loaded.error().message()}});
    return;
  }
  const auto& batches = board_.timeline.batches();
  for (std::size_t i = 0; i < batches.size(); ++i)
    board_.model.restore(batches[i].row, batches[i].run_ms);
}

void HistoryKeeper::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, kEvery, [] { return false; });
    if (!stop.stop_requested()) save();
  }
}

void HistoryKeeper::save() {
  std::string bytes;
  {
    const std::lock_guard lock(board_.mutex);
    const auto batches = static_cast<std::size_t>(board_.model.totals().batches);
    if (batches == saved_) return;
    saved_ = batches;
    bytes = board_.timeline.save();
  }
  base::Status written = store_.files->create_directories(store_.folder);
  if (written.ok()) written = store_.files->write_file_atomically(path(), bytes);
  if (!written.ok() && !failed_)
    base::log_warning("dashboard", "the history of batches is not kept",
                      {{"reason", written.error().message()}});
  failed_ = !written.ok();
}

}  // namespace cortado::dashboard
