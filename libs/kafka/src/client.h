// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cortado/base/patience.h"
#include "cortado/base/result.h"
#include "cortado/kafka/errors.h"
#include "cortado/kafka/kafka_config.h"

// librdkafka's types, without its header.
struct rd_kafka_s;
struct rd_kafka_conf_s;
struct rd_kafka_message_s;
struct rd_kafka_topic_partition_list_s;

namespace cortado::kafka {

/// What a client hears of itself, on the thread that polls it.
class ClientEvents {
 public:
  virtual ~ClientEvents() = default;
  virtual void delivered(const rd_kafka_message_s& /*message*/) {}
  virtual void rebalanced(int /*code*/, rd_kafka_topic_partition_list_s* /*partitions*/) {}
  virtual void committed(int /*code*/) {}
};

enum class ClientKind { kProducer, kConsumer };

using Properties = std::vector<std::pair<std::string, std::string>>;

/// How a client differs from others.
struct ClientSettings {
  ClientKind kind = ClientKind::kProducer;
  Properties defaults;            ///< pass-through properties win over these
  Properties fixed;               ///< these win over pass-through properties
  bool rebalance_events = false;  ///< only for who subscribes
};

/// A librdkafka handle with what all of ours share: configuration, logs, errors that come only by
/// callback. Thread-safe as librdkafka is.
class Client {
 public:
  /// Destroys a client, or leaves an abandoned one to the process's end: its threads still log.
  struct Deleter {
    void operator()(Client* client) const;
  };
  using Ptr = std::unique_ptr<Client, Deleter>;

  /// `events` outlives the client; may be null. **Errors:** kInvalidConfig.
  static base::Result<Ptr> create(const KafkaConfig& config, const ClientSettings& settings,
                                  ClientEvents* events);
  /// Make a client that knows no broker, and drop it. **Errors:** kInvalidConfig.
  static base::Status check(const KafkaConfig& config, const ClientSettings& settings);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  rd_kafka_s* handle() const { return handle_; }
  const KafkaConfig& config() const { return config_; }

  /// Whoever waits on this client gives up once it is over; it outlives the client. Null: never.
  void set_patience(const base::Patience* patience) { patience_ = patience; }
  bool gives_up() const { return base::is_over(patience_); }

  /// Something was answered by a broker: authentication works.
  void succeeded() { watch_.succeeded(); }
  /// The error that no call reports: failed authentication, or a fatal error of the handle.
  std::optional<base::Error> verdict() const;
  /// Return an Error for a code, redacted.
  base::Error error(int code, std::string_view text = {}) const;
  /// Return what to say after waiting in vain: verdict() if there is one, else kUnavailable with
  /// the last thing that the brokers or the network said.
  base::Error timed_out(std::string_view what) const;
  /// Never destroy the handle: destroying would wait for ever.
  void abandon() { abandoned_ = true; }
  /// Destroy the handle, but do not wait for ever: librdkafka 2.0.2 may never end a thread of a
  /// topic that was deleted. Returns false, and abandons it, if that takes longer than a few
  /// seconds.
  bool destroy();
  bool abandoned() const { return abandoned_; }

  // For the callbacks only.
  void on_error(int code, std::string_view reason);
  void on_log(int level, std::string_view facility, std::string_view text) const;
  ClientEvents* events() const { return events_; }

 private:
  Client(const KafkaConfig& config, ClientEvents* events) : config_(config), events_(events) {}
  base::Status open(const ClientSettings& settings);
  base::Status configure(rd_kafka_conf_s* conf, const ClientSettings& settings);

  KafkaConfig config_;
  ClientEvents* events_;
  rd_kafka_s* handle_ = nullptr;
  bool abandoned_ = false;
  const base::Patience* patience_ = nullptr;
  AuthenticationWatch watch_;
  mutable std::mutex mutex_;
  std::string last_error_;
};

}  // namespace cortado::kafka
