// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "answers.h"
#include "board.h"
#include "cortado/dashboard/admin.h"
#include "host_names.h"

namespace cortado::dashboard {

/// True if both are equal; how long it takes says nothing of what is expected.
bool equal_in_constant_time(std::string_view expected, std::string_view given);

/// The paths under /api/v1/admin/, for who has the token.
class AdminRoutes {
 public:
  static constexpr std::string_view kPrefix = "/api/v1/admin/";

  AdminRoutes(Board& board, AdminAccess access)
      : board_(board),
        access_(std::move(access)),
        hosts_(board.config.listen, board.config.allowed_hosts, machine_name()) {}

  /// True if there are such paths at all.
  bool open() const { return access_.actions != nullptr && !access_.token.empty(); }
  /// True if a path is one of ours.
  bool has(std::string_view path) const;
  /// Judge a request by its headers, before its body is read: why it is refused, or none.
  std::optional<HttpResponse> refuse(const HttpRequest& request) const;
  /// Do it. Precondition: has(), and refuse() did not.
  HttpResponse answer(const HttpRequest& request) const;

 private:
  bool knows_token(const HttpRequest& request) const;
  void tell(const AdminRequest& request) const;

  Board& board_;
  const AdminAccess access_;
  const HostNames hosts_;
};

}  // namespace cortado::dashboard
