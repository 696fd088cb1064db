// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

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
  std::int64_t sent = 0;
  std::int64_t lost = 0;                           ///< letters whose value was too large to be kept
  std::map<std::int32_t, std::int64_t> next = {};  ///< where to go on in the dead-letter topic
};

/// Sends the records of dead letters back, key, value and headers byte for byte.
class LetterReplay {
 public:
  /// With `options.dry_run` nothing is sent. The arguments outlive it. **Errors:** kInvalidConfig.
  static base::Result<std::unique_ptr<LetterReplay>> create(const kafka::KafkaConfig& config,
                                                            const DlqOptions& options);

  /// Send one, or say that there is nothing to send. **Errors:** kNotFound (no such topic or
  /// partition), those of ProducerCore::send.
  base::Result<std::optional<ReplayTarget>> take(const FoundLetter& found);
  /// Wait until all is acknowledged. **Errors:** those of ProducerCore::flush.
  base::Status finish();
  const ReplayCounts& counts() const { return counts_; }

 private:
  explicit LetterReplay(const DlqOptions& options) : options_(options) {}

  base::Result<ReplayTarget> target_of(const kafka::DeadLetter& letter);
  base::Result<int> partitions_of(const std::string& topic);

  const DlqOptions& options_;
  std::unique_ptr<kafka::KafkaAdmin> admin_;
  std::unique_ptr<kafka::ProducerCore> producer_;
  std::map<std::string, int> partitions_;
  ReplayCounts counts_;
};

}  // namespace cortado::app
