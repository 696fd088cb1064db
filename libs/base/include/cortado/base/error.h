// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace cortado::base {

/// The kinds of failure that a caller may want to tell apart; everything else is in the message.
enum class ErrorCode {
  kInvalidArgument,  ///< the caller broke a documented precondition
  kInvalidConfig,    ///< a configuration key or value is wrong; exit code 2
  kNotFound,         ///< a file, topic or key does not exist
  kAlreadyExists,    ///< it exists and must not, or exists with other properties
  kLocked,           ///< somebody else owns it now
  kIo,               ///< the operating system refused
  kCorrupt,          ///< bytes do not carry the promised magic, version, length or checksum
  kUnsupported,      ///< a valid wish that this build, broker or version cannot fulfil
  kUnavailable,      ///< not now; the same call may succeed later
  kDenied,           ///< authentication or authorization failed
  kInternal,         ///< a bug of ours
};

/// Return the stable lower-case name of a code, for logs and metrics.
std::string_view to_string(ErrorCode code);

/// What went wrong and what to try. The message is one sentence for a person, ending with what to
/// try where we know.
class Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }

  /// Return the same error with "<context>: " before its message.
  Error with_context(std::string_view context) const {
    return Error(code_, std::string(context) + ": " + message_);
  }

 private:
  ErrorCode code_;
  std::string message_;
};

}  // namespace cortado::base
