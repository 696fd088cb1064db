// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/errors.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <librdkafka/rdkafka.h>

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

struct Entry {
  int code;
  ErrorClass kind;
  ErrorCode error;
};

// What the producer, the consumer, the group and transactions report. Anything else is fatal.
constexpr std::array kTable = {
    // The connection, or a broker that is not ready: the same call again.
    Entry{RD_KAFKA_RESP_ERR__TRANSPORT, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__TIMED_OUT, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__RESOLVE, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__WAIT_COORD, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__WAIT_CACHE, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__IN_PROGRESS, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__QUEUE_FULL, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__RETRY, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, ErrorClass::kRetriable,
          ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, ErrorClass::kRetriable,
          ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, ErrorClass::kRetriable,
          ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_NOT_COORDINATOR, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, ErrorClass::kRetriable,
          ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_NOT_CONTROLLER, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, ErrorClass::kRetriable,
          ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, ErrorClass::kRetriable,
          ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED, ErrorClass::kRetriable,
          ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, ErrorClass::kRetriable, ErrorCode::kUnavailable},
    // The group moved on, or this batch cannot be written: abort and do it again.
    Entry{RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, ErrorClass::kAbortable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, ErrorClass::kAbortable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, ErrorClass::kAbortable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST, ErrorClass::kAbortable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, ErrorClass::kAbortable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__STATE, ErrorClass::kAbortable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, ErrorClass::kAbortable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__PURGE_QUEUE, ErrorClass::kAbortable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, ErrorClass::kAbortable, ErrorCode::kUnavailable},
    Entry{RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, ErrorClass::kAbortable,
          ErrorCode::kInvalidArgument},
    Entry{RD_KAFKA_RESP_ERR_INVALID_MSG, ErrorClass::kAbortable, ErrorCode::kCorrupt},
    Entry{RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE, ErrorClass::kAbortable,
          ErrorCode::kInvalidArgument},
    // Only a person or a new client helps.
    Entry{RD_KAFKA_RESP_ERR__AUTHENTICATION, ErrorClass::kFatal, ErrorCode::kDenied},
    Entry{RD_KAFKA_RESP_ERR__SSL, ErrorClass::kFatal, ErrorCode::kDenied},
    Entry{RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, ErrorClass::kFatal, ErrorCode::kDenied},
    Entry{RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, ErrorClass::kFatal, ErrorCode::kDenied},
    Entry{RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, ErrorClass::kFatal, ErrorCode::kDenied},
    Entry{RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, ErrorClass::kFatal, ErrorCode::kDenied},
    Entry{RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, ErrorClass::kFatal, ErrorCode::kDenied},
    Entry{RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, ErrorClass::kFatal,
          ErrorCode::kDenied},
    Entry{RD_KAFKA_RESP_ERR__FENCED, ErrorClass::kFatal, ErrorCode::kLocked},
    Entry{RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, ErrorClass::kFatal, ErrorCode::kLocked},
    Entry{RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, ErrorClass::kFatal, ErrorCode::kLocked},
    Entry{RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, ErrorClass::kFatal, ErrorCode::kNotFound},
    Entry{RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, ErrorClass::kFatal, ErrorCode::kNotFound},
    Entry{RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, ErrorClass::kFatal, ErrorCode::kNotFound},
    Entry{RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, ErrorClass::kFatal, ErrorCode::kNotFound},
    Entry{RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, ErrorClass::kFatal, ErrorCode::kNotFound},
    Entry{RD_KAFKA_RESP_ERR__NO_OFFSET, ErrorClass::kFatal, ErrorCode::kNotFound},
    Entry{RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, ErrorClass::kFatal, ErrorCode::kAlreadyExists},
    Entry{RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, ErrorClass::kFatal,
          ErrorCode::kInvalidConfig},
    Entry{RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, ErrorClass::kFatal, ErrorCode::kInvalidConfig},
    Entry{RD_KAFKA_RESP_ERR_INVALID_CONFIG, ErrorClass::kFatal, ErrorCode::kInvalidConfig},
    Entry{RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, ErrorClass::kFatal, ErrorCode::kInvalidConfig},
    Entry{RD_KAFKA_RESP_ERR_POLICY_VIOLATION, ErrorClass::kFatal, ErrorCode::kInvalidConfig},
    // Records that the topic, as it is set, takes at no time.
    Entry{RD_KAFKA_RESP_ERR_INVALID_RECORD, ErrorClass::kFatal, ErrorCode::kUnsupported},
    Entry{RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, ErrorClass::kFatal, ErrorCode::kUnsupported},
    Entry{RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, ErrorClass::kFatal, ErrorCode::kUnsupported},
    Entry{RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL, ErrorClass::kFatal,
          ErrorCode::kInvalidConfig},
    Entry{RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT, ErrorClass::kFatal, ErrorCode::kInvalidConfig},
    Entry{RD_KAFKA_RESP_ERR__INVALID_ARG, ErrorClass::kFatal, ErrorCode::kInvalidArgument},
    Entry{RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, ErrorClass::kFatal, ErrorCode::kUnsupported},
    Entry{RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, ErrorClass::kFatal, ErrorCode::kUnsupported},
    Entry{RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT, ErrorClass::kFatal,
          ErrorCode::kUnsupported},
};

const Entry* find(int code) {
  const auto* found = std::find_if(kTable.begin(), kTable.end(),
                                   [code](const Entry& entry) { return entry.code == code; });
  return found == kTable.end() ? nullptr : found;
}

/// Compare "2.0.2" with "2.6.1"; a number that is not there counts as 0.
bool is_older(std::string_view version, std::array<int, 3> than) {
  std::array<int, 3> parts{};
  const char* at = version.data();
  const char* const end = version.data() + version.size();
  for (int& part : parts) {
    at = std::from_chars(at, end, part).ptr;
    if (at != end) ++at;
  }
  return parts < than;
}

}  // namespace

ErrorClass classify(int code, ErrorFlags flags) {
  if (flags.fatal) return ErrorClass::kFatal;
  if (flags.abortable) return ErrorClass::kAbortable;
  if (flags.retriable) return ErrorClass::kRetriable;
  const Entry* entry = find(code);
  return entry == nullptr ? ErrorClass::kFatal : entry->kind;
}

ErrorCode to_error_code(int code) {
  const Entry* entry = find(code);
  return entry == nullptr ? ErrorCode::kIo : entry->error;
}

bool is_authentication_error(int code, std::string_view text) {
  // Brokers may just hang up on a handshake that they do not like.
  for (const std::string_view sign : {"SSL handshake failed", "state SSL_HANDSHAKE", "state AUTH_"})
    if (text.find(sign) != std::string_view::npos) return true;
  return code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL ||
         code == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM;
}

Error make_error(int code, std::string_view text) {
  const auto known = static_cast<rd_kafka_resp_err_t>(code);
  std::string message(text.empty() ? rd_kafka_err2str(known) : text);
  return {to_error_code(code), message + " (" + rd_kafka_err2name(known) + ")"};
}

std::string explain_authentication(std::string_view text, std::string_view mechanism,
                                   std::string_view library_version) {
  std::string message = "the broker refused us: " + std::string(text);
  const bool credentials = text.find("nvalid credentials") != std::string_view::npos;
  if (credentials && mechanism.starts_with("SCRAM") && is_older(library_version, {2, 6, 1})) {
    return message + "; librdkafka " + std::string(library_version) +
           " cannot log in to Kafka 4 and later by SCRAM whatever the password (2.6.1 can): use "
           "sasl.mechanism PLAIN over TLS, or a newer librdkafka";
  }
  return message +
         "; check security.protocol, sasl.* and ssl.* under kafka.properties against the "
         "broker's listener";
}

void AuthenticationWatch::failed(std::chrono::nanoseconds now, std::string text) {
  const std::lock_guard lock(mutex_);
  works_ = false;
  if (!failing_since_) failing_since_ = now;
  text_ = std::move(text);
}

void AuthenticationWatch::succeeded() {
  if (works_) return;
  const std::lock_guard lock(mutex_);
  ever_worked_ = works_ = true;
  failing_since_.reset();
}

std::optional<Error> AuthenticationWatch::verdict(std::chrono::nanoseconds now) const {
  static constexpr std::chrono::seconds kPatience{30};
  if (works_) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (!failing_since_) return std::nullopt;
  if (ever_worked_ && now - *failing_since_ < kPatience) return std::nullopt;
  return Error(ErrorCode::kDenied, text_);
}

}  // namespace cortado::kafka
