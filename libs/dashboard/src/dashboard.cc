// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/dashboard/dashboard.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "board_filler.h"
#include "cortado/base/log.h"
#include "history_keeper.h"
#include "inbox.h"
#include "live_stream.h"
#include "metrics.h"
#include "routes.h"

namespace cortado::dashboard {
namespace {

/// Connections beside the streams: probes, pages being loaded, and clients that stall.
constexpr unsigned kOtherConnections = 512;

class PageDashboard : public Dashboard {
 public:
  PageDashboard(const HttpConfig& config, DashboardFacts facts, base::Clock& clock,
                HistoryStore store, AdminAccess admin)
      : metrics_(facts),
        board_(config, std::move(facts), clock),
        history_(board_, std::move(store)),
        admin_(std::move(admin)) {}
  ~PageDashboard() override { stop(); }

  base::Status start();
  void publish(std::span<const DeviceRow> rows) override { inbox_.add(rows); }
  void publish(const BatchRow& row) override { inbox_.add(row); }
  void publish(const MemoryRow& row) override { inbox_.add(row); }
  void publish(const ProcessRow& row) override { inbox_.add(row); }
  void publish(const SnapshotRow& row) override { inbox_.add(row); }
  void publish(const JournalRow& row) override { inbox_.add(row); }
  void publish(const ActiveBatch& row) override { inbox_.add(row); }
  void publish(std::span<const ResidencyRow> rows) override { inbox_.add(rows); }
  void publish(std::span<const LaneRow> lanes) override { inbox_.add(lanes); }
  void set_facts(DashboardFacts facts) override;
  void set_ready(bool ready, std::string reason) override;
  std::string url() const override { return "http://" + server_->address() + "/"; }
  void stop() override;

 private:
  void run(const std::stop_token& stop);
  void show();
  void feed_hungry();

  Metrics metrics_;
  Board board_;
  HistoryKeeper history_;
  AdminAccess admin_;
  BoardFiller filler_{board_, metrics_};
  Inbox inbox_;
  Inbox::Contents contents_;  ///< of run()'s thread
  std::unique_ptr<Routes> routes_;
  std::unique_ptr<HttpServer> server_;
  std::mutex hungry_mutex_;
  std::condition_variable_any hungry_changed_;
  bool hungry_ = false;  ///< a stream with news waits; guarded by hungry_mutex_
  std::mutex stop_mutex_;
  std::jthread thread_;
};

base::Status PageDashboard::start() {
  routes_ = std::make_unique<Routes>(board_, metrics_, std::move(admin_),
                                     [this] { return server_->streams(); });
  history_.start();
  const auto limit = static_cast<unsigned>(board_.config.max_streams) + kOtherConnections;
  CORTADO_ASSIGN(server_, HttpServer::create(board_.config.listen));
  CORTADO_TRY(server_->start(
      limit,
      {.answer = [this](const HttpRequest& request) { return routes_->answer(request); },
       .refuse = [this](const HttpRequest& request) { return routes_->refuse(request); }},
      [this] { feed_hungry(); }));
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  base::log_info("dashboard", "the page is served", {{"url", url()}});
  return {};
}

void PageDashboard::set_facts(DashboardFacts facts) {
  metrics_.set_partitions(facts);
  const std::lock_guard lock(board_.situation_mutex);
  board_.situation.facts = std::move(facts);
  ++board_.changes;
}

void PageDashboard::set_ready(bool ready, std::string reason) {
  metrics_.set_ready(ready);
  if (ready) reason.clear();
  const std::lock_guard lock(board_.situation_mutex);
  Situation& situation = board_.situation;
  if (situation.ready == ready && situation.reason == reason) return;
  inbox_.add(JournalRow{.time_ms = board_.clock.now_ms(),
                        .kind = JournalKind::kReady,
                        .partition = {},
                        .message = ready ? "ready" : "not ready: " + reason});
  situation.ready = ready;
  situation.reason = std::move(reason);
  ++board_.changes;
}

/// Show what was published, at most once a refresh, and make what the waiting streams send next, as
/// soon as they can take it.
void PageDashboard::run(const std::stop_token& stop) {
  auto next_show = std::chrono::steady_clock::now();
  std::unique_lock lock(hungry_mutex_);
  while (!stop.stop_requested()) {
    hungry_changed_.wait_until(lock, stop, next_show, [this] { return hungry_; });
    hungry_ = false;
    lock.unlock();
    if (std::chrono::steady_clock::now() >= next_show) {
      show();
      next_show = std::chrono::steady_clock::now() + board_.config.refresh;
    }
    server_->wake();
    lock.lock();
  }
}

void PageDashboard::feed_hungry() {
  const std::lock_guard lock(hungry_mutex_);
  hungry_ = true;
  hungry_changed_.notify_one();
}

void PageDashboard::show() {
  inbox_.take(contents_);
  filler_.fill(contents_);
}

void PageDashboard::stop() {
  const std::lock_guard lock(stop_mutex_);
  thread_.request_stop();
  if (thread_.joinable()) {
    thread_.join();
    // What came since its last turn belongs to the history too.
    inbox_.take(contents_);
    filler_.fill_history(contents_);
  }
  if (server_) server_->stop();
  history_.stop();
}

}  // namespace

base::Result<std::unique_ptr<Dashboard>> Dashboard::create(const HttpConfig& config,
                                                           DashboardFacts facts, base::Clock& clock,
                                                           HistoryStore store, AdminAccess admin) {
  CORTADO_TRY(validate(config));
  auto dashboard = std::make_unique<PageDashboard>(config, std::move(facts), clock,
                                                   std::move(store), std::move(admin));
  CORTADO_TRY(dashboard->start());
  return std::unique_ptr<Dashboard>(std::move(dashboard));
}

}  // namespace cortado::dashboard
