// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "hash_operator.h"

#include <utility>

#include "cortado/base/bytes.h"
#include "cortado/base/hash.h"
#include "cortado/base/random.h"

namespace cortado::stream::testing {
namespace {

constexpr std::string_view kForget = "forget";

class HashProcessor final : public DeviceProcessor {
 public:
  HashProcessor(std::shared_ptr<HashOperator::Counts> counts, std::uint64_t start,
                std::uint64_t hash, std::uint64_t count)
      : counts_(std::move(counts)), start_(start), hash_(hash), count_(count) {}

  void run(std::span<const base::RawRecord* const> records,
           std::span<base::Outcome* const> outcomes, std::size_t) override {
    for (std::size_t i = 0; i < records.size(); ++i) {
      const std::string_view value = records[i]->value.value_or("");
      if (value.starts_with(kForget)) {
        count_ = 0;
        hash_ = start_;
        outcomes[i]->kind = base::OutcomeKind::kIgnored;
        continue;
      }
      hash_ = base::mix64(hash_ ^ base::hash64(value));
      for (const auto& header : records[i]->headers)
        hash_ ^= base::hash64(header.value.value_or("null"));
      ++count_;
      outcomes[i]->kind = base::OutcomeKind::kEnriched;
      if (value.starts_with("alarm")) outcomes[i]->status = base::ScoreStatus::kAlarm;
      outcomes[i]->value = std::to_string(count_) + ":" + base::to_hex(hash_);
    }
  }

  void save(std::string& out) const override {
    if (has_model()) {
      base::ByteWriter writer(out);
      writer.u64(hash_);
      writer.u64(count_);
    }
    const std::lock_guard lock(counts_->mutex);
    ++counts_->saves;
  }

  bool has_model() const override { return count_ > 0; }

 private:
  std::shared_ptr<HashOperator::Counts> counts_;
  std::uint64_t start_;
  std::uint64_t hash_;
  std::uint64_t count_;
};

}  // namespace

bool HashOperator::route(const base::RawRecord& record, std::string& device,
                         base::Outcome& immediate) const {
  const std::string_view value = record.value.value_or("");
  if (value.starts_with("bad")) {
    immediate.kind = base::OutcomeKind::kDeadLetter;
    immediate.stage = "decode";
    immediate.reason = "bad value";
    return false;
  }
  if (value.starts_with("skip")) {
    immediate.kind = base::OutcomeKind::kIgnored;
    immediate.reason = "skipped";
    return false;
  }
  device = record.key.value_or("");
  return true;
}

base::Result<std::unique_ptr<DeviceProcessor>> HashOperator::create(std::string_view device) const {
  const std::uint64_t start = base::hash64(device);
  return std::unique_ptr<DeviceProcessor>(
      std::make_unique<HashProcessor>(counts_, start, start, 0));
}

bool HashOperator::begins(const base::RawRecord& record) const {
  return !record.value.value_or("").starts_with(kForget);
}

base::Result<std::unique_ptr<DeviceProcessor>> HashOperator::load(std::string_view device,
                                                                  std::string_view bytes) const {
  const std::lock_guard lock(counts_->mutex);
  ++counts_->loads;
  if (const auto failure = std::exchange(counts_->failure, std::nullopt)) return *failure;
  const std::uint64_t start = base::hash64(device);
  if (bytes.empty()) {
    return std::unique_ptr<DeviceProcessor>(
        std::make_unique<HashProcessor>(counts_, start, start, 0));
  }
  base::ByteReader reader(bytes);
  const std::uint64_t hash = reader.u64();
  const std::uint64_t count = reader.u64();
  if (!reader.finished()) return base::Error(base::ErrorCode::kCorrupt, "wrong length");
  return std::unique_ptr<DeviceProcessor>(
      std::make_unique<HashProcessor>(counts_, start, hash, count));
}

}  // namespace cortado::stream::testing
