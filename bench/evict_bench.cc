// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// rooms: stream detector
//
// A fleet of hourly sensors through the engine, a bounded part of it in memory: ACTIVE devices send
// STAY records each in turns, then the next ACTIVE ones, round and round. Prints one JSON object
// whose `digest` is of all outcomes. Started again on the same folder it measures the start alone.
//
//   evict_bench DEVICES MAX_RESIDENT ACTIVE STAY RECORDS THREADS FOLDER     (MAX_RESIDENT 0 = all)
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "cortado/base/hash.h"
#include "cortado/base/random.h"
#include "cortado/detector/blob_facts.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"
#include "cortado/stream/engine.h"

namespace {

using namespace cortado;

struct Fleet {
  std::int64_t devices = 0;
  std::int64_t active = 0;
  std::int64_t stay = 0;
  std::int64_t records = 0;
};

[[noreturn]] void fail(const base::Error& error) {
  std::fprintf(stderr, "evict_bench: %s\n", error.message().c_str());
  std::exit(1);
}

class FleetSource final : public stream::PartitionedSource {
 public:
  explicit FleetSource(const Fleet& fleet) : fleet_(fleet) {}

  base::Status start(stream::AssignmentListener& listener) override {
    listener_ = &listener;
    return {};
  }

  base::Result<stream::SourceState> poll(std::chrono::milliseconds, std::size_t limit,
                                         stream::RecordReceiver& receiver) override {
    if (start_ms < 0) {
      const auto begin = std::chrono::steady_clock::now();
      listener_->assigned(std::span(&lane_, 1));
      start_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
                     .count();
    }
    for (; limit > 0 && next_ < fleet_.records; --limit) deliver(next_++, receiver);
    return next_ == fleet_.records ? stream::SourceState::kFinished : stream::SourceState::kOpen;
  }

  base::Status seek(const base::TopicPartition&, base::Offset next) override {
    next_ = next.get();
    return {};
  }
  base::Status pause(const base::TopicPartition&) override { return {}; }
  base::Status resume(const base::TopicPartition&) override { return {}; }
  base::Result<stream::Watermarks> watermarks(const base::TopicPartition&) override {
    return stream::Watermarks{base::Offset(0), base::Offset(fleet_.records)};
  }
  base::Result<base::Offset> first_offset(const base::TopicPartition&) override {
    return base::Offset(0);
  }
  bool owns(const base::TopicPartition&) override { return true; }
  base::Result<int> partition_count() override { return 1; }
  void close() override { listener_->revoked(std::span(&lane_, 1)); }

  double start_ms = -1;  ///< time that the lane took to open

 private:
  void deliver(std::int64_t offset, stream::RecordReceiver& receiver) {
    const std::int64_t visit = offset / (fleet_.active * fleet_.stay);
    const std::int64_t place = offset % (fleet_.active * fleet_.stay);
    const std::int64_t device = (visit * fleet_.active + place % fleet_.active) % fleet_.devices;
    const std::int64_t round = visit * fleet_.active / fleet_.devices;
    const std::int64_t hour = round * fleet_.stay + place / fleet_.active;
    const std::string key = "device-" + std::to_string(device);
    // A daily cycle with noise within the seed's range, 0 to 0.1.
    const auto noise = static_cast<double>(
        base::mix64(static_cast<std::uint64_t>(device * 1'000'003 + hour)) % 1000);
    const double value =
        .04 + .02 * std::sin(static_cast<double>(hour + device) * 6.2831853 / 24) + noise * 1e-5;
    char bytes[sizeof(value)];
    std::memcpy(bytes, &value, sizeof(value));
    base::RawRecord record;
    record.topic = lane_.topic;
    record.partition = lane_.partition;
    record.offset = base::Offset(offset);
    record.timestamp_ms = 946'684'800'000 + hour * 3'600'000;
    record.key = key;
    record.value = std::string_view(bytes, sizeof(bytes));
    receiver.receive(record);
  }

  const Fleet fleet_;
  const base::TopicPartition lane_{"fleet", base::Partition(0)};
  stream::AssignmentListener* listener_ = nullptr;
  std::int64_t next_ = 0;
};

/// Keeps nothing but a hash of all outcomes in their order.
class DigestLogs final : public stream::LaneLogFactory {
 public:
  class Log final : public stream::LaneLog {
   public:
    explicit Log(DigestLogs& logs) : logs_(logs) {}
    base::Result<stream::LanePosition> position() override { return stream::LanePosition{}; }
    base::Status begin() override { return {}; }
    base::Status append(const base::RawRecord&, const base::Outcome& outcome) override {
      logs_.digest = base::hash64(outcome.value, logs_.digest);
      return {};
    }
    base::Result<stream::CommitResult> commit(base::Offset, std::string_view) override {
      return stream::CommitResult::kCommitted;
    }
    base::Status abort() override { return {}; }

   private:
    DigestLogs& logs_;
  };

  base::Result<std::unique_ptr<stream::LaneLog>> create(const base::TopicPartition&) override {
    return std::unique_ptr<stream::LaneLog>(std::make_unique<Log>(*this));
  }
  std::uint64_t digest = 0;
};

class ModelProcessor final : public stream::DeviceProcessor {
 public:
  ModelProcessor(std::string_view device, std::unique_ptr<detector::DeviceModel> model)
      : device_(device), model_(std::move(model)) {}

  void run(std::span<const base::RawRecord* const> records,
           std::span<base::Outcome* const> outcomes, std::size_t) override {
    for (std::size_t i = 0; i < records.size(); ++i) {
      double value = 0;
      std::memcpy(&value, records[i]->value->data(), sizeof(value));
      const auto score = model_->update({device_, records[i]->timestamp_ms, value});
      const double shown[] = {score.anomaly.value_or(-1), score.prediction_next.value_or(-1)};
      outcomes[i]->kind = base::OutcomeKind::kEnriched;
      outcomes[i]->value.assign(reinterpret_cast<const char*>(shown), sizeof(shown));
    }
  }
  void save(std::string& out) const override { model_->save(out); }

 private:
  std::string device_;
  std::unique_ptr<detector::DeviceModel> model_;
};

class ModelOperator final : public stream::Operator {
 public:
  explicit ModelOperator(const detector::Detector& detector) : detector_(detector) {}
  bool route(const base::RawRecord& record, std::string& device, base::Outcome&) const override {
    device = *record.key;
    return true;
  }
  base::Result<std::unique_ptr<stream::DeviceProcessor>> create(
      std::string_view device) const override {
    return wrap(device, detector_.create_model(device));
  }
  base::Result<std::unique_ptr<stream::DeviceProcessor>> load(
      std::string_view device, std::string_view bytes) const override {
    CORTADO_ASSIGN(auto model, detector_.load_model(device, bytes));
    return wrap(device, std::move(model));
  }
  std::string model_hash() const override { return detector_.model_hash(); }
  std::uint32_t algorithm_version() const override { return detector::kAlgorithmVersion; }

 private:
  static std::unique_ptr<stream::DeviceProcessor> wrap(
      std::string_view device, std::unique_ptr<detector::DeviceModel> model) {
    return std::make_unique<ModelProcessor>(device, std::move(model));
  }
  const detector::Detector& detector_;
};

class Silent final : public stream::EngineObserver {
 public:
  void committed(const base::TopicPartition&, std::span<const base::RawRecord>,
                 std::span<const base::Outcome>) override {}
  void batch_ended(const stream::BatchReport&) override {}
  void devices_changed(const stream::DeviceCounts&) override {}
};

/// A field of /proc/self/status in MiB.
long memory_mib(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":")) return std::atol(line.c_str() + field.size() + 1) / 1024;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) {
    std::fprintf(stderr, "usage: %s DEVICES MAX_RESIDENT ACTIVE STAY RECORDS THREADS FOLDER\n",
                 argv[0]);
    return 2;
  }
  const Fleet fleet{.devices = std::atoll(argv[1]),
                    .active = std::atoll(argv[3]),
                    .stay = std::atoll(argv[4]),
                    .records = std::atoll(argv[5])};
  detector::DetectorConfig seed;
  seed.preset = detector::Preset::kSeed;
  const auto detector = detector::Detector::create(seed);
  if (!detector.ok()) fail(detector.error());
  const ModelOperator operation(**detector);
  FleetSource source(fleet);
  DigestLogs logs;
  Silent observer;
  const stream::StreamConfig config{.batch_interval = std::chrono::milliseconds(100),
                                    .threads = std::atoll(argv[6])};
  const stream::StateConfig state{.dir = argv[7], .max_resident_devices = std::atoll(argv[2])};
  auto engine = stream::Engine::create(config, state,
                                       {.source = source,
                                        .logs = logs,
                                        .operation = operation,
                                        .observer = observer,
                                        .clock = base::system_clock(),
                                        .files = base::posix_file_system(),
                                        .cluster_id = ""});
  if (!engine.ok()) fail(engine.error());
  const auto begin = std::chrono::steady_clock::now();
  if (const base::Status ran = (*engine)->run({}); !ran.ok()) fail(ran.error());
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const stream::EngineTotals totals = (*engine)->totals();
  std::printf(
      "{\"devices\":%lld,\"max_resident\":%s,\"records\":%lld,\"seconds\":%.2f,"
      "\"records_per_s\":%.0f,\"start_ms\":%.1f,\"evictions\":%lld,\"loads\":%lld,"
      "\"peak_rss_mib\":%ld,\"digest\":\"%s\"}\n",
      static_cast<long long>(fleet.devices), argv[2], static_cast<long long>(totals.records_in),
      seconds, static_cast<double>(totals.records_in) / seconds, source.start_ms,
      static_cast<long long>(totals.evictions), static_cast<long long>(totals.loads),
      memory_mib("VmHWM"), base::to_hex(logs.digest).c_str());
  return 0;
}
