// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "engine_check.h"

#include <array>

#include "cortado/stream/validate.h"

namespace cortado::stream {
namespace {

base::Error bad_config(const std::string& message) {
  return base::Error(base::ErrorCode::kInvalidConfig, message);
}

}  // namespace

std::string_view to_string(LaneState state) {
  constexpr std::array<std::string_view, 6> kNames = {"fencing", "loading", "replaying",
                                                      "running", "paused",  "stopped"};
  return kNames[static_cast<std::size_t>(state)];
}

base::Status validate(const StreamConfig& stream, const StateConfig& state) {
  if (stream.batch_interval.count() <= 0 || stream.batch_interval > std::chrono::seconds{10}) {
    return bad_config("stream.batch_interval must lie between 1ms and 10s");
  }
  if (stream.threads < 0 || stream.max_batch_records <= 0 || stream.max_batch_bytes <= 0 ||
      stream.bad_share_window <= 0) {
    return bad_config(
        "stream.threads must not be negative, stream.max_batch_records, stream.max_batch_bytes "
        "and stream.bad_share_window must be positive");
  }
  if (state.dir.empty() && evicts(state)) {
    return bad_config(
        "state.idle_after and state.max_resident_devices need snapshots: set state.dir");
  }
  return {};
}

base::Status check_engine(const StreamConfig& stream, const StateConfig& state,
                          const EngineParts& parts) {
  if (stream.guarantee == Guarantee::kExactlyOnce && !parts.logs.exactly_once()) {
    return base::Error(base::ErrorCode::kUnsupported,
                       "stream.guarantee: exactly_once needs a log with transactions; use "
                       "at_least_once");
  }
  if (state.store == StateStore::kKafka && parts.stores == nullptr) {
    return base::Error(base::ErrorCode::kUnsupported,
                       "state.store: kafka needs a log in Kafka; use directory");
  }
  return validate(stream, state);
}

}  // namespace cortado::stream
