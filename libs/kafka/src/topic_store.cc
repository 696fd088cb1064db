// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/topic_store.h"

#include <map>
#include <mutex>

#include "cortado/base/log.h"
#include "cortado/checkpoint/directory_store.h"
#include "cortado/checkpoint/lane_archive.h"
#include "cortado/kafka/topics.h"
#include "crash_records.h"
#include "group_names.h"
#include "kafka_chunk_log.h"
#include "topic_files.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

/// Space of deleted pieces comes back soon: snapshots are large and short-lived.
const std::map<std::string, std::string> kTopicConfigs = {{"cleanup.policy", "compact"},
                                                          {"min.cleanable.dirty.ratio", "0.1"},
                                                          {"segment.bytes", "134217728"},
                                                          {"segment.ms", "3600000"},
                                                          {"max.message.bytes", "1048588"}};

/// A lane's store over files in a topic: what is removed there is the log's to delete.
class TopicStore final : public checkpoint::SnapshotStore {
 public:
  TopicStore(std::unique_ptr<checkpoint::SnapshotStore> inner, TopicFiles& files)
      : inner_(std::move(inner)), files_(files) {}

  base::Result<std::optional<checkpoint::Loaded>> load(
      const checkpoint::LoadRequest& request, checkpoint::BlobReceiver& receiver,
      const checkpoint::TaskRunner& runner) override {
    return inner_->load(request, receiver, runner);
  }
  base::Status read(std::span<const std::string_view> devices, checkpoint::BlobReceiver& receiver,
                    const checkpoint::TaskRunner& runner) override {
    return inner_->read(devices, receiver, runner);
  }
  std::unique_ptr<checkpoint::SnapshotWriter> begin(const checkpoint::SnapshotFacts& facts,
                                                    checkpoint::Lineage lineage) override {
    return inner_->begin(facts, lineage);
  }
  checkpoint::SnapshotName current() const override { return inner_->current(); }
  std::vector<std::string> superseded(std::string_view name) override {
    static_cast<void>(inner_->superseded(name));
    return files_.take_removed();
  }

 private:
  std::unique_ptr<checkpoint::SnapshotStore> inner_;
  TopicFiles& files_;
};

base::Status check_compacted(KafkaAdmin& admin, const std::string& topic) {
  const auto policy = admin.topic_setting(topic, "cleanup.policy");
  if (!policy.ok()) {
    base::log_warning(
        "kafka", "cannot tell whether the state topic is compacted: " + policy.error().message());
    return {};
  }
  if (*policy == "compact") return {};
  return Error(ErrorCode::kInvalidConfig,
               "topic " + topic + " has cleanup.policy " + *policy +
                   ", which deletes state in time: set it to compact (kafka-configs.sh --alter "
                   "--entity-type topics --entity-name " +
                   topic + " --add-config cleanup.policy=compact)");
}

/// True if a manifest of the topic is of our input. The input tells the group too: the topic's name
/// is the group's id and the input.
base::Result<bool> holds_state_of(const KafkaConfig& config, const std::string& topic,
                                  int partitions, StateClients& clients) {
  for (int p = 0; p < partitions; ++p) {
    const base::TopicPartition partition{topic, base::Partition(p)};
    TopicFiles files(std::make_shared<KafkaChunkLog>(clients, partition),
                     base::to_string(partition));
    const std::string folder =
        checkpoint::lane_folder(topic, {config.input_topic, base::Partition(p)});
    CORTADO_ASSIGN(const auto found, checkpoint::LaneArchive(files, folder).snapshots());
    for (const checkpoint::FoundSnapshot& snapshot : found) {
      if (!snapshot.manifest) continue;
      if (snapshot.manifest->identity.lane.topic == config.input_topic) return true;
    }
  }
  return false;
}

/// Where the snapshots are, or are to be. Before ADR 95 a group with a dot in its id had another
/// topic, or shared it with a group of another input; what holds our state we go on with.
base::Result<std::string> find_topic(KafkaAdmin& admin, const KafkaConfig& config,
                                     const base::Patience* patience) {
  std::string name = state_topic(config);
  std::string former = former_group_prefix(config) + "state";
  if (former == name) return name;
  CORTADO_ASSIGN(const auto present, admin.partition_count(name));
  if (present) return name;
  CORTADO_ASSIGN(const auto partitions, admin.partition_count(former));
  if (!partitions) return name;
  CORTADO_ASSIGN(const auto clients, StateClients::create(config, {.patience = patience}));
  const auto ours = holds_state_of(config, former, *partitions, *clients);
  // Who had written there could read there.
  if (!ours.ok() && ours.error().code() != ErrorCode::kDenied) return ours.error();
  return ours.ok() && *ours ? former : name;
}

}  // namespace

std::string state_topic(const KafkaConfig& config) { return group_prefix(config) + "state"; }

TopicSpec state_topic_spec(const KafkaConfig& config, int partitions) {
  std::map<std::string, std::string> configs = config.state_topic_configs;
  configs.insert(kTopicConfigs.begin(), kTopicConfigs.end());
  return {.name = state_topic(config),
          .partitions = partitions,
          .partitions_if_created = partitions,
          .configs = std::move(configs)};
}

struct TopicStores::Impl {
  explicit Impl(std::string name) : topic(std::move(name)) {}

  TopicFiles& files(const base::TopicPartition& lane) {
    const std::lock_guard lock(mutex);
    auto& found = lanes[lane];
    if (!found) {
      const base::TopicPartition partition{topic, lane.partition};
      found = std::make_unique<TopicFiles>(std::make_shared<KafkaChunkLog>(*clients, partition),
                                           base::to_string(partition));
    }
    return *found;
  }

  const std::string topic;
  std::unique_ptr<StateClients> clients;
  std::mutex mutex;
  std::map<base::TopicPartition, std::unique_ptr<TopicFiles>> lanes;
};

TopicStores::TopicStores(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TopicStores::~TopicStores() = default;

base::Result<std::unique_ptr<TopicStores>> TopicStores::create(const KafkaConfig& config,
                                                               int partitions,
                                                               const StoreOptions& options) {
  CORTADO_ASSIGN(const auto admin, KafkaAdmin::create(config));
  TopicSpec spec = state_topic_spec(config, partitions);
  CORTADO_ASSIGN(spec.name, find_topic(*admin, config, options.patience));
  CORTADO_TRY(admin->ensure_topic(spec));
  CORTADO_TRY(check_compacted(*admin, spec.name));
  auto impl = std::make_unique<Impl>(spec.name);
  CORTADO_ASSIGN(impl->clients, StateClients::create(config, options));
  return std::unique_ptr<TopicStores>(new TopicStores(std::move(impl)));
}

base::Status TopicStores::check(const KafkaConfig& config, int partitions) {
  TopicSpec spec = state_topic_spec(config, partitions);
  CORTADO_TRY(check_topic_name("kafka.group_id, which names the state topic", spec.name));
  CORTADO_ASSIGN(const auto admin, KafkaAdmin::create(config));
  CORTADO_ASSIGN(spec.name, find_topic(*admin, config, nullptr));
  CORTADO_TRY(admin->check_topic(spec));
  CORTADO_ASSIGN(const auto found, admin->partition_count(spec.name));
  return found ? check_compacted(*admin, spec.name) : base::Status();
}

const std::string& TopicStores::topic() const { return impl_->topic; }

base::Result<std::unique_ptr<checkpoint::SnapshotStore>> TopicStores::open(
    const checkpoint::LaneIdentity& identity, std::uint64_t writer) {
  TopicFiles& files = impl_->files(identity.lane);
  checkpoint::DirectoryStores inner(files, impl_->topic);
  CORTADO_ASSIGN(auto store, inner.open(identity, writer));
  return std::unique_ptr<checkpoint::SnapshotStore>(
      std::make_unique<TopicStore>(std::move(store), files));
}

std::string TopicStores::place(const base::TopicPartition& lane) const {
  return checkpoint::lane_folder(impl_->topic, lane);
}

base::Status TopicStores::tell(const base::TopicPartition& lane,
                               std::span<const stream::CrashDeath> deaths) {
  return CrashRecords(impl_->files(lane)).tell(deaths);
}

base::Result<std::vector<stream::CrashDeath>> TopicStores::told(const base::TopicPartition& lane) {
  return CrashRecords(impl_->files(lane)).told();
}

base::Status TopicStores::forget(const base::TopicPartition& lane,
                                 std::span<const std::string> names) {
  return CrashRecords(impl_->files(lane)).forget(names);
}

base::FileSystem& TopicStores::files(const base::TopicPartition& lane) {
  return impl_->files(lane);
}

std::optional<base::EpochMillis> TopicStores::written(const base::TopicPartition& lane,
                                                      const std::string& name) const {
  return impl_->files(lane).written(name);
}

base::Status TopicStores::remove(const base::TopicPartition& lane,
                                 const std::vector<std::string>& names) {
  TopicFiles& files = impl_->files(lane);
  for (const std::string& name : names) CORTADO_TRY(files.remove_file(name));
  return files.discard(files.take_removed());
}

}  // namespace cortado::kafka
