// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "engine_views.h"

#include <algorithm>
#include <array>
#include <limits>

namespace cortado::dashboard {
namespace {

/// The engine's present figures are means over so long.
constexpr base::EpochMillis kRecent = 10'000;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::optional<std::int64_t> number(const std::optional<base::Offset>& offset) {
  return offset ? std::optional(offset->get()) : std::nullopt;
}

double mean(double sum, std::int64_t count) {
  return count == 0 ? kNone : sum / static_cast<double>(count);
}

/// Rows a second of processing time.
double processing_rate(const TimeSlot& slot) {
  return slot.processing <= 0 ? kNone
                              : static_cast<double>(slot.input_rows) * 1000 / slot.processing;
}

void write_lane(JsonWriter& out, const LaneRow& lane, base::EpochMillis now_ms) {
  out.begin_array().integer(lane.partition.get()).text(to_text(lane.state)).text(lane.reason);
  out.integer(number(lane.next_offset)).integer(number(lane.end_offset));
  out.integer(lag_records(lane)).number(lag_seconds(lane, now_ms).value_or(kNone));
  out.integer(lane.devices).integer(lane.resident).integer(lane.records).integer(lane.dead_letters);
  out.integer(lane.last_record_ms).integer(lane.snapshot_time_ms);
  if (lane.snapshot_time_ms) {
    out.integer(now_ms - *lane.snapshot_time_ms).integer(lane.snapshot_bytes);
    out.number(milliseconds(lane.snapshot_duration));
  } else {
    out.null().null().null();
  }
  out.end_array();
}

void write_memory(JsonWriter& out, const Board& board) {
  const MemoryRow& memory = board.engine.memory();
  out.key("memory").begin_object().field("devices", memory.devices);
  out.field("resident", memory.resident_devices).field("evictions", memory.evictions);
  const auto& process = board.engine.process();
  out.field("loads", memory.loads).key("modelBytes");
  out.integer(process ? process->model_bytes : std::nullopt).key("processBytes");
  out.integer(process ? std::optional(process->resident_bytes) : std::nullopt);
  out.field("pageBytes", static_cast<std::int64_t>(board.model.points_bytes())).end_object();
}

/// Upper bounds of the histograms: milliseconds, and rows a second.
constexpr std::array<double, 14> kDelayBounds = {1,   2,   5,     10,    20,    50,     100,
                                                 200, 500, 1'000, 2'000, 5'000, 10'000, 30'000};
constexpr std::array<double, 12> kRateBounds = {1,     10,    50,     100,    500,    1'000,
                                                2'000, 5'000, 10'000, 20'000, 50'000, 100'000};

template <std::size_t N, typename Value>
void write_histogram(JsonWriter& out, std::string_view name, const std::array<double, N>& bounds,
                     const std::vector<TimeSlot>& slots, Value value) {
  std::array<std::int64_t, N + 1> counts{};
  for (const TimeSlot& slot : slots) {
    if (slot.batches == 0) continue;
    const auto place = std::lower_bound(bounds.begin(), bounds.end(), value(slot));
    counts[static_cast<std::size_t>(place - bounds.begin())] += slot.batches;
  }
  out.key(name).begin_object().key("bounds").begin_array();
  for (const double bound : bounds) out.number(bound);
  out.end_array().key("counts").begin_array();
  for (const std::int64_t count : counts) out.integer(count);
  out.end_array().end_object();
}

void write_histograms(JsonWriter& out, const Timeline& timeline, const TimelineWish& wish) {
  // As fine as the timeline is kept, whatever the number of points that are drawn.
  const auto seconds = static_cast<std::size_t>((wish.to - wish.from) / 1000);
  const auto slots = timeline.slots(wish.from, wish.to, std::clamp<std::size_t>(seconds, 1, 8'640));
  const double width =
      static_cast<double>(wish.to - wish.from) / 1000 / static_cast<double>(slots.size());
  out.key("histograms").begin_object();
  write_histogram(out, "inputRate", kRateBounds, slots, [width](const TimeSlot& slot) {
    return static_cast<double>(slot.input_rows) / width;
  });
  write_histogram(out, "schedulingDelay", kDelayBounds, slots,
                  [](const TimeSlot& slot) { return mean(slot.scheduling, slot.batches); });
  write_histogram(out, "processingTime", kDelayBounds, slots,
                  [](const TimeSlot& slot) { return mean(slot.processing, slot.batches); });
  write_histogram(out, "totalDelay", kDelayBounds, slots,
                  [](const TimeSlot& slot) { return mean(slot.total, slot.batches); });
  out.end_object();
}

void write_slot(JsonWriter& out, const TimeSlot& slot, double seconds) {
  const bool any = slot.batches > 0;
  out.begin_array().integer(slot.start_ms).integer(slot.batches).integer(slot.input_rows);
  out.number(static_cast<double>(slot.input_rows) / seconds).number(processing_rate(slot));
  for (const double sum : {slot.scheduling, slot.processing, slot.total})
    out.number(mean(sum, slot.batches));
  for (const double max : {slot.scheduling_max, slot.processing_max, slot.total_max})
    out.number(any ? max : kNone);
  out.integer(slot.overruns).integer(slot.dead_letters).end_array();
}

}  // namespace

std::optional<std::int64_t> lag_records(const LaneRow& lane) {
  if (!lane.end_offset || !lane.next_offset) return std::nullopt;
  return std::max<std::int64_t>(0, lane.end_offset->get() - lane.next_offset->get());
}

std::optional<double> lag_seconds(const LaneRow& lane, base::EpochMillis now_ms) {
  const auto records = lag_records(lane);
  if (!records) return std::nullopt;
  if (*records == 0) return 0;
  // Of a lane that has committed nothing since it came, at least how long records wait.
  const auto since = lane.newest_time_ms ? lane.newest_time_ms : lane.behind_since_ms;
  if (!since) return std::nullopt;
  return static_cast<double>(std::max<std::int64_t>(0, now_ms - *since)) / 1000;
}

void write_partitions(JsonWriter& out, const EngineBoard& engine, base::EpochMillis now_ms) {
  out.begin_table({"partition", "state", "reason", "nextOffset", "endOffset", "lag", "lagSeconds",
                   "devices", "resident", "records", "deadLetters", "lastRecord", "snapshotTime",
                   "snapshotAge", "snapshotBytes", "snapshotDuration"});
  for (const LaneRow& lane : engine.lanes()) write_lane(out, lane, now_ms);
  out.end_array();
}

void write_engine(JsonWriter& out, const Board& board) {
  const TimeSlot recent = board.timeline.recent(board.clock.now_ms(), kRecent);
  const auto& counts = board.engine.counts();
  out.begin_object().key("inputRate");
  out.number(static_cast<double>(recent.input_rows) * 1000 / kRecent);
  out.key("processingRate").number(processing_rate(recent));
  out.key("schedulingDelay").number(mean(recent.scheduling, recent.batches));
  out.key("processingTime").number(mean(recent.processing, recent.batches));
  out.key("totalDelay").number(mean(recent.total, recent.batches));
  out.field("batches", board.model.totals().batches);
  out.field("overruns", board.model.totals().overruns).field("records", counts.records);
  out.field("deadLetters", counts.dead_letters).field("ignored", counts.ignored);
  out.field("rebalances", counts.rebalances).field("snapshots", counts.snapshots);
  out.field("errors", counts.errors);
  write_memory(out, board);
  out.end_object();
}

void write_journal(JsonWriter& out, const EngineBoard& engine, Version after, std::size_t limit,
                   std::optional<JournalKind> kind) {
  const auto& all = engine.journal();
  std::vector<std::size_t> chosen;
  const std::size_t first = first_after(all, after);
  for (std::size_t i = all.size(); i-- > first && chosen.size() < limit;) {
    if (!kind || all[i].row.kind == *kind) chosen.push_back(i);
  }
  out.begin_table({"time", "kind", "partition", "message", "count"});
  for (auto i = chosen.rbegin(); i != chosen.rend(); ++i) {
    const JournalRow& row = all[*i].row;
    out.begin_array().integer(row.time_ms).text(to_text(row.kind));
    out.integer(row.partition ? std::optional<std::int64_t>(row.partition->get()) : std::nullopt);
    out.text(row.message).integer(row.count).end_array();
  }
  out.end_array();
}

void write_active(JsonWriter& out, const EngineBoard& engine) {
  out.key("active");
  const auto& active = engine.active();
  if (!active) {
    out.null();
    return;
  }
  out.begin_object().field("batch", active->batch).field("time", active->time_ms);
  out.field("inputRows", active->input_rows).end_object();
}

void write_timeline(JsonWriter& out, const Timeline& timeline, const TimelineWish& wish) {
  const double step = static_cast<double>(wish.to - wish.from) / static_cast<double>(wish.points);
  out.field("from", wish.from).field("to", wish.to).key("step").number(step);
  out.begin_table({"time", "batches", "inputRows", "inputRate", "processingRate", "schedulingDelay",
                   "processingTime", "totalDelay", "schedulingDelayMax", "processingTimeMax",
                   "totalDelayMax", "overruns", "deadLetters"});
  for (const TimeSlot& slot : timeline.slots(wish.from, wish.to, wish.points))
    write_slot(out, slot, step / 1000);
  out.end_array();
  write_histograms(out, timeline, wish);
}

}  // namespace cortado::dashboard
