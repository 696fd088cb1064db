// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/result.h"
#include "cortado/dashboard/json_value.h"

namespace cortado::dashboard {

/// A table of the REST interface, read by names of columns.
class ApiTable {
 public:
  /// Take "columns" and "rows" of an answer.
  explicit ApiTable(const JsonValue& answer);

  /// True if there is such a column.
  bool has(std::string_view column) const;
  std::size_t rows() const { return answer_["rows"].items().size(); }
  /// The value of a row's column; a null where there is none.
  const JsonValue& at(std::size_t row, std::string_view column) const;

 private:
  JsonValue answer_;
  std::vector<std::string> columns_;
};

/// Asks a running Cortado over plain HTTP.
class ApiClient {
 public:
  /// Asks nothing yet. **Errors:** kInvalidConfig if `url` is not of the form http://host:port.
  static base::Result<ApiClient> create(std::string_view url);

  /// Return the answer to GET `path` (with its query). **Errors:** kUnavailable (nobody listens,
  /// nothing came within five seconds), kNotFound and kInvalidArgument with what the server says,
  /// kCorrupt.
  base::Result<JsonValue> get(const std::string& path) const;

  /// Return the answer to a POST of a JSON object, sent with a token. It may take so long.
  /// **Errors:** as get(); kDenied: the token is not the server's.
  base::Result<JsonValue> post(const std::string& path, const std::string& body,
                               const std::string& token, std::chrono::seconds patience) const;

  const std::string& address() const { return address_; }

 private:
  base::Result<JsonValue> ask(const std::string& request, std::chrono::seconds patience) const;

  explicit ApiClient(std::string address) : address_(std::move(address)) {}

  std::string address_;  ///< host:port
};

}  // namespace cortado::dashboard
