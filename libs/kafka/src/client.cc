// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "client.h"

#include <array>
#include <memory>

#include <librdkafka/rdkafka.h>

#include "call_in_time.h"
#include "cortado/base/clock.h"
#include "cortado/base/log.h"
#include "properties.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::string_view kComponent = "kafka";
constexpr std::chrono::seconds kDestroyTime{5};

void log_callback(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
  static_cast<const Client*>(rd_kafka_opaque(handle))->on_log(level, facility, text);
}

void error_callback(rd_kafka_t* /*handle*/, int code, const char* reason, void* opaque) {
  static_cast<Client*>(opaque)->on_error(code, reason);
}

void delivery_callback(rd_kafka_t* /*handle*/, const rd_kafka_message_t* message, void* opaque) {
  if (auto* events = static_cast<Client*>(opaque)->events()) events->delivered(*message);
}

void rebalance_callback(rd_kafka_t* /*handle*/, rd_kafka_resp_err_t code,
                        rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  static_cast<Client*>(opaque)->events()->rebalanced(code, partitions);
}

void commit_callback(rd_kafka_t* /*handle*/, rd_kafka_resp_err_t code,
                     rd_kafka_topic_partition_list_t* /*partitions*/, void* opaque) {
  if (auto* events = static_cast<Client*>(opaque)->events()) events->committed(code);
}

/// A property for the other kind of client is no fault: one block serves both. The embedded broker
/// cannot be told to create no topics. A client without brokers is made to be dropped.
bool is_noise(std::string_view facility, std::string_view text) {
  const auto says = [text](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  };
  return facility == "AUTOCREATE" ||
         (facility == "CONFWARN" && (says("will be ignored") || says("bootstrap.servers")));
}

base::LogLevel to_level(int syslog_level) {
  if (syslog_level <= 3) return base::LogLevel::kError;
  if (syslog_level == 4) return base::LogLevel::kWarning;
  return syslog_level <= 6 ? base::LogLevel::kInfo : base::LogLevel::kDebug;
}

base::Status set(rd_kafka_conf_s* conf, const KafkaConfig& config, const std::string& name,
                 const std::string& value) {
  std::array<char, 512> text{};
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text.data(), text.size()) ==
      RD_KAFKA_CONF_OK)
    return {};
  return Error(ErrorCode::kInvalidConfig,
               redact(config, "kafka.properties: " + name + ": " + std::string(text.data())));
}

void set_callbacks(rd_kafka_conf_s* conf, const ClientSettings& settings, Client* client) {
  rd_kafka_conf_set_opaque(conf, client);
  rd_kafka_conf_set_log_cb(conf, &log_callback);
  rd_kafka_conf_set_error_cb(conf, &error_callback);
  if (settings.kind == ClientKind::kProducer) {
    rd_kafka_conf_set_dr_msg_cb(conf, &delivery_callback);
    return;
  }
  rd_kafka_conf_set_offset_commit_cb(conf, &commit_callback);
  if (settings.rebalance_events) rd_kafka_conf_set_rebalance_cb(conf, &rebalance_callback);
}

}  // namespace

base::Result<Client::Ptr> Client::create(const KafkaConfig& config, const ClientSettings& settings,
                                         ClientEvents* events) {
  if (bootstrap_servers(config).empty()) {
    return Error(ErrorCode::kInvalidConfig,
                 "kafka.bootstrap_servers is empty: name a broker, for example localhost:9092");
  }
  Ptr client(new Client(config, events));
  CORTADO_TRY(client->open(settings));
  return client;
}

base::Status Client::check(const KafkaConfig& config, const ClientSettings& settings) {
  KafkaConfig alone = config;
  alone.bootstrap_servers.clear();
  alone.properties.erase("bootstrap.servers");
  const Ptr client(new Client(alone, nullptr));
  return client->open(settings);
}

base::Status Client::configure(rd_kafka_conf_s* conf, const ClientSettings& settings) {
  CORTADO_TRY(set(conf, config_, "client.id", "cortado"));
  for (const auto& [name, value] : settings.defaults) CORTADO_TRY(set(conf, config_, name, value));
  for (const auto& [name, value] : config_.properties) CORTADO_TRY(set(conf, config_, name, value));
  if (const std::string servers = bootstrap_servers(config_); !servers.empty())
    CORTADO_TRY(set(conf, config_, "bootstrap.servers", servers));
  for (const auto& [name, value] : settings.fixed) CORTADO_TRY(set(conf, config_, name, value));
  set_callbacks(conf, settings, this);
  return {};
}

base::Status Client::open(const ClientSettings& settings) {
  CORTADO_TRY(check_properties(config_));
  using Conf = std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)>;
  Conf conf(rd_kafka_conf_new(), &rd_kafka_conf_destroy);
  CORTADO_TRY(configure(conf.get(), settings));
  const auto type = settings.kind == ClientKind::kProducer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER;
  std::array<char, 512> text{};
  handle_ = rd_kafka_new(type, conf.get(), text.data(), text.size());
  if (handle_ == nullptr) {
    return Error(ErrorCode::kInvalidConfig,
                 redact(config_, "kafka.properties: " + std::string(text.data())));
  }
  static_cast<void>(conf.release());  // the handle owns it now
  return {};
}

Client::~Client() = default;  // the deleter has destroyed the handle

bool Client::destroy() {
  if (handle_ == nullptr) return true;
  base::Clock& clock = base::system_clock();
  const auto deadline = clock.steady() + kDestroyTime;
  const bool destroyed = call_in_time(
      [handle = handle_] { rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); },
      [&] { return clock.steady() >= deadline; });
  if (destroyed) {
    handle_ = nullptr;
    return true;
  }
  base::log_warning(kComponent, "the Kafka client does not end; leaving it behind");
  abandoned_ = true;
  return false;
}

void Client::Deleter::operator()(Client* client) const {
  if (!client->abandoned() && client->destroy()) delete client;
}

std::optional<Error> Client::verdict() const {
  if (auto denied = watch_.verdict(base::system_clock().steady())) return denied;
  std::array<char, 512> text{};
  const auto code = rd_kafka_fatal_error(handle_, text.data(), text.size());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  return error(code, text.data());
}

Error Client::error(int code, std::string_view text) const {
  const Error plain = make_error(code, text);
  return {plain.code(), redact(config_, plain.message())};
}

Error Client::timed_out(std::string_view what) const {
  if (auto known = verdict()) return *known;
  std::string message = std::string(what) + ": no answer from " + bootstrap_servers(config_);
  const std::lock_guard lock(mutex_);
  if (!last_error_.empty()) message += "; last heard: " + last_error_;
  return {ErrorCode::kUnavailable,
          message + "; is the broker running, and is this address the one that it advertises?"};
}

void Client::on_error(int code, std::string_view reason) {
  std::string text = redact(config_, std::string(reason));
  if (is_authentication_error(code, text)) {
    const auto found = config_.properties.find("sasl.mechanism");
    const auto alias = config_.properties.find("sasl.mechanisms");
    const std::string mechanism = found != config_.properties.end()   ? found->second
                                  : alias != config_.properties.end() ? alias->second
                                                                      : std::string();
    text = explain_authentication(text, mechanism, rd_kafka_version_str());
    base::log_error(kComponent, text);
    watch_.failed(base::system_clock().steady(), text);
  } else {
    base::log(base::LogLevel::kDebug, kComponent, text);
  }
  const std::lock_guard lock(mutex_);
  last_error_ = std::move(text);
}

void Client::on_log(int level, std::string_view facility, std::string_view text) const {
  const auto severity = is_noise(facility, text) ? base::LogLevel::kDebug : to_level(level);
  if (!base::log_enabled(severity, kComponent)) return;
  base::log(severity, kComponent, redact(config_, std::string(text)),
            {{"facility", std::string(facility)}});
}

}  // namespace cortado::kafka
