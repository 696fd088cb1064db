// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "state/state_access.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>

#include "cortado/base/option.h"
#include "cortado/checkpoint/directory_store.h"
#include "cortado/detector/blob_facts.h"
#include "cortado/detector/detector.h"
#include "cortado/kafka/topic_reader.h"
#include "cortado/kafka/topics.h"
#include "settings_hash.h"

namespace cortado::app {
namespace {

using base::Error;
using base::ErrorCode;

Error needs_broker(const std::string& what) {
  return {ErrorCode::kInvalidConfig,
          what + " needs the broker: set kafka.bootstrap_servers and leave --offline out"};
}

/// Who only looks can do without an answer.
Error or_offline(const Error& error) {
  if (error.code() != ErrorCode::kUnavailable) return error;
  return {error.code(), error.message() +
                            "; --offline looks at the state folder alone (ls, inspect, verify, "
                            "export)"};
}

}  // namespace

base::Result<std::unique_ptr<StateAccess>> StateAccess::open(const AppConfig& config,
                                                             const StateOptions& options) {
  std::unique_ptr<StateAccess> access(new StateAccess(config, options));
  const bool online = !options.offline && !kafka::bootstrap_servers(config.kafka).empty();
  const bool in_topic = config.state.store == stream::StateStore::kKafka;
  if (!online && in_topic) return needs_broker("state.store: kafka");
  if (!in_topic && config.state.dir.empty())
    return Error(ErrorCode::kInvalidConfig, "state.dir is empty: no state is kept");
  if (online) {
    base::Status connected = access->connect();
    if (!connected.ok() && !in_topic) return or_offline(connected.error());
    CORTADO_TRY(connected);
  }
  if (!in_topic) {
    access->directory_ = std::make_unique<checkpoint::DirectoryStores>(
        base::posix_file_system(), config.state.dir, config.kafka.group_id);
    access->stores_ = access->directory_.get();
  }
  CORTADO_TRY(access->find_lanes());
  if (online) CORTADO_TRY(access->ask_group());
  return access;
}

base::Status StateAccess::connect() {
  CORTADO_TRY(kafka::validate(config_.kafka));
  CORTADO_ASSIGN(const auto detector, detector::Detector::create(config_.detector));
  model_hash_ = detector->model_hash();
  settings_hash_ = settings_hash(config_.enrich, config_.detector);
  CORTADO_ASSIGN(const auto admin, kafka::KafkaAdmin::create(config_.kafka));
  CORTADO_ASSIGN(const auto count, admin->partition_count(config_.kafka.input_topic));
  if (!count) {
    return Error(ErrorCode::kNotFound, "topic " + config_.kafka.input_topic +
                                           " does not exist; --offline looks at a state folder "
                                           "without asking the broker");
  }
  partition_count_ = *count;
  CORTADO_ASSIGN(cluster_id_, admin->cluster_id());
  CORTADO_ASSIGN(group_, kafka::GroupAdmin::create(config_.kafka));
  if (config_.state.store != stream::StateStore::kKafka) return {};
  CORTADO_ASSIGN(topic_, kafka::TopicStores::create(config_.kafka, partition_count_));
  stores_ = topic_.get();
  return {};
}

base::Result<std::vector<base::Partition>> StateAccess::partitions() const {
  std::vector<base::Partition> found;
  if (partition_count_ > 0) {
    for (int i = 0; i < partition_count_; ++i) found.emplace_back(i);
    return found;
  }
  const std::string topic =
      config_.state.dir + "/" + checkpoint::folder_name(config_.kafka.input_topic);
  auto names = base::posix_file_system().list(topic);
  if (!names.ok())
    return names.error().with_context("no state of topic " + config_.kafka.input_topic);
  for (const std::string& name : *names) {
    const auto number = base::parse_integer(name);
    if (number.ok() && *number >= 0 && *number <= std::numeric_limits<std::int32_t>::max())
      found.emplace_back(static_cast<std::int32_t>(*number));
  }
  std::sort(found.begin(), found.end());
  return found;
}

base::Status StateAccess::find_lanes() {
  CORTADO_ASSIGN(auto found, partitions());
  if (options_.partition) {
    std::erase_if(found, [this](base::Partition p) { return p.get() != *options_.partition; });
    if (found.empty()) {
      return Error(ErrorCode::kNotFound, "topic " + config_.kafka.input_topic +
                                             " has no partition " +
                                             std::to_string(*options_.partition));
    }
  }
  for (const base::Partition partition : found) {
    const base::TopicPartition lane{config_.kafka.input_topic, partition};
    base::FileSystem& files = topic_ ? topic_->files(lane) : base::posix_file_system();
    lanes_.push_back({.lane = lane,
                      .files = files,
                      .folder = stores_->place(lane),
                      .position = std::nullopt,
                      .pointer = std::nullopt});
  }
  return {};
}

base::Result<std::vector<stream::LanePosition>> StateAccess::positions() {
  std::vector<base::TopicPartition> partitions;
  for (const LaneView& lane : lanes_) partitions.push_back(lane.lane);
  return group_->committed(partitions);
}

base::Status StateAccess::ask_group() {
  CORTADO_ASSIGN(const auto found, positions());
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    lanes_[i].position = found[i];
    const auto pointer = stream::parse_pointer(found[i].pointer);
    lanes_[i].pointer = pointer.ok() ? std::optional(*pointer) : std::nullopt;
  }
  return {};
}

base::Result<bool> StateAccess::ask_again(const LaneView& lane) {
  const auto name = [&] { return lane.pointer ? lane.pointer->snapshot.name : std::string(); };
  const std::string before = name();
  CORTADO_TRY(ask_group());
  return name() != before;
}

checkpoint::LaneIdentity StateAccess::identity(const base::TopicPartition& lane) const {
  checkpoint::LaneIdentity identity;
  identity.lane = lane;
  identity.partition_count = partition_count_;
  identity.cluster_id = cluster_id_;
  identity.model_hash = model_hash_;
  identity.algorithm_version = detector::kAlgorithmVersion;
  identity.settings_hash = settings_hash_;
  return identity;
}

base::Result<stream::Watermarks> StateAccess::watermarks(const base::TopicPartition& lane) {
  CORTADO_ASSIGN(const auto reader,
                 kafka::TopicReader::create(config_.kafka, kafka::Isolation::kReadCommitted));
  CORTADO_ASSIGN(const kafka::OffsetRange range, reader->range(lane));
  return stream::Watermarks{range.begin, range.end};
}

base::Status StateAccess::require_idle_group() {
  if (!online()) return needs_broker("changing state");
  CORTADO_ASSIGN(const auto members, group_->members());
  if (members.empty()) return {};
  return Error(ErrorCode::kLocked,
               "group " + config_.kafka.group_id + " has " + std::to_string(members.size()) +
                   " members (" + members.front() +
                   "): stop its workers first; one that was killed counts until its session times "
                   "out");
}

base::Status StateAccess::commit(std::span<const kafka::NewPosition> positions) {
  // What came and left meanwhile would be undone in silence: a worker, or another such command.
  CORTADO_ASSIGN(const auto now, this->positions());
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const stream::LanePosition& seen = *lanes_[i].position;
    if (now[i].next_offset == seen.next_offset && now[i].pointer == seen.pointer) continue;
    return Error(ErrorCode::kLocked,
                 "group " + config_.kafka.group_id + " has moved on " +
                     base::to_string(lanes_[i].lane) +
                     " while this command worked: a worker, or another such command, came in "
                     "between; nothing was changed: run it again");
  }
  return group_->commit(positions);
}

base::Result<std::unique_ptr<ChosenSnapshot>> StateAccess::choose(const LaneView& lane) const {
  const checkpoint::LaneArchive archive = lane.archive();
  const auto as_chosen = [](checkpoint::FoundSnapshot found, bool committed) {
    return std::make_unique<ChosenSnapshot>(ChosenSnapshot{std::move(found), committed});
  };
  if (!options_.snapshot.empty()) {
    CORTADO_ASSIGN(auto found, archive.find({options_.snapshot, ""}));
    return as_chosen(std::move(found),
                     lane.pointer && lane.pointer->snapshot.name == options_.snapshot);
  }
  if (lane.pointer) {
    if (lane.pointer->snapshot.empty()) return std::unique_ptr<ChosenSnapshot>();
    CORTADO_ASSIGN(auto found, archive.find(lane.pointer->snapshot));
    return as_chosen(std::move(found), true);
  }
  CORTADO_ASSIGN(auto all, archive.snapshots());
  for (checkpoint::FoundSnapshot& found : all) {
    if (found.manifest) return as_chosen(std::move(found), false);
  }
  return std::unique_ptr<ChosenSnapshot>();
}

base::Status StateAccess::remove(const LaneView& lane, const std::vector<std::string>& names) {
  if (topic_) return topic_->remove(lane.lane, names);
  for (const std::string& name : names) {
    base::Status removed = lane.files.remove_file(lane.folder + "/" + name);
    if (!removed.ok() && removed.error().code() != ErrorCode::kNotFound) return removed;
  }
  return {};
}

std::optional<base::EpochMillis> StateAccess::written(const LaneView& lane,
                                                      const std::string& name) const {
  if (topic_) return topic_->written(lane.lane, name);
  std::error_code error;
  const auto time = std::filesystem::last_write_time(lane.folder + "/" + name, error);
  if (error) return std::nullopt;
  const auto system = std::chrono::file_clock::to_sys(time);
  return std::chrono::duration_cast<std::chrono::milliseconds>(system.time_since_epoch()).count();
}

kafka::NewPosition set_position(const base::TopicPartition& lane, base::Offset next,
                                stream::Pointer pointer) {
  pointer.moved = true;
  return {lane, next, stream::format(pointer)};
}

base::Status check_stamps(const LaneView& lane, const checkpoint::Loaded& loaded,
                          const checkpoint::LaneIdentity& ours, base::Offset low_water) {
  const bool replays =
      lane.position && lane.position->next_offset && low_water < *lane.position->next_offset;
  if (!replays) return {};
  const std::string name = base::to_string(lane.lane);
  if (loaded.algorithm_version != ours.algorithm_version) {
    return Error(ErrorCode::kUnsupported,
                 name + ": its state was left off by algorithm version " +
                     std::to_string(loaded.algorithm_version) + ", this build has " +
                     std::to_string(ours.algorithm_version) +
                     ", and it lacks records that the former build has scored: run the former "
                     "build once more and end it by SIGTERM first");
  }
  if (loaded.settings_hash.empty() || loaded.settings_hash == ours.settings_hash) return {};
  return Error(ErrorCode::kInvalidConfig,
               name +
                   ": its state was left off under other settings (input, detector or alerts), "
                   "and it lacks records that were scored under them: start a worker with the "
                   "former settings and end it by SIGTERM first, or name that configuration "
                   "with --config");
}

}  // namespace cortado::app
