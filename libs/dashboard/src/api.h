// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "answers.h"
#include "board.h"

namespace cortado::dashboard {

/// Answers the paths under /api/v1/ from the board, as docs/openapi.yaml says.
class Api {
 public:
  /// The board outlives it.
  explicit Api(Board& board) : board_(board) {}

  /// Answer a path below /api/v1/; none if it is not ours.
  std::optional<HttpResponse> answer(std::string_view name, const HttpRequest& request) const;

 private:
  using Answer = base::Result<HttpResponse>;

  Answer info(const HttpRequest& request) const;
  Answer devices(const HttpRequest& request) const;
  Answer series(const HttpRequest& request) const;
  Answer anomalies(const HttpRequest& request) const;
  Answer fleet(const HttpRequest& request) const;
  Answer batches(const HttpRequest& request) const;
  Answer timeline(const HttpRequest& request) const;
  Answer partitions(const HttpRequest& request) const;
  Answer engine(const HttpRequest& request) const;
  Answer journal(const HttpRequest& request) const;
  Answer explain(const HttpRequest& request) const;

  std::string cursor_now() const;
  base::Result<Version> since(const HttpRequest& request, Version Cursor::*part) const;

  Board& board_;
};

}  // namespace cortado::dashboard
