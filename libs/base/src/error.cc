// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/error.h"

#include "cortado/base/ids.h"

namespace cortado::base {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kInvalidConfig:
      return "invalid_config";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kAlreadyExists:
      return "already_exists";
    case ErrorCode::kLocked:
      return "locked";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kDenied:
      return "denied";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "unknown";
}

std::string to_string(const TopicPartition& topic_partition) {
  return topic_partition.topic + "[" + std::to_string(topic_partition.partition.get()) + "]";
}

}  // namespace cortado::base
