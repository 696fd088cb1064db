// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "crash_points.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>

#include "forwarding_source.h"

namespace cortado::app {
namespace {

class SteppedFiles final : public base::FileSystem {
 public:
  SteppedFiles(base::FileSystem& inner, CrashPoints& points) : inner_(inner), points_(points) {}

  base::Result<std::string> read_file(const std::string& path) override {
    points_.reached("read");
    return inner_.read_file(path);
  }
  base::Result<std::string> read_range(const std::string& path, std::int64_t offset,
                                       std::int64_t size) override {
    points_.reached("read");
    return inner_.read_range(path, offset, size);
  }
  base::Status write_file_atomically(const std::string& path, std::string_view bytes) override {
    points_.reached("write");
    base::Status status = inner_.write_file_atomically(path, bytes);
    points_.reached("written");
    return status;
  }
  base::Status remove_file(const std::string& path) override {
    points_.reached("remove");
    base::Status status = inner_.remove_file(path);
    points_.reached("removed");
    return status;
  }
  base::Status create_directories(const std::string& path) override {
    return inner_.create_directories(path);
  }
  base::Result<std::vector<std::string>> list(const std::string& path) override {
    return inner_.list(path);
  }
  bool exists(const std::string& path) override { return inner_.exists(path); }
  base::Result<std::unique_ptr<base::FileLock>> lock(const std::string& path) override {
    return inner_.lock(path);
  }

 private:
  base::FileSystem& inner_;
  CrashPoints& points_;
};

class SteppedSource final : public ForwardingSource {
 public:
  SteppedSource(stream::PartitionedSource& source, CrashPoints& points)
      : ForwardingSource(source), points_(points) {}

 private:
  void revoked(std::span<const base::TopicPartition> partitions) override {
    points_.reached("revoke");
    ForwardingSource::revoked(partitions);
    points_.reached("revoked");
  }

  CrashPoints& points_;
};

class SteppedObserver final : public stream::EngineObserver {
 public:
  SteppedObserver(stream::EngineObserver& inner, CrashPoints& points)
      : inner_(inner), points_(points) {}

  void committed(const base::TopicPartition& lane, std::span<const base::RawRecord> inputs,
                 std::span<const base::Outcome> outcomes) override {
    inner_.committed(lane, inputs, outcomes);
  }
  void batch_ended(const stream::BatchReport& report) override { inner_.batch_ended(report); }
  void devices_changed(const stream::DeviceCounts& counts) override {
    inner_.devices_changed(counts);
  }
  void lanes_changed(std::span<const stream::LaneReport> lanes) override {
    replays_ = std::any_of(lanes.begin(), lanes.end(), [](const auto& lane) {
      return lane.state == stream::LaneState::kReplaying;
    });
    inner_.lanes_changed(lanes);
  }
  void batch_began(std::int64_t batch, std::int64_t rows) override {
    if (replays_) points_.reached("replay");
    inner_.batch_began(batch, rows);
  }
  void snapshot_taken(const stream::SnapshotReport& report) override {
    inner_.snapshot_taken(report);
  }
  void devices_evicted(std::span<const std::string_view> names) override {
    inner_.devices_evicted(names);
  }

 private:
  stream::EngineObserver& inner_;
  CrashPoints& points_;
  bool replays_ = false;
};

class PoisonedProcessor final : public stream::DeviceProcessor {
 public:
  PoisonedProcessor(std::unique_ptr<stream::DeviceProcessor> inner, const std::string& text)
      : inner_(std::move(inner)), text_(text) {}

  void run(std::span<const base::RawRecord* const> records,
           std::span<base::Outcome* const> outcomes, std::size_t following) override {
    for (const base::RawRecord* record : records) {
      if (record->value.value_or("").find(text_) == std::string_view::npos) continue;
      std::signal(SIGSEGV, SIG_DFL);
      std::raise(SIGSEGV);
    }
    inner_->run(records, outcomes, following);
  }
  void save(std::string& out) const override { inner_->save(out); }
  bool has_model() const override { return inner_->has_model(); }

 private:
  std::unique_ptr<stream::DeviceProcessor> inner_;
  const std::string& text_;
};

class PoisonedOperator final : public stream::Operator {
 public:
  PoisonedOperator(const stream::Operator& inner, std::string text)
      : inner_(inner), text_(std::move(text)) {}

  bool route(const base::RawRecord& record, std::string& device,
             base::Outcome& immediate) const override {
    return inner_.route(record, device, immediate);
  }
  bool begins(const base::RawRecord& record) const override { return inner_.begins(record); }
  base::Result<std::unique_ptr<stream::DeviceProcessor>> create(
      std::string_view device) const override {
    return wrap(inner_.create(device));
  }
  base::Result<std::unique_ptr<stream::DeviceProcessor>> load(
      std::string_view device, std::string_view bytes) const override {
    return wrap(inner_.load(device, bytes));
  }
  std::string model_hash() const override { return inner_.model_hash(); }
  std::uint32_t algorithm_version() const override { return inner_.algorithm_version(); }
  std::string settings_hash() const override { return inner_.settings_hash(); }

 private:
  base::Result<std::unique_ptr<stream::DeviceProcessor>> wrap(
      base::Result<std::unique_ptr<stream::DeviceProcessor>> made) const {
    if (!made.ok()) return made.error();
    return std::unique_ptr<stream::DeviceProcessor>(
        std::make_unique<PoisonedProcessor>(std::move(made).value(), text_));
  }

  const stream::Operator& inner_;
  const std::string text_;
};

}  // namespace

std::unique_ptr<stream::Operator> poisoned(const stream::Operator& operation, std::string text) {
  return std::make_unique<PoisonedOperator>(operation, std::move(text));
}

CrashPoints::CrashPoints(const char* spec) {
  if (spec == nullptr) return;
  const std::string_view text(spec);
  step_ = text.substr(0, text.find(':'));
  left_ = step_.size() < text.size() ? std::strtol(text.data() + step_.size() + 1, nullptr, 10) : 1;
}

void CrashPoints::reached(std::string_view step) {
  if (step != step_) return;
  if (std::atomic_ref<long>(left_).fetch_sub(1) == 1) std::raise(SIGKILL);
}

std::function<void(std::string_view)> CrashPoints::steps() {
  if (!armed()) return {};
  return [this](std::string_view step) { reached(step); };
}

std::unique_ptr<stream::PartitionedSource> CrashPoints::wrap(stream::PartitionedSource& source) {
  return std::make_unique<SteppedSource>(source, *this);
}

std::unique_ptr<stream::EngineObserver> CrashPoints::wrap(stream::EngineObserver& observer) {
  return std::make_unique<SteppedObserver>(observer, *this);
}

std::unique_ptr<base::FileSystem> CrashPoints::wrap(base::FileSystem& files) {
  return std::make_unique<SteppedFiles>(files, *this);
}

}  // namespace cortado::app
