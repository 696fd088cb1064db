// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <set>

#include "app_config.h"
#include "commands.h"
#include "cortado/kafka/topics.h"
#include "device_rows.h"
#include "health_watch.h"
#include "lane_book.h"
#include "level_file.h"
#include "look/topic_follower.h"

namespace cortado::app {
namespace {

constexpr std::chrono::seconds kBrokerPatience{2};

/// Shows the records of an enriched topic on a page, as their detector's own page would.
class View {
 public:
  View(dashboard::Dashboard& page, LaneBook& book, record::Mapping mapping)
      : page_(page), book_(book), rows_(std::move(mapping)) {}

  void begin(const std::vector<kafka::OffsetRange>& ranges) {
    for (const auto& range : ranges) know(range.partition, range.begin);
  }

  void take(const base::RawRecord& record) {
    const base::TopicPartition place{std::string(record.topic), record.partition};
    if (!known_.contains(place)) know(place, record.offset);
    const base::EpochMillis now = base::system_clock().now_ms();
    if (count_ == batch_.size()) batch_.emplace_back();
    dashboard::DeviceRow& row = batch_[count_];
    const bool shown = record.value && rows_.read(record, *record.value, row);
    book_.read(place, record, now);
    if (!shown) {
      ++unreadable_;
      return;
    }
    // What was scored an hour ago came an hour ago: silence counts from then.
    row.committed_ms = std::min(record.timestamp_ms.value_or(now), now);
    ++count_;
  }

  void show() {
    page_.publish(std::span<const dashboard::DeviceRow>(batch_).first(count_));
    count_ = 0;
    if (unreadable_ == 0) return;
    page_.publish(dashboard::JournalRow{.time_ms = base::system_clock().now_ms(),
                                        .kind = dashboard::JournalKind::kError,
                                        .partition = {},
                                        .message = "a record is no enriched one, or the mapping "
                                                   "under input does not fit",
                                        .count = unreadable_});
    unreadable_ = 0;
  }

 private:
  void know(const base::TopicPartition& partition, base::Offset next) {
    known_.insert(partition);
    book_.assigned(std::span(&partition, 1));
    book_.positioned(partition, next);
    book_.set_state(partition, dashboard::LaneState::kRunning, "");
  }

  dashboard::Dashboard& page_;
  LaneBook& book_;
  DeviceRows rows_;
  std::set<base::TopicPartition> known_;
  std::vector<dashboard::DeviceRow> batch_;
  std::size_t count_ = 0;
  std::int64_t unreadable_ = 0;
};

base::Result<BrokerQuestion> ask_broker(const kafka::KafkaConfig& config, const FollowWish& wish) {
  CORTADO_ASSIGN(auto made, kafka::KafkaAdmin::create(config, kBrokerPatience));
  std::shared_ptr<kafka::KafkaAdmin> admin = std::move(made);
  const auto ask = [admin, wish]() -> base::Result<std::vector<base::Offset>> {
    if (!wish.is_pattern()) return admin->end_offsets(wish.topic);
    CORTADO_TRY(admin->ping());
    return std::vector<base::Offset>();
  };
  return BrokerQuestion{.ask = ask, .give_up = [admin] { admin->give_up(); }};
}

dashboard::DashboardFacts facts_of(const AppConfig& config, const TopicFollower& follower) {
  dashboard::DashboardFacts facts;
  facts.engine = false;
  facts.version = CORTADO_VERSION;
  facts.output_topic = config.kafka.output_topic;
  facts.partitions_total = static_cast<std::int64_t>(follower.ranges().size());
  return facts;
}

base::Status run(const CommandLine& line, const AppConfig& config, const std::stop_token& stop) {
  CORTADO_TRY(kafka::validate(config.kafka));
  CORTADO_TRY(dashboard::validate(config.http));
  CORTADO_ASSIGN(const record::Mapping mapping, enrich::make_mapping(config.enrich));
  FollowWish wish{.topic = config.kafka.output_topic,
                  .partition = line.look.partition,
                  .offset = line.look.offset};
  if (wish.offset.empty()) wish.offset = wish.is_pattern() ? "end" : "-20000";
  kafka::KafkaConfig kafka = config.kafka;
  // The end of a partition may be a transaction's end, which no record tells.
  kafka.properties["enable.partition.eof"] = "true";
  CORTADO_ASSIGN(auto follower, TopicFollower::create(kafka, wish));
  const dashboard::DashboardFacts facts = facts_of(config, follower);
  base::Clock& clock = base::system_clock();
  CORTADO_ASSIGN(auto page, dashboard::Dashboard::create(config.http, facts, clock));
  std::fprintf(stderr, "\n  %s is shown at %s (stop: Ctrl-C)\n\n", wish.topic.c_str(),
               page->url().c_str());
  LaneBook book;
  View view(*page, book, mapping);
  view.begin(follower.ranges());
  CORTADO_ASSIGN(auto ask, ask_broker(config.kafka, wish));
  HealthWatch health(*page, book, clock, facts, std::move(ask));
  health.start();
  while (!stop.stop_requested()) {
    CORTADO_TRY(follower.poll(
        std::chrono::milliseconds(100), 10'000,
        [&](const base::RawRecord& record) { view.take(record); },
        [&](const base::TopicPartition& place, base::Offset next) {
          book.positioned(place, next);
        }));
    view.show();
  }
  return {};
}

}  // namespace

ExitCode run_view(const CommandLine& line, StopSignals& signals) {
  AppConfig config;
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  const LevelFile levels(config.log);
  const base::Status status = run(line, config, signals.token());
  return status.ok() ? ExitCode::kOk : report(status.error(), *loaded);
}

}  // namespace cortado::app
