// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/engine.h"

#include <algorithm>
#include <mutex>

#include "cortado/base/log.h"
#include "lane_set.h"
#include "task_pool.h"
#include "tick.h"

namespace cortado::stream {
namespace {

base::Result<std::unique_ptr<base::FileLock>> lock_folder(base::FileSystem& files,
                                                          const std::string& folder) {
  auto lock = files.lock(folder + "/lock");
  if (lock.ok() || lock.error().code() != base::ErrorCode::kLocked) return lock;
  return base::Error(base::ErrorCode::kLocked,
                     lock.error().message() +
                         "; stop that process, or set both state.dir and kafka.group_id to new "
                         "names");
}

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// A stop request is seen within this time.
constexpr nanoseconds kLongestWait = milliseconds{100};
/// Batches in a row that were not committed; then something is wrong that no repeat mends.
constexpr int kMostUndone = 10;

milliseconds round_up(nanoseconds time) { return std::chrono::ceil<milliseconds>(time); }

class EngineImpl final : public Engine {
 public:
  EngineImpl(const StreamConfig& stream, StateConfig state, EngineParts parts)
      : config_(stream),
        state_(std::move(state)),
        parts_(std::move(parts)),
        pool_(static_cast<std::size_t>(stream.threads)),
        sizer_(stream.batch_interval, kMostRows) {}

  base::Status run(std::stop_token stop) override {
    std::unique_ptr<base::FileLock> lock;
    if (!state_.dir.empty()) {
      CORTADO_TRY(parts_.files.create_directories(state_.dir));
      CORTADO_ASSIGN(lock, lock_folder(parts_.files, state_.dir));
    }
    CORTADO_TRY(parts_.source.start(lanes_));
    const base::Status worked = work(stop);
    const base::Status saved = lanes_.snapshot_all();
    parts_.source.close();
    lanes_.clear();
    return worked.ok() ? saved : worked;
  }

  EngineTotals totals() const override {
    const std::lock_guard lock(totals_mutex_);
    return totals_;
  }

 private:
  /// Rows of all lanes together; the lanes' own bounds hold beside it.
  static constexpr std::int64_t kMostRows = 1'000'000;

  base::Status work(const std::stop_token& stop) {
    while (true) {
      CORTADO_TRY(gather(stop));
      if (lanes_.buffered_rows() > 0) CORTADO_TRY(tick());
      if (stop.stop_requested() || (finished_ && lanes_.buffered_rows() == 0)) return {};
    }
  }

  /// Poll until a tick is due and has rows, a batch is full, or the end is near.
  base::Status gather(const std::stop_token& stop) {
    started_.reset();
    polled_ = nanoseconds{0};
    while (!stop.stop_requested() && !finished_) {
      const std::int64_t room = std::min(lanes_.room(), sizer_.limit() - lanes_.buffered_rows());
      const nanoseconds now = parts_.clock.steady();
      if (room <= 0) break;
      const bool due = planned_ && now >= *planned_;
      if (due && !started_) started_ = now;
      const std::int64_t before = lanes_.buffered_rows();
      CORTADO_TRY(poll(due ? nanoseconds{0} : wait_for(now), room));
      const bool drained = lanes_.buffered_rows() == before;
      if (lanes_.buffered_rows() == 0) {
        if (due) CORTADO_TRY(skip_beat(now));
      } else if (!planned_ || (due && (drained || drained_long_enough()))) {
        break;
      }
    }
    const nanoseconds now = parts_.clock.steady();
    if (!started_) started_ = now;
    if (!planned_) planned_ = now;
    return {};
  }

  nanoseconds wait_for(nanoseconds now) const {
    return planned_ ? std::min(*planned_ - now, kLongestWait) : kLongestWait;
  }

  /// What trickles in while a due tick drains the source must not hold it up.
  bool drained_long_enough() const { return polled_ * 8 > config_.batch_interval; }

  base::Status skip_beat(nanoseconds now) {
    planned_ = next_tick(*planned_, now, config_.batch_interval);
    started_.reset();
    polled_ = nanoseconds{0};
    lanes_.snapshot_due();
    return tidy_up();
  }

  /// Between two ticks, when all that was processed is committed.
  base::Status tidy_up() {
    lanes_.evict();
    CORTADO_ASSIGN(const int mended, lanes_.mend());
    if (mended > 0) finished_ = false;
    count_devices();
    return {};
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
    CORTADO_ASSIGN(const SourceState state,
                   parts_.source.poll(round_up(timeout), static_cast<std::size_t>(room), lanes_));
    if (started_) polled_ += parts_.clock.steady() - before;
    finished_ = state == SourceState::kFinished;
    CORTADO_TRY(lanes_.check());
    count_devices();
    return {};
  }

  base::Status tick() {
    TickResult result = tick_.run(lanes_.lanes());
    TickTimes times{.planned = *planned_, .started = *started_, .committed = parts_.clock.steady()};
    result.report.batch = ++batch_;
    result.report.poll = polled_;
    account(times, config_.batch_interval, result.report);
    planned_ = next_tick(*planned_, *started_, config_.batch_interval);
    if (result.error) return *result.error;
    lanes_.snapshot_due();
    CORTADO_TRY(handle_uncommitted(result));
    CORTADO_TRY(tidy_up());
    result.report.snapshot = parts_.clock.steady() - times.committed;
    sizer_.learn(result.report);
    add_to_totals(result);
    if (result.report.input_rows > 0) parts_.observer.batch_ended(result.report);
    return {};
  }

  base::Status handle_uncommitted(const TickResult& result) {
    for (Lane* lane : result.fenced) {
      base::log_warning("stream", "another worker has taken the partition over",
                        {{"lane", to_string(lane->partition())}});
      lanes_.drop(*lane);
    }
    undone_in_a_row_ = result.undone.empty() ? 0 : undone_in_a_row_ + 1;
    if (undone_in_a_row_ > kMostUndone) {
      return base::Error(base::ErrorCode::kUnavailable,
                         to_string(result.undone.front()->partition()) +
                             ": no batch could be committed in " + std::to_string(kMostUndone) +
                             " attempts; see the log for the broker's reasons");
    }
    for (Lane* lane : result.undone) {
      base::log_warning("stream",
                        "a batch was not committed; going back to the last usable snapshot",
                        {{"lane", to_string(lane->partition())}});
      CORTADO_TRY(lanes_.reload(*lane));
      finished_ = false;
    }
    return {};
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
    if (result.report.input_rows > 0) ++totals_.batches;
    if (result.report.overrun) ++totals_.overruns;
  }

  const StreamConfig config_;
  const StateConfig state_;
  EngineParts parts_;
  TaskPool pool_;
  DeviceOwners owners_;
  LaneContext context_{.parts = parts_, .state = state_, .pool = pool_, .owners = owners_};
  LaneSet lanes_{context_, config_};
  Tick tick_{context_};
  BatchSizer sizer_;

  std::optional<nanoseconds> planned_;  ///< when the next tick is due; none before the first
  std::optional<nanoseconds> started_;  ///< when the tick's work began, its last polls included
  nanoseconds polled_{0};               ///< of the time since started_
  std::int64_t batch_ = 0;
  int undone_in_a_row_ = 0;
  bool finished_ = false;

  DeviceCounts told_;

  mutable std::mutex totals_mutex_;
  EngineTotals totals_;
};

base::Error bad_config(const std::string& message) {
  return base::Error(base::ErrorCode::kInvalidConfig, message);
}

}  // namespace

base::Result<std::unique_ptr<Engine>> Engine::create(const StreamConfig& stream,
                                                     const StateConfig& state, EngineParts parts) {
  if (stream.guarantee == Guarantee::kExactlyOnce) {
    return base::Error(base::ErrorCode::kUnsupported,
                       "stream.guarantee: exactly_once is not built yet; use at_least_once");
  }
  if (state.store == StateStore::kKafka) {
    return base::Error(base::ErrorCode::kUnsupported,
                       "state.store: kafka is not built yet; use directory");
  }
  if (stream.batch_interval.count() <= 0 || stream.batch_interval > std::chrono::seconds{10}) {
    return bad_config("stream.batch_interval must lie between 1ms and 10s");
  }
  if (stream.threads < 0 || stream.max_batch_records <= 0 || stream.max_batch_bytes <= 0) {
    return bad_config(
        "stream.threads must not be negative, stream.max_batch_records and "
        "stream.max_batch_bytes must be positive");
  }
  if (state.dir.empty() && evicts(state)) {
    return bad_config(
        "state.idle_after and state.max_resident_devices need snapshots: set state.dir");
  }
  return std::unique_ptr<Engine>(std::make_unique<EngineImpl>(stream, state, std::move(parts)));
}

}  // namespace cortado::stream
