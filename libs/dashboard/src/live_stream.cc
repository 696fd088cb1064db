// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "live_stream.h"

#include <algorithm>
#include <utility>

#include "engine_views.h"

namespace cortado::dashboard {
namespace {

constexpr std::size_t kSpark = 40;
/// Alarms that a new stream begins with, and batches.
constexpr std::size_t kFirstAnomalies = 200;
constexpr std::size_t kFirstBatches = 50;

std::string event(std::string_view name, const std::string& id, const std::string& data) {
  std::string out;
  out.reserve(data.size() + 128);
  out.append("event: ").append(name).append("\n");
  if (!id.empty()) out.append("id: ").append(id).append("\n");
  return out.append("data: ").append(data).append("\n\n");
}

}  // namespace

LiveStream::LiveStream(Board& board, StreamWish wish)
    : board_(board), wish_(std::move(wish)), limit_(wish_.limit) {
  const std::lock_guard lock(board_.mutex);
  const Version now = board_.model.version();
  const auto possible = [now](const std::optional<Cursor>& cursor) {
    return cursor && std::max({cursor->devices, cursor->points, cursor->batches}) <= now;
  };
  if (possible(wish_.resume)) {
    cursor_ = *wish_.resume;
    limit_ = static_cast<std::size_t>(board.config.history);
    replace_devices_ = replace_points_ = false;
  } else if (possible(wish_.devices_from)) {
    cursor_ = {.devices = wish_.devices_from->devices, .batches = wish_.devices_from->batches};
    replace_devices_ = false;
  } else {
    spark_until_ = now;
  }
  if (!wish_.device.empty()) board_.model.watch(wish_.device);
}

LiveStream::~LiveStream() {
  if (wish_.device.empty()) return;
  const std::lock_guard lock(board_.mutex);
  board_.model.unwatch(wish_.device);
}

bool LiveStream::heartbeat_due() const {
  return board_.clock.steady() - last_sent_ >= board_.config.heartbeat;
}

bool LiveStream::has_news() const {
  if (heartbeat_due()) return true;
  if (board_.changes.load() == seen_changes_) return false;
  return wish_.every.count() == 0 || board_.clock.steady() - last_sent_ >= wish_.every;
}

std::string LiveStream::next() {
  if (!has_news()) return "";
  const bool changed = board_.changes.load() != seen_changes_;
  last_sent_ = board_.clock.steady();
  return changed ? update() : heartbeat();
}

std::string LiveStream::heartbeat() const {
  JsonWriter out;
  out.begin_object().field("now", board_.clock.now_ms()).end_object();
  return ": heartbeat\n" + event("heartbeat", "", out.str());
}

std::string LiveStream::update() {
  JsonWriter out;
  out.begin_object().field("now", board_.clock.now_ms());
  const std::lock_guard lock(board_.mutex);
  seen_changes_ = board_.changes.load();
  write_news(out);
  out.end_object();
  // Devices that had no room go into the next update, at once.
  if (wish_.devices && cursor_.devices < board_.model.version()) --seen_changes_;
  return event("update", to_text(cursor_, board_.server), out.str());
}

void LiveStream::write_news(JsonWriter& out) {
  const ReadModel& model = board_.model;
  {
    const std::lock_guard lock(board_.situation_mutex);
    out.key("ready").boolean(board_.situation.ready).field("reason", board_.situation.reason);
  }
  out.key("totals");
  write_totals(out, model);
  if (wish_.devices && (cursor_.devices < model.version() || replace_devices_))
    write_device_news(out);
  if (!wish_.device.empty() && (cursor_.points < model.version() || replace_points_))
    write_point_news(out);
  write_engine_news(out);
  cursor_.points = model.version();
  cursor_.batches = model.version();
}

void LiveStream::write_engine_news(JsonWriter& out) {
  const ReadModel& model = board_.model;
  const auto& batches = model.batches();
  if (wish_.batches && !batches.empty() && batches.back().version > cursor_.batches) {
    out.key("batches").begin_object();
    write_batches(out, model, cursor_.batches,
                  cursor_.batches == 0 ? kFirstBatches : ReadModel::kBatches);
    out.end_object();
  }
  const auto& anomalies = model.anomalies();
  if (wish_.anomalies && !anomalies.empty() && anomalies.back().version > cursor_.batches) {
    out.key("anomalies").begin_object();
    write_anomalies(out, model, cursor_.batches, kFirstAnomalies);
    out.end_object();
  }
  if (wish_.partitions && board_.engine.lanes_version() > cursor_.batches) {
    out.key("partitions").begin_object();
    write_partitions(out, board_.engine, board_.clock.now_ms());
    out.end_object();
  }
  if (wish_.engine) {
    out.key("engine");
    write_engine(out, board_);
  }
}

void LiveStream::write_device_news(JsonWriter& out) {
  out.key("devices").begin_object().key("replace").boolean(replace_devices_);
  if (cursor_.devices < spark_until_) {
    // The first values of a device come as a sparkline, later ones the page adds itself.
    write_devices(out, board_.view(kSpark), cursor_.devices, kDevicesPerUpdate);
  } else {
    const DeviceNews& news = device_news();
    out.fields(news.json);
    cursor_.devices = news.reached;
  }
  out.end_object();
  replace_devices_ = false;
}

const DeviceNews& LiveStream::device_news() {
  DeviceNews& news = board_.last_news;
  if (news.changes == seen_changes_ && news.after == cursor_.devices && !news.json.empty())
    return news;
  JsonWriter fields;
  news = {
      .changes = seen_changes_, .after = cursor_.devices, .reached = cursor_.devices, .json = ""};
  write_devices(fields, board_.view(0), news.reached, kDevicesPerUpdate);
  news.json = fields.take();
  return news;
}

void LiveStream::write_point_news(JsonWriter& out) {
  const Device* device = board_.model.find(wish_.device);
  if (device == nullptr) return;
  if (!replace_points_ && device->version() <= cursor_.points) return;
  out.key("points").begin_object().key("replace").boolean(replace_points_);
  write_points(out, board_.model, *device, cursor_.points, limit_);
  out.end_object();
  replace_points_ = false;
  limit_ = static_cast<std::size_t>(board_.config.history);
}

}  // namespace cortado::dashboard
