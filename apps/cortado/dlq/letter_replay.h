// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "cortado/base/result.h"
#include "cortado/kafka/producer_core.h"
#include "cortado/kafka/topics.h"
#include "dlq/letter_selection.h"

namespace cortado::app {

/// Where a letter's record goes.
struct ReplayTarget {
  std::string topic;
  std::optional<base::Partition> partition;  ///< none = by the key, as the Java client does
};

/// What a replay did.
struct ReplayCounts {
  std::int64_t sent = 0;  ///< acknowledged; of a dry run: what would be sent
  std::int64_t lost = 0;  ///< letters whose value was too large to be kept
  /// Letters of a record that one before them has sent: of two groups, or written twice.
  std::int64_t repeats = 0;
  std::int64_t ahead = 0;  ///< of those sent, letters behind `next`: it failed before them
  /// Where to go on in each partition of the dead-letter topic that was reached.
  std::map<std::int32_t, std::int64_t> next = {};
};

/// Knows which records were seen: two letters are of one record if their records' places, times and
/// bytes are equal. (A topic that was made anew has other records at equal places.)
class SeenRecords {
 public:
  /// False if it was seen before.
  bool add(const base::RawRecord& record);

 private:
  using Lane = std::set<std::pair<std::int64_t, std::uint64_t>>;  ///< offset, hash of the rest
  std::map<std::pair<std::string, std::int32_t>, Lane> lanes_;
};

/// Sends the records of dead letters back, key, value and headers byte for byte, each once.
class LetterReplay {
 public:
  /// With `options.dry_run` nothing is sent. The arguments outlive it. **Errors:** kInvalidConfig.
  static base::Result<std::unique_ptr<LetterReplay>> create(const kafka::KafkaConfig& config,
                                                            const DlqOptions& options);

  /// Send one, or say that there is nothing to send. **Errors:** kNotFound (no such topic or
  /// partition), those of ProducerCore::send, the first failed delivery of one sent before.
  base::Result<std::optional<ReplayTarget>> take(const FoundLetter& found);
  /// Wait until all is acknowledged, which counts() tells then, whatever failed. **Errors:** those
  /// of ProducerCore::flush.
  base::Status finish();
  const ReplayCounts& counts() const { return counts_; }

 private:
  /// A letter that was taken, until its record is acknowledged.
  struct Taken {
    enum class Kind { kSent, kLost, kRepeat };
    Taken(std::int32_t in, std::int64_t at, Kind what) : partition(in), offset(at), kind(what) {}
    std::int32_t partition;  ///< of the dead-letter topic
    std::int64_t offset;
    Kind kind;
    kafka::DeliveryTracker tracker = {};
  };

  explicit LetterReplay(const DlqOptions& options) : options_(options) {}

  base::Result<ReplayTarget> send(const kafka::DeadLetter& letter, kafka::DeliveryTracker& tracker);
  Taken::Kind kind_of(const kafka::DeadLetter& letter);
  void settle();
  void count(const Taken& taken, bool delivered);

  base::Result<ReplayTarget> target_of(const kafka::DeadLetter& letter);
  base::Result<int> partitions_of(const std::string& topic);

  const DlqOptions& options_;
  std::unique_ptr<kafka::KafkaAdmin> admin_;
  std::map<std::string, int> partitions_;
  SeenRecords seen_;
  ReplayCounts counts_;
  std::set<std::int32_t> stuck_;  ///< partitions where a record could not be sent
  std::optional<base::Error> failure_;
  std::deque<Taken> taken_;                        ///< in the order of the dead-letter topic
  std::unique_ptr<kafka::ProducerCore> producer_;  ///< goes first: it reports to taken_
};

}  // namespace cortado::app
