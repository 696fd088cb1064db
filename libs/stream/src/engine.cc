// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/engine.h"

#include <algorithm>
#include <mutex>
#include <stop_token>

#include "cortado/checkpoint/directory_store.h"
#include "engine_check.h"
#include "lane_control.h"
#include "lane_set.h"
#include "task_pool.h"
#include "tick.h"

namespace cortado::stream {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// A stop request is seen within this time.
constexpr nanoseconds kLongestWait = milliseconds{100};
/// While a lane is being opened it is looked after this often.
constexpr nanoseconds kOpeningWait = milliseconds{10};
/// Lanes whose logs are written beside each other, and jobs in the background.
constexpr std::size_t kMostBeside = 16;

milliseconds round_up(nanoseconds time) { return std::chrono::ceil<milliseconds>(time); }

class EngineImpl final : public Engine {
 public:
  EngineImpl(const StreamConfig& stream, StateConfig state, EngineParts parts)
      : config_(stream),
        state_(std::move(state)),
        parts_(std::move(parts)),
        directory_(parts_.files, state_.dir, parts_.group_id),
        pool_(static_cast<std::size_t>(stream.threads)),
        writers_(parts_.logs.remote() && parts_.background == nullptr ? kMostBeside : 1),
        budget_(state_.snapshot_rate),
        own_background_(make_background()),
        sizer_(stream.batch_interval, kMostRows) {}

  base::Status run(std::stop_token stop) override {
    // Told at once, since the engine's thread may be waiting for others itself.
    const std::stop_callback hurry(stop, [this] { patience().end_in(config_.drain_timeout); });
    CORTADO_TRY(start());
    return leave(work(stop));
  }

  base::Status start() override {
    if (context_.stores == &directory_) CORTADO_TRY(make_folder());
    return parts_.source.start(lanes_);
  }

  base::Result<bool> turn(const std::stop_token& stop) override {
    bool begins = stop.stop_requested() || finished_;
    if (!begins) {
      CORTADO_ASSIGN(begins, gather());
      if (!begins && !stop.stop_requested() && !finished_) return true;
    }
    const nanoseconds now = parts_.clock.steady();
    if (!started_) started_ = now;
    if (!planned_) planned_ = now;
    if (lanes_.ready_rows() > 0) {
      CORTADO_TRY(tick());
    } else if (finished_ && !stop.stop_requested() && lanes_.buffered_rows() > 0) {
      // All that will ever come is here and waits for its lane's rate.
      parts_.clock.sleep_until(now + kOpeningWait);
      lanes_.advance();
      CORTADO_TRY(lanes_.check());
    }
    started_.reset();
    polled_ = nanoseconds{0};
    return !stop.stop_requested() && !(finished_ && lanes_.buffered_rows() == 0);
  }

  base::Status leave(base::Status worked) override {
    control_.close();
    lanes_.leaving();
    const base::Status saved = lanes_.snapshot_all();
    const base::Status stopped = lanes_.first_error();
    parts_.source.close();
    lanes_.clear();
    tell_lanes();
    if (!worked.ok()) return worked;
    return stopped.ok() ? saved : stopped;
  }

  EngineTotals totals() const override {
    const std::lock_guard lock(totals_mutex_);
    return totals_;
  }

 private:
  /// Rows of all lanes together; the lanes' own bounds hold beside it.
  static constexpr std::int64_t kMostRows = 1'000'000;

  /// A full disk is waited for when a lane opens, as when it writes.
  base::Status make_folder() {
    const base::Status made = parts_.files.create_directories(state_.dir);
    const bool full = !made.ok() && made.error().code() == base::ErrorCode::kUnavailable;
    return full ? base::Status() : made;
  }

  base::Status work(const std::stop_token& stop) {
    while (true) {
      CORTADO_ASSIGN(const bool more, turn(stop));
      if (!more) return {};
    }
  }

  std::unique_ptr<Background> make_background() const {
    if (parts_.logs.remote()) return make_threads(kMostBeside);
    return std::make_unique<InlineBackground>();
  }
  Background& background() const {
    return parts_.background != nullptr ? *parts_.background : *own_background_;
  }
  base::Patience& patience() {
    return parts_.patience != nullptr ? *parts_.patience : own_patience_;
  }
  checkpoint::SnapshotStores* stores() {
    if (parts_.stores != nullptr) return parts_.stores;
    return state_.dir.empty() ? nullptr : &directory_;
  }

  /// Poll once. True if a batch begins now: a tick is due and has rows, or a batch is full.
  base::Result<bool> gather() {
    const std::int64_t room = std::min(lanes_.room(), sizer_.limit() - lanes_.ready_rows());
    if (room <= 0) return true;
    const nanoseconds now = parts_.clock.steady();
    const bool due = planned_ && now >= *planned_;
    if (due && !started_) started_ = now;
    const std::int64_t before = lanes_.buffered_rows();
    CORTADO_TRY(poll(due ? nanoseconds{0} : wait_for(now), room));
    const bool drained = lanes_.buffered_rows() == before;
    if (lanes_.ready_rows() > 0) {
      return !planned_ || (due && (drained || drained_long_enough()));
    }
    if (due) CORTADO_TRY(skip_beat(now));
    return false;
  }

  nanoseconds wait_for(nanoseconds now) const {
    const nanoseconds longest = lanes_.opening() ? kOpeningWait : kLongestWait;
    return planned_ ? std::min(*planned_ - now, longest) : longest;
  }

  /// What trickles in while a due tick drains the source must not hold it up.
  bool drained_long_enough() const { return polled_ * 8 > config_.batch_interval; }

  base::Status skip_beat(nanoseconds now) {
    planned_ = next_tick(*planned_, now, config_.batch_interval);
    started_.reset();
    polled_ = nanoseconds{0};
    tidy_up();
    return lanes_.check();
  }

  /// Between two ticks, when all that was processed is committed.
  void tidy_up() {
    lanes_.snapshot_due();
    lanes_.evict();
    if (lanes_.mend() > 0) finished_ = false;
    count_devices();
    tell_lanes();
  }

  void tell_lanes() {
    auto reports = lanes_.reports();
    const auto same = [](const LaneReport& a, const LaneReport& b) {
      return a.lane == b.lane && a.state == b.state && a.reason == b.reason &&
             a.devices == b.devices && a.resident == b.resident;
    };
    if (std::equal(reports.begin(), reports.end(), told_lanes_.begin(), told_lanes_.end(), same)) {
      return;
    }
    told_lanes_ = std::move(reports);
    parts_.observer.lanes_changed(told_lanes_);
  }

  void count_devices() {
    const DeviceCounts counts = lanes_.device_counts();
    if (counts == told_) return;
    told_ = counts;
    parts_.observer.devices_changed(counts);
    const std::lock_guard lock(totals_mutex_);
    totals_.devices = counts.devices;
    totals_.resident = counts.resident;
    totals_.evictions = counts.evictions;
    totals_.loads = counts.loads;
  }

  base::Status poll(nanoseconds timeout, std::int64_t room) {
    const nanoseconds before = parts_.clock.steady();
    const bool held = lanes_.holding();
    CORTADO_ASSIGN(const SourceState state,
                   parts_.source.poll(round_up(timeout), static_cast<std::size_t>(room), lanes_));
    if (started_) polled_ += parts_.clock.steady() - before;
    const bool opening = lanes_.opening();
    lanes_.advance();
    control_.run();
    const bool waits = lanes_.opening() || held || lanes_.holding();
    finished_ = state == SourceState::kFinished && !opening && !waits;
    if (state == SourceState::kFinished && waits) {
      parts_.clock.sleep_until(parts_.clock.steady() + kOpeningWait);
    }
    CORTADO_TRY(lanes_.check());
    count_devices();
    tell_lanes();
    return {};
  }

  base::Status tick() {
    parts_.observer.batch_began(batch_ + 1, lanes_.ready_rows());
    TickResult result = tick_.run(lanes_.lanes());
    TickTimes times{.planned = *planned_, .started = *started_, .committed = parts_.clock.steady()};
    result.report.batch = ++batch_;
    result.report.poll = polled_;
    account(times, config_.batch_interval, result.report);
    planned_ = next_tick(*planned_, *started_, config_.batch_interval);
    handle_uncommitted(result);
    // A lane that waits and is full must not keep the others from being polled.
    lanes_.hold_back();
    tidy_up();
    result.report.snapshot = parts_.clock.steady() - times.committed;
    learn(result);
    add_to_totals(result);
    if (result.report.input_rows > 0) parts_.observer.batch_ended(result.report);
    return lanes_.check();
  }

  /// Records that only restore models cost as much as others.
  void learn(const TickResult& result) {
    BatchReport whole = result.report;
    whole.input_rows = result.rows;
    sizer_.learn(whole);
  }

  void handle_uncommitted(const TickResult& result) {
    for (Lane* lane : result.committed) lanes_.succeeded(*lane);
    for (const auto& [lane, error] : result.stopped) lane->stop(error);
    for (const auto& [lane, error] : result.refused) {
      lane->refuse(error);
      finished_ = false;
    }
    for (const auto& [lane, outcome] : result.undone) {
      lanes_.undo(*lane, outcome);
      finished_ = false;
    }
  }

  void add_to_totals(const TickResult& result) {
    const std::lock_guard lock(totals_mutex_);
    totals_.records_in += result.report.input_rows;
    totals_.enriched += result.report.enriched;
    totals_.dead_letters += result.report.dead_letters;
    totals_.ignored += result.report.ignored;
    totals_.alarms += result.report.alarms;
    totals_.invalid += result.report.invalid;
    totals_.clipped += result.clipped;
    totals_.replayed = context_.replayed;
    totals_.snapshots = context_.snapshots;
    if (result.report.input_rows > 0) ++totals_.batches;
    if (result.report.overrun) ++totals_.overruns;
  }

  const StreamConfig config_;
  const StateConfig state_;
  EngineParts parts_;
  checkpoint::DirectoryStores directory_;
  TaskPool pool_;
  TaskPool writers_;
  SnapshotBudget budget_;
  base::Patience own_patience_;
  // Jobs use what lanes share, and end before it does.
  DeviceOwners owners_;
  std::unique_ptr<Background> own_background_;
  LaneContext context_{.parts = parts_,
                       .state = state_,
                       .config = config_,
                       .stores = stores(),
                       .pool = pool_,
                       .background = background(),
                       .owners = owners_,
                       .budget = budget_,
                       .patience = patience()};
  LaneSet lanes_{context_, config_};
  LaneControl control_{context_, lanes_, parts_.control};
  Tick tick_{context_, writers_};
  BatchSizer sizer_;

  std::optional<nanoseconds> planned_;  ///< when the next tick is due; none before the first
  std::optional<nanoseconds> started_;  ///< when the tick's work began, its last polls included
  nanoseconds polled_{0};               ///< of the time since started_
  std::int64_t batch_ = 0;
  bool finished_ = false;

  DeviceCounts told_;
  std::vector<LaneReport> told_lanes_;

  mutable std::mutex totals_mutex_;
  EngineTotals totals_;
};

}  // namespace

base::Result<std::unique_ptr<Engine>> Engine::create(const StreamConfig& stream,
                                                     const StateConfig& state, EngineParts parts) {
  CORTADO_TRY(check_engine(stream, state, parts));
  return std::unique_ptr<Engine>(std::make_unique<EngineImpl>(stream, state, std::move(parts)));
}

}  // namespace cortado::stream
