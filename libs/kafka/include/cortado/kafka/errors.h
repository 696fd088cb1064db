// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/error.h"

namespace cortado::kafka {

/// What helps against an error: the same call again; abort the transaction and do the batch again;
/// nothing but a new client.
enum class ErrorClass { kRetriable, kAbortable, kFatal };

/// What the library itself said of an error object.
struct ErrorFlags {
  bool retriable = false;
  bool abortable = false;
  bool fatal = false;
};

/// Classify a librdkafka error code (rd_kafka_resp_err_t): flags first, the strictest wins, then a
/// table. A code that nobody knows is fatal. Pure.
ErrorClass classify(int code, ErrorFlags flags = {});

/// Map a librdkafka error code to ours. Pure.
base::ErrorCode to_error_code(int code);

/// True for failed authentication and TLS, which calls do not report: they only time out. A broken
/// TLS handshake may come as a transport error and is known by its text. Pure.
bool is_authentication_error(int code, std::string_view text);

/// Make an Error out of a code and librdkafka's text, with what to try where we know.
base::Error make_error(int code, std::string_view text);

/// Add what to try to the text of a failed authentication. `library_version` as
/// rd_kafka_version_str() gives it, `mechanism` as in sasl.mechanism. Pure.
std::string explain_authentication(std::string_view text, std::string_view mechanism,
                                   std::string_view library_version);

/// Decides when failed authentication ends the program: at once while nothing ever worked; later,
/// when it lasted 30 s without any success between (a broker that restarts may break handshakes).
/// Thread-safe.
class AuthenticationWatch {
 public:
  void failed(std::chrono::nanoseconds now, std::string text);
  void succeeded();
  /// The error to give up with. kDenied.
  std::optional<base::Error> verdict(std::chrono::nanoseconds now) const;

 private:
  std::atomic<bool> works_{false};  ///< it has worked and nothing failed since; spares the lock
  mutable std::mutex mutex_;
  bool ever_worked_ = false;
  std::optional<std::chrono::nanoseconds> failing_since_;
  std::string text_;
};

}  // namespace cortado::kafka
