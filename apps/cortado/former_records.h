// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

#include "app_config.h"
#include "cortado/base/ids.h"
#include "cortado/base/patience.h"
#include "cortado/base/result.h"
#include "cortado/dashboard/dashboard.h"
#include "cortado/kafka/topic_reader.h"
#include "device_rows.h"

namespace cortado::app {

/// Shows on the page what the output topic holds already of our partitions: after a restart every
/// device is there with its charts, before its next record. On a thread of its own, for which
/// nothing waits; what cannot be read is not shown, and the log says why. Output and input topic
/// have equally many partitions.
class FormerRecords {
 public:
  /// `page` outlives it. **Errors:** those of the Kafka client and of the mapping.
  static base::Result<std::unique_ptr<FormerRecords>> create(dashboard::Dashboard& page,
                                                             const AppConfig& config);
  ~FormerRecords();
  FormerRecords(const FormerRecords&) = delete;
  FormerRecords& operator=(const FormerRecords&) = delete;

  /// Show the newest records made from these partitions of the input. Thread-safe.
  void want(std::span<const base::TopicPartition> lanes);

 private:
  FormerRecords(dashboard::Dashboard& page, const AppConfig& config, record::Mapping mapping,
                std::unique_ptr<kafka::TopicReader> reader);
  void run(const std::stop_token& stop);
  base::Status show(const base::TopicPartition& lane, const std::stop_token& stop);
  void take(const base::TopicPartition& lane, const base::RawRecord& output);
  void publish(const std::stop_token& stop);

  dashboard::Dashboard& page_;
  const std::string topic_;
  const std::int64_t most_;  ///< records of a partition
  base::Patience patience_;
  std::unique_ptr<kafka::TopicReader> reader_;
  DeviceRows rows_;
  std::vector<dashboard::DeviceRow> batch_;
  std::size_t count_ = 0;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<base::TopicPartition> wanted_;
  std::jthread thread_;
};

}  // namespace cortado::app
