// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/base/ids.h"
#include "cortado/base/patience.h"
#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"
#include "cortado/kafka/kafka_config.h"

namespace cortado::kafka {

/// What became of one sender's records: how many are on their way and the first failure. The
/// producer reports to it from its own thread; it outlives the records that name it. Thread-safe.
class DeliveryTracker {
 public:
  void sent() { outstanding_.fetch_add(1, std::memory_order_relaxed); }
  void delivered();
  void failed(base::Error error);
  /// Wait until nothing is on its way any more; false after the timeout.
  bool wait(std::chrono::milliseconds timeout);
  /// Return the first failure since the last call, with the number of failures in its message.
  std::optional<base::Error> take_failure();
  std::int64_t outstanding() const { return outstanding_; }

 private:
  void settle();

  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::atomic<std::int64_t> outstanding_{0};  ///< becomes 0 under the lock only
  std::int64_t failures_ = 0;
  std::optional<base::Error> first_failure_;
};

/// The earliest timestamp of a record that is sent, in milliseconds since 1970: earlier ones become
/// this one, since librdkafka takes 0 for now and Kafka -1 for none.
inline constexpr base::EpochMillis kEarliestTimestamp = 1;

/// One record to send; everything is copied before send() returns.
struct OutgoingRecord {
  std::string_view topic;
  std::optional<base::Partition> partition =
      std::nullopt;  ///< none = by the key, as the Java client does
  std::optional<std::string_view> key = std::nullopt;
  std::optional<std::string_view> value;  ///< none = tombstone
  /// None = now; see kEarliestTimestamp.
  std::optional<base::EpochMillis> timestamp_ms = std::nullopt;
  std::span<const base::RawHeader> headers = {};
};

struct ProducerTotals {
  std::int64_t sent = 0;
  std::int64_t delivered = 0;
  std::int64_t failed = 0;
};

class Client;

/// What a producer holds of records that are not acknowledged yet; who sends more waits.
struct QueueLimits {
  std::int64_t records = 100'000;
  std::int64_t bytes = 256LL << 20;

  bool operator==(const QueueLimits&) const = default;
};

/// What makes a producer transactional.
struct TransactionSettings {
  std::string id;
  std::chrono::milliseconds timeout;
  QueueLimits queue = {};
};

/// The untyped producer: idempotent, acks=all, partitioned like the Java client. A thread of its
/// own serves delivery reports. Thread-safe.
class ProducerCore {
 public:
  /// Does not connect yet. **Errors:** kInvalidConfig.
  static base::Result<std::unique_ptr<ProducerCore>> create(const KafkaConfig& config,
                                                            const QueueLimits& queue = {});
  /// The same with transactions, which the caller drives.
  static base::Result<std::unique_ptr<ProducerCore>> create(const KafkaConfig& config,
                                                            const TransactionSettings& settings);
  ~ProducerCore();
  ProducerCore(const ProducerCore&) = delete;
  ProducerCore& operator=(const ProducerCore&) = delete;

  /// Ask for a topic's leaders in the background; without it the first record for the topic waits
  /// for librdkafka's next look, up to a second. Only before the first send() of any thread.
  void expect(const std::string& topic);
  /// Queue a record; waits while the queue is full. `tracker` may be null. **Errors:**
  /// kInvalidArgument (too large, no such partition), kDenied, kUnavailable (nothing could be
  /// delivered until the queue's oldest records expired).
  base::Status send(const OutgoingRecord& record, DeliveryTracker* tracker);
  /// Return the first failed delivery since the last flush or check, if there is one; does not
  /// wait. **Errors:** as flush.
  base::Status check();
  /// Wait until everything sent is delivered. **Errors:** the first failed delivery since the last
  /// flush, kDenied, kUnavailable after the timeout.
  base::Status flush(std::chrono::milliseconds timeout);
  /// Wait for one tracker's records only. **Errors:** as flush.
  base::Status wait(DeliveryTracker& tracker, std::chrono::milliseconds timeout);
  ProducerTotals totals() const;
  /// Let whoever waits for deliveries give up once it is over; it outlives the producer.
  void set_patience(const base::Patience* patience);
  /// For this room only.
  Client& client();

 private:
  struct Impl;
  explicit ProducerCore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cortado::kafka
